"""What lists cost where they are long, and the figures that they and the quality map show."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QStringListModel
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDoubleSpinBox, QFrame, QListView, QWidget

from ecogview.dsp.channel_quality import MEASURES, channel_values, usable_cells, values
from ecogview.dsp.quality import FIGURE_DTYPES, CellGrid, QualityMap
from ecogview.dsp.runs import Runs
from ecogview.model.edit_counts import EditCounts
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans
from ecogview.services.folder_scan import FolderScan, RecordingEntry
from ecogview.services.resize_planning import ResizePlanning, ResizeRequest
from ecogview.views import theme
from ecogview.views.channel_panel import ChannelPanel
from ecogview.views.file_browser import FileBrowser
from ecogview.views.file_model import RecordingModel
from ecogview.views.resize_dialog import ResizeDialog
from ecogview.views.span_table import SpanTable
from tests.benchmarks.measure import heading, median_ms, row
from tests.benchmarks.windows import until
from tests.views.channel_desk import channels_of, open_channels, quality_of, set_bad
from tests.views.span_desk import RATE, many_tracks, open_session

_ROUNDS = 21
_FRAME = "≤ 16 ms"
_N_CHANNELS = 512
_N_SAMPLES = 7_207_000  # two hours of clfp
Act = Callable[[int], object]


def run(folder: Path) -> None:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    heading(f"The list of {_N_CHANNELS} channels (276×500, offscreen)")
    _channels()
    _measured_channels()
    heading("Long lists of spans and files (offscreen)")
    _span_table()
    _resize_dialog()
    _files(folder)
    heading("Figures of channels and seconds (62 channels, 7,207 s)")
    _usable_cells()
    _measures()


def _beside(
    what: str, act: Act, asked: str, plain: tuple[str, Act], settle: Callable[[], object]
) -> None:
    """One row: both take turns, as the load of the machine changes; `settle` is not timed."""
    took = []
    for turn in range(_ROUNDS):
        pair = []
        for each in (act, plain[1]):
            pair.append(median_ms(lambda _, each=each, turn=turn: each(turn), 1))
            settle()
        took.append(pair)
    _compared(what, np.array(took), asked, plain[0])


def _compared(what: str, took: NDArray[np.float64], asked: str, plain: str) -> None:
    """Print medians of milliseconds, (rounds, 2), and how many times the plain cost it is."""
    median, plain_ms = np.median(took, axis=0)
    ratio = np.median(took[:, 0] / took[:, 1])
    most = np.percentile(took[:, 0], 95)
    row(
        what,
        f"{median:.2f} ms, 95 % {most:.2f} ms; {ratio:.2g} × the plain cost",
        asked,
        f"{plain} {plain_ms:.2f} ms",
    )


# -- channels


def _channels() -> None:
    panel, session = _panel()
    bare = _session()
    settle = _painting_again(panel.list.viewport())
    settle()
    _beside("paint", _grabbing(panel.list), _FRAME, _plain_list(panel), settle)
    for what, act in (
        ("mark a channel bad", lambda of, turn: set_bad(of, turn)),
        ("select all but some", lambda of, turn: of.channels.select(range(turn, _N_CHANNELS))),
        ("hover", lambda of, turn: of.channels.hover(turn)),
    ):
        _beside(
            what,
            lambda turn, act=act: act(session, turn),
            _FRAME,
            ("without the list", lambda turn, act=act: act(bare, turn)),
            settle,
        )
    panel.close()


def _measured_channels() -> None:
    panel, session = _panel()
    bare = _session()
    quality = quality_of(session, *range(1, _N_CHANNELS + 1))
    good, rms = np.ones(_N_CHANNELS, bool), MEASURES["rms"]
    nothing_bad = np.empty((0, 2), np.int64)
    rank = tuple(reversed(range(_N_CHANNELS)))
    painted = _painting_again(panel.list.viewport())

    def settle() -> None:
        for each in (session, bare):
            each.channels.set_order("number")
        painted()

    def sort_bare(_: int) -> None:
        bare.channels.set_rank(rank)
        bare.channels.set_order("measure")

    settle()
    _beside(
        f"show the measure of a map of {quality.grid.n_cells} s",
        lambda _: panel.set_quality(quality),
        _FRAME,
        (
            "its values",
            lambda _: channel_values(quality, rms, usable_cells(quality, nothing_bad), good),
        ),
        settle,
    )
    _beside("paint with a measure", _grabbing(panel.list), _FRAME, _plain_list(panel), settle)
    _beside(
        "sort by the measure",
        lambda _: panel.sort_by_measure(),
        _FRAME,
        ("without the list", sort_bare),
        settle,
    )
    panel.close()


def _session() -> Session:
    session = Session()
    open_channels(session, channels_of(_N_CHANNELS))
    set_bad(session)
    return session


def _panel() -> tuple[ChannelPanel, Session]:
    session = _session()
    panel = ChannelPanel(session)
    panel.resize(276, 500)
    panel.show()
    return panel, session


def _plain_list(panel: ChannelPanel) -> tuple[str, Act]:
    """Qt's own list of the same labels, as large, in Qt's own painter."""
    plain = QListView(panel)
    plain.setModel(QStringListModel([c.label for c in channels_of(_N_CHANNELS)], plain))
    plain.setUniformItemSizes(True)
    plain.setFrameShape(QFrame.Shape.NoFrame)
    plain.resize(panel.list.size())
    return "Qt's own list of the labels", _grabbing(plain)


def _grabbing(widget: QWidget) -> Act:
    return lambda _: widget.grab()


def _painting_again(viewport: QWidget | None) -> Callable[[], None]:
    """Wait until a list paints that has held what it shows until after the traces."""
    assert viewport is not None

    def settle() -> None:
        until(viewport.updatesEnabled)
        QApplication.processEvents()

    return settle


# -- spans and files


def _span_table() -> None:
    tracks = many_tracks(10_000)
    session, bare = open_session(tracks), open_session(tracks)
    table = SpanTable(session)
    table.resize(284, 400)
    table.show()
    session.select_spans(table.model.spans_at(np.array([3], np.intp)))
    edit = mark_spans(tracks, Runs.of([(9_999_940, 9_999_980)]))
    painted = _painting_again(table.view.viewport())
    undone: list[Session] = []

    def settle() -> None:
        while undone:
            undone.pop().revert(edit)
        painted()

    def apply_to(to: Session) -> Act:
        return lambda _: (to.apply(edit), undone.append(to))

    settle()
    _beside(
        "an edit among 10,000 spans until the table has it",
        apply_to(session),
        _FRAME,
        ("without the table", apply_to(bare)),
        settle,
    )
    table.close()


def _resize_dialog() -> None:
    tracks = many_tracks(100_000)
    session, planning = open_session(tracks), ResizePlanning()
    dialog = ResizeDialog(session, planning, lambda *_: None)
    dialog.show_for_selected()
    counted: list[object] = []
    planning.planned.connect(counted.append)
    until(lambda: bool(counted))
    field, plain = dialog.seconds["fill"], QDoubleSpinBox()
    plain.setDecimals(field.decimals())
    plain.setRange(field.minimum(), field.maximum())
    plain.setSuffix(field.suffix())
    plain.show()

    def settle() -> None:
        QApplication.processEvents()
        for each in (field, plain):
            each.selectAll()

    def type_into(which: QDoubleSpinBox) -> Act:
        return lambda turn: QTest.keyClicks(which, str(1 + turn % 9))

    settle()
    _beside(
        "a key in the dialog that resizes 100,000 spans",
        type_into(field),
        _FRAME,
        ("in a field alone", type_into(plain)),
        settle,
    )
    dialog.close()
    planning.close()
    request = ResizeRequest(tracks, "fill", round(0.5 * RATE))
    count = median_ms(lambda _: EditCounts.of(tracks, request.plan()), _ROUNDS)
    row("counting them, which a thread does after the last key", f"{count:.0f} ms", "")


def _files(folder: Path) -> None:
    """Times of batches, as the scan delivers them, in a new browser each round."""
    batches = _scanned(folder)
    took = []
    for _ in range(5):
        browser, model = FileBrowser(), RecordingModel()
        browser.resize(276, 420)
        browser.show()
        for batch in batches:
            in_browser = median_ms(lambda _, b=batch, to=browser: to.scan.found.emit(b), 1)
            QApplication.processEvents()
            took.append((in_browser, median_ms(lambda _, b=batch, to=model: to.put(b), 1)))
        browser.close()
    what = f"a batch of 500 files, up to {max(map(len, batches))} of them, in the browser"
    _compared(what, np.array(took), _FRAME, "its model without a tree")


def _scanned(folder: Path) -> list[tuple[RecordingEntry, ...]]:
    """What a scan tells of 500 empty files in 250 folders."""
    batches: list[tuple[RecordingEntry, ...]] = []
    ended: list[bool] = []
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for number in range(250):
            at = Path(made) / f"1803{number // 25:02}" / f"{number % 25:03}"
            at.mkdir(parents=True)
            for rec_type in ("clfp", "raw"):
                (at / f"rec{number % 25:03}.LM1_ECOG_3.{rec_type}.dat").touch()
        scan = FolderScan()
        scan.found.connect(batches.append)
        scan.finished.connect(lambda: ended.append(True))
        scan.request(Path(made))
        until(lambda: bool(ended))
        scan.close()
    return batches


# -- figures


def _map() -> QualityMap:
    """Two hours of 62 channels, all figures there and different in every cell."""
    draw = np.random.default_rng(0)
    quality = QualityMap.blank(CellGrid.of(_N_SAMPLES, 1000, 62), 62, tuple(FIGURE_DTYPES))
    for name, figure in quality.figures.items():
        share = draw.lognormal(0, 0.2, figure.shape)
        figure[:] = share / 10 if name in ("flat", "clipped") else 100 * share
    quality.zeroed[:], quality.done[:] = 0, True
    return quality


def _usable_cells() -> None:
    quality = _map()
    starts = np.sort(np.random.default_rng(1).integers(0, _N_SAMPLES, 10_000))
    bad = np.stack([starts, starts + 50], axis=1)
    edges = quality.grid.edges(0, quality.grid.n_cells)

    def by_samples(_: int) -> NDArray[np.bool_]:
        masked = np.zeros(_N_SAMPLES, bool)
        for start, stop in bad.tolist():
            masked[start:stop] = True
        return ~np.logical_or.reduceat(masked, edges[:-1])

    assert np.array_equal(by_samples(0), usable_cells(quality, bad))
    _beside(
        "seconds without any of 10,000 spans",
        lambda _: usable_cells(quality, bad),
        "≤ 10 ms",
        ("from booleans of samples", by_samples),
        lambda: None,
    )


def _measures() -> None:
    quality = _map()
    usable, good = usable_cells(quality, np.empty((0, 2), np.int64)), np.ones(62, bool)
    spread = quality.figures["spread"].astype(np.float32)
    for measure in MEASURES.values():
        _beside(
            f"{measure.title} of all cells after another mask",
            lambda _, measure=measure: values(quality, measure, usable, good),
            "≤ 40 ms",
            ("np.median of one figure", lambda _: np.median(spread, axis=0)),
            lambda: None,
        )
