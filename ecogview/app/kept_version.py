"""A version of the mask that nobody wrote here: it is not replaced without a copy of it."""

from __future__ import annotations

from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.model.mask import MaskEdit
from ecogview.model.session import Session


class KeptVersion:
    """What the file of the open recording holds, as far as it is another program's.

    Between taking it over and replacing it lies no conflict any more: undoing the take-over and
    saving would be the end of it. GUI thread only.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._of: RecordingInfo | None = None
        self._theirs: MaskTracks | None = None

    def note(self, theirs: MaskTracks | None) -> None:
        """From now on the file holds `theirs`; None: something that cannot be read."""
        self._of, self._theirs = self._session.info, theirs

    def is_lost_by(self, tracks: MaskTracks) -> bool:
        """Whether marks of the noted version would be nowhere, were `tracks` put in its place."""
        if self._of is None or self._of is not self._session.info:
            return False
        if self._theirs is None:
            return True
        edit = MaskEdit.between(self._theirs, tracks)
        return bool(edit.made_good) or any(len(track.removed) for track in edit.tracks)

    def forget(self, *, has_been_kept: bool) -> None:
        """After a save: what was kept needs no other copy."""
        if has_been_kept:
            self._of = self._theirs = None
