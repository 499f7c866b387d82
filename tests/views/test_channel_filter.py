"""The words of the channel filter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecogview.views.channel_filter import ChannelFilter, ChannelState
from tests.views.channel_desk import channels_of


@given(st.text(max_size=40))
def test_any_text_is_a_filter(text: str) -> None:
    state = ChannelState(channels_of(1)[0], bad=False, shown=True)
    assert isinstance(ChannelFilter.parse(text).accepts(state), bool)


@given(st.lists(st.sampled_from(["bad", "good", "hidden", "shown", "e0", "row 0", "col 2"])))
def test_words_are_and_commas_are_or(words: list[str]) -> None:
    states = [
        ChannelState(channel, bad=bool(channel.index % 2), shown=channel.index < 3)
        for channel in channels_of(6)
    ]

    def kept(text: str) -> set[int]:
        accepts = ChannelFilter.parse(text).accepts
        return {state.channel.index for state in states if accepts(state)}

    each = [kept(word) for word in words]
    everything = kept("")
    assert kept(" ".join(words)) == everything.intersection(*each)
    assert kept(",".join(words)) == (set().union(*each) if each else everything)
