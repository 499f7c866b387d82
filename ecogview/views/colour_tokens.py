"""The colours by their role, dark and light. No Qt: what draws pixels by itself uses them too.

`tests/views/test_colour_tokens.py` holds their contrasts and their distances for every kind of
colour vision; a colour that is changed here is checked there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Colours are ``#RRGGBB``; `span_fill` is the share of a span's hue in its fill."""

    window: str
    panel: str
    canvas: str  # behind the traces
    field: str
    raised: str
    hover: str
    select: str
    border: str
    grid: str
    text: str
    text2: str
    disabled: str  # also quiet glyphs
    accent: str
    on_accent: str
    trace: str
    bad_trace: str
    hf: str
    sat: str
    manual: str
    hf_text: str  # words on a tab of that kind
    sat_text: str
    manual_text: str
    warning: str
    error: str
    looked_at: str
    span_fill: float
    is_dark: bool


DARK = Tokens(
    window="#17191D",
    panel="#1D2025",
    canvas="#121417",
    field="#141619",
    raised="#292D34",
    hover="#24282E",
    select="#22364F",
    border="#30343B",
    grid="#1C1F24",
    text="#E7E9ED",
    text2="#A3AAB4",
    disabled="#7D848E",
    accent="#62A4FF",
    on_accent="#0A1422",
    trace="#AEBAC7",
    bad_trace="#78818C",
    hf="#F2C448",
    sat="#F4604F",
    manual="#4CCFC0",
    hf_text="#14161A",
    sat_text="#14161A",
    manual_text="#14161A",
    warning="#F5A945",
    error="#FF7B72",
    looked_at="#57C08A",
    span_fill=0.15,
    is_dark=True,
)

LIGHT = Tokens(
    window="#F1F2F4",
    panel="#F8F9FA",
    canvas="#FFFFFF",
    field="#FFFFFF",
    raised="#FFFFFF",
    hover="#ECEEF1",
    select="#DCE9FB",
    border="#D9DCE1",
    grid="#F0F1F3",
    text="#1A1E24",
    text2="#565E69",
    disabled="#79808A",
    accent="#155DC4",
    on_accent="#FFFFFF",
    trace="#374351",
    bad_trace="#7B838E",
    hf="#AD7800",
    sat="#A4162C",
    manual="#00806F",
    hf_text="#0E1013",
    sat_text="#FFFFFF",
    manual_text="#FFFFFF",
    warning="#965A00",
    error="#C4271B",
    looked_at="#1C7A4A",
    span_fill=0.13,
    is_dark=False,
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#RRGGBB``, 0 to 255."""
    value = int(colour[1:], 16)
    return value >> 16, value >> 8 & 0xFF, value & 0xFF


def rgb32(colour: str) -> int:
    """Return ``#RRGGBB`` as an opaque pixel of a QImage, 0xFFRRGGBB."""
    return 0xFF000000 | int(colour[1:], 16)


def blend(over: str, under: str, share: float) -> str:
    """Return what `over`, at `share` (0 to 1) of opacity, looks like on `under`."""
    mixed = (
        round(share * top + (1 - share) * bottom)
        for top, bottom in zip(rgb(over), rgb(under), strict=True)
    )
    return "#{:02X}{:02X}{:02X}".format(*mixed)
