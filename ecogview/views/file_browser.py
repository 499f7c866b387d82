"""The recordings of a folder: a filter, a tree of days and files, the facts of one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QModelIndex, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QContextMenuEvent, QGuiApplication, QPalette
from PyQt6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from ecogview.errors import printable
from ecogview.services.folder_scan import FolderScan, RecordingEntry
from ecogview.views import theme
from ecogview.views.file_model import (
    ENTRY_ROLE,
    FOLDER_ROLE,
    RecordingFilter,
    RecordingModel,
)
from ecogview.views.file_row import COLUMNS, FileColumns
from ecogview.views.file_tree import FileCaptions, FileFacts, FileTree
from ecogview.views.side_header import FilterField, SideHeader, hint_label

_EXPANDED_UP_TO = 40  # files: more than two screens of rows start folded, the first folder open


class FileBrowser(QWidget):
    """Lists what a folder holds and asks for it to be opened; opens nothing itself.

    Signals
    -------
    open_requested(Path)
        A recording was clicked, or chosen with Enter.
    folder_requested()
        The user wants to choose a folder.
    """

    open_requested = pyqtSignal(object)
    folder_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._beside: tuple[Path, ...] = ()
        self._is_scanning = False
        self._is_held = self._is_owed = False  # a scan is wanted, but something is being opened
        self._unfolded: set[Path] = set()  # as the user left them before a filter was typed
        self._is_revealed = True  # whether the open recording has been scrolled to
        self._model = RecordingModel(self)
        self._filter = RecordingFilter(self._model, self)
        self.scan = FolderScan(self)
        self.scan.found.connect(self._on_found)
        self.scan.listed.connect(self._on_listed)
        self._columns = FileColumns()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._build()
        self._show_state()

    def _build(self) -> None:
        self._more = self._build_menu()
        self.header = SideHeader("Recordings", self)
        folder_button = self.header.add_button("folder", "Open a folder")
        folder_button.clicked.connect(self.folder_requested)
        self.header.add_button("more", "More about recordings", self._more)
        self.filter_field = FilterField("Filter", "Filter recordings", self)
        self.filter_field.textChanged.connect(self._on_filter_typed)
        self.filter_field.left.connect(lambda: self.tree.setFocus(_BY_KEY))
        self.tree = FileTree(self._columns, self)
        self.tree.setModel(self._filter)
        self.tree.chosen.connect(self._on_chosen)
        self.tree.moved.connect(self._show_facts)
        self.tree.rescan_requested.connect(self.rescan)
        self.tree.resized.connect(self._show_captions)
        self.tree.expanded.connect(lambda index: self._note_folding(index, unfolded=True))
        self.tree.collapsed.connect(lambda index: self._note_folding(index, unfolded=False))
        self.captions = FileCaptions(self._columns, self.tree)
        self.captions.menu_requested.connect(self._popup_columns)
        self.facts = FileFacts(self)
        self._hint_label = hint_label(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self._hint_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        framed = QVBoxLayout()
        framed.setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(4))
        framed.addWidget(self.filter_field)
        layout.addLayout(framed)
        layout.addWidget(self.captions)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.facts)

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction("Open a folder …").triggered.connect(self.folder_requested)
        self._rescan_action = menu.addAction("Scan again", self.rescan)
        menu.addSeparator()
        menu.addAction("Unfold all", lambda: self.tree.expandAll())
        menu.addAction("Fold all", lambda: self.tree.collapseAll())
        menu.addSeparator()
        self._columns_menu = menu.addMenu("Columns, as far as they fit")
        for column in COLUMNS:
            action = self._columns_menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(self._columns.is_wanted(column))
            action.toggled.connect(
                lambda wanted, column=column: self._want_column(column, wanted=wanted)
            )
        return menu

    # -- what is listed

    @property
    def folder(self) -> Path | None:
        """The folder that is listed."""
        return self._folder

    def set_folder(self, folder: Path) -> None:
        """List a folder and all below it; the same folder again is scanned again."""
        if folder != self._folder:
            self._folder, self._beside = folder, ()
            self._model.clear(folder)
            self._unfolded.clear()
            self.filter_field.clear()
            self.facts.show_entry(None)
        self.rescan()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be listed: no folder and no file was opened."""
        return self._folder is None and not self._beside

    def add(self, paths: Iterable[Path]) -> None:
        """List files, and folders with all below them, beside the folder, unless they are."""
        known = {self._folder, *self._beside}
        new = [path for path in dict.fromkeys(paths) if path not in known]
        new = [path for path in new if self._model.entry(path) is None]
        if new:
            self._beside += tuple(new)
            self.rescan()

    def rescan(self) -> None:
        """Look again at what is there; folders stay as they are folded."""
        if not self.is_empty:
            self._is_scanning = True
            self._is_owed = self._is_held
            if not self._is_held:
                self.scan.request(self._folder, self._beside)
        self._show_state()

    def hold(self, *, held: bool) -> None:
        """Begin to look at no folder meanwhile: what is being opened comes first."""
        self._is_held = held
        if self._is_owed and not held:
            self.rescan()

    # -- the open recording

    def set_current(self, path: Path) -> None:
        """Mark a recording as the one that is open and bring it into view.

        One that lies outside of the folder is listed beside it.
        """
        if path == self._model.current:
            return
        is_outdated = self._model.has_unsaved_fraction
        self._model.set_current(path)
        self._is_revealed = False
        self._reveal_current()
        if self._folder is None or not path.is_relative_to(self._folder):
            self.add([path])
        if is_outdated:  # the mask that was left may have been saved, or not
            self.rescan()

    def set_masked_fraction(self, path: Path, fraction: float) -> None:
        """Show how much of the open recording is marked now, 0 to 1, saved or not."""
        self._model.set_masked_fraction(path, fraction)
        if path == self._shown_path():
            self._show_facts()

    def next_path(self, step: int) -> Path | None:
        """Recording `step` places below (above, if negative) the open one, as they are listed.

        Those that cannot be opened, or that the filter leaves out, do not count; folded folders
        do. None beyond either end.
        """
        everything = [entry.path for entry in self._model.entries()]
        openable = {path for path, can_open in self._listed() if can_open}
        current = self._model.current
        here = everything.index(current) if current in everything else -1
        if step > 0:
            candidates = [path for path in everything[here + 1 :] if path in openable]
        else:
            candidates = [path for path in everything[: max(here, 0)] if path in openable][::-1]
        return candidates[abs(step) - 1] if 0 < abs(step) <= len(candidates) else None

    def _listed(self) -> list[tuple[Path, bool]]:
        """Paths that the filter lets through, and whether they can be opened."""
        found = []
        for row in range(self._filter.rowCount()):
            parent = self._filter.index(row, 0)
            for child in range(self._filter.rowCount(parent)):
                entry = self._filter.index(child, 0, parent).data(ENTRY_ROLE)
                if isinstance(entry, RecordingEntry):
                    found.append((entry.path, entry.can_open))
        return found

    def _reveal_current(self) -> None:
        """Scroll to the open recording, once it is in the tree."""
        path = self._model.current
        if self._is_revealed or path is None:
            return
        index = self._filter.mapFromSource(self._model.index_of(path))
        if index.isValid():
            self._is_revealed = True
            self.tree.setExpanded(index.parent(), True)
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index.parent())  # its folder above it, where both fit
            self.tree.scrollTo(index)

    # -- what the scan finds

    def _on_found(self, entries: tuple[RecordingEntry, ...]) -> None:
        new = self._model.put(entries)
        if self.filter_field.text():
            self._restore_folding()
        elif new:
            self._unfold_new(new)
        self._reveal_current()
        self._show_state()
        if any(entry.path == self._shown_path() for entry in entries):
            self._show_facts()

    def _unfold_new(self, folders: set[Path]) -> None:
        few = self._model.n_files() <= _EXPANDED_UP_TO
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, 0)
            if index.data(FOLDER_ROLE) in folders and (few or row == 0):
                self.tree.setExpanded(index, True)

    def _on_listed(self, listed: frozenset[Path]) -> None:
        self._model.keep(listed)
        self._is_scanning = False
        self._show_state()

    # -- what the user does

    def _on_chosen(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, RecordingEntry) and entry.can_open:
            self.open_requested.emit(entry.path)

    def _on_filter_typed(self, text: str) -> None:
        self._filter.set_text(text)
        self._restore_folding()
        self._show_state()

    def _note_folding(self, index: QModelIndex, *, unfolded: bool) -> None:
        if not self.filter_field.text():
            folder = index.data(FOLDER_ROLE)
            (self._unfolded.add if unfolded else self._unfolded.discard)(folder)

    def _restore_folding(self) -> None:
        """Under a filter every match shows; without one, folders are as they were."""
        if self.filter_field.text():
            self.tree.expandAll()
            return
        unfolded = set(self._unfolded)
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, 0)
            self.tree.setExpanded(index, index.data(FOLDER_ROLE) in unfolded)

    def _want_column(self, column: object, *, wanted: bool) -> None:
        for known in COLUMNS:
            if known is column:
                self._columns.set_wanted(known, wanted=wanted)
        self.tree.fit_columns()
        self._show_captions()
        self.captions.update()
        self.tree.viewport().update()

    def _popup_columns(self, at: QPoint) -> None:
        self._columns_menu.popup(at)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is None:
            return
        viewport = self.tree.viewport()
        index = self.tree.indexAt(viewport.mapFromGlobal(event.globalPos()))
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.tree.currentIndex()
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, RecordingEntry):
            self._more.popup(event.globalPos())
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_action = menu.addAction("Open", lambda: self.open_requested.emit(entry.path))
        open_action.setEnabled(entry.can_open)
        menu.addAction("Copy path", lambda: _copy(str(entry.path)))
        menu.popup(event.globalPos())

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.scan.close()
        super().closeEvent(event)

    # -- what is shown beside the tree

    def _shown_path(self) -> Path | None:
        entry = self._shown_entry()
        return None if entry is None else entry.path

    def _shown_entry(self) -> RecordingEntry | None:
        """The row under the keyboard's cursor, else the open recording."""
        entry = self.tree.currentIndex().data(ENTRY_ROLE)
        if isinstance(entry, RecordingEntry):
            return entry
        current = self._model.current
        return None if current is None else self._model.entry(current)

    def _show_facts(self) -> None:
        self.facts.show_entry(self._shown_entry())

    def _show_state(self) -> None:
        n_files = self._model.n_files()
        scanning = "scanning …" if self._is_scanning else ""
        count = f"{n_files:,} file{'s' if n_files != 1 else ''}" if n_files else scanning
        self.header.set_note(count)
        self._rescan_action.setEnabled(not self.is_empty)
        self.hint = self._hint_text(n_files)
        self._hint_label.setText(self.hint)
        self._stack.setCurrentWidget(self._hint_label if self.hint else self.tree)
        self._show_captions()

    def _show_captions(self) -> None:
        self.captions.setVisible(not self.hint and not self.tree.has_two_lines)

    def _hint_text(self, n_files: int) -> str:
        if n_files:
            has_match = self._filter.rowCount() > 0
            return "" if has_match else "No recording's folder or name holds all these words."
        if self.is_empty:
            return "Open a folder to see its recordings here."
        if self._is_scanning:
            return ""
        return (
            f"No recordings in {printable(str(self._folder))} or below. "
            "They are files named <rec_id>.<microdrive>.<rec_type>.dat"
        )


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)


_BY_KEY = Qt.FocusReason.ShortcutFocusReason
