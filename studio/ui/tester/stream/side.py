"""A stream as it arrives: figures, the strip of gaps, the responses, and their text beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from studio.core.inference.requests import InferRequest
from studio.core.inference.stream_log import Row, StreamLog
from studio.core.inference.streams import EventPart, StreamPart
from studio.failure import Failure
from studio.ui.tester.sending import Way
from studio.ui.tester.stream.figures import FiguresRow
from studio.ui.tester.stream.names import Stream
from studio.ui.tester.stream.responses import ResponsesTable
from studio.ui.tester.stream.runs import Ended, Runs
from studio.ui.tester.stream.strip import Strip
from studio.ui.tester.stream.text import TextSide
from studio.ui.widgets import HairLine, Label, Pill, QuietButton, SectionHeader

_SHOW_EVERY_MS = 50
_ROOM_BESIDE, _ROOM_FOR_NOTE, _ROOM_FOR_RUNS = 820, 640, 480
_BESIDE, _BELOW = [560, 360], [400, 110]
_LATENCY = "The server's own latency of this model ends at its first response, so it is not shown here."
_STOP = "Stop goes to the server; the model sees it before its next response."
_EXPECTED = ("max_tokens", "max_new_tokens", "request_output_len")


class StreamSide(QWidget):
    """Shows one stream at a time; what came stays until the next one begins."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(Stream.SIDE)
        self.log = StreamLog()
        self._pending: list[Row] = []
        self._request = InferRequest("", ())
        self._expected = 0
        self._chunks = False
        self._runs_done = 0
        self.head = SectionHeader("Responses", line=True)
        self.state = Pill("", "accent", dot=True)
        self.state.setObjectName(Stream.STATE)
        self.figures = FiguresRow()
        self.strip = Strip()
        self.table = ResponsesTable()
        self.text = TextSide()
        self.runs = Runs()
        self.follow = QuietButton("Following", "arrow-down", "dense")
        self._note = Label("", "dim", 11)
        self._later = QTimer(self, singleShot=True, interval=_SHOW_EVERY_MS)
        self._later.timeout.connect(self._show)
        self._build()

    def _build(self) -> None:
        self.follow.setObjectName(Stream.FOLLOW)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.follow.clicked.connect(self.table.follow)
        self.table.followed.connect(self._show_followed)
        self.table.chosen.connect(self.text.show_row)
        self.head.box.insertWidget(self.head.box.count() - 1, self.state)
        self.head.add_action(self._note)
        self.head.add_action(self.follow)
        left, right = QWidget(), QWidget()
        self._rows = rows = QVBoxLayout(left)
        self._words = words = QVBoxLayout(right)
        for column in (rows, words):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
        for widget in (self.head, self.figures, HairLine(), self.strip, HairLine()):
            rows.addWidget(widget)
        rows.addWidget(self.table, 1)
        words.addWidget(self.text, 1)
        words.addWidget(self.runs)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(left)
        self._split.addWidget(right)
        self._split.setSizes(_BESIDE)
        self._split.setStretchFactor(0, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._split)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text stands below the responses where there is no room beside them."""
        super().resizeEvent(event)
        narrow = self.width() < _ROOM_BESIDE
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if wanted is not self._split.orientation():
            self._split.setOrientation(wanted)
            self._words.setDirection(QBoxLayout.Direction.LeftToRight if narrow else QBoxLayout.Direction.TopToBottom)
            self._split.setSizes(_BELOW if narrow else _BESIDE)
        self._note.setVisible(self.width() >= _ROOM_FOR_NOTE)
        # The runs before have no room of their own in a small window: the responses come first.
        self.runs.setVisible(not narrow or (self.height() >= _ROOM_FOR_RUNS and self.width() >= _ROOM_FOR_NOTE))

    def show_verdict(self, verdict: QWidget) -> None:
        """Takes in what says whether the responses are as expected."""
        self._rows.insertWidget(1, verdict)

    def _show_followed(self, on: bool) -> None:
        self.follow.setChecked(on)
        self.follow.setText("Following" if on else "Follow")

    def begin(self, request: InferRequest, way: Way, *, has_text: bool) -> None:
        """Another stream, of which nothing is there yet."""
        self.log, self._pending, self._request = StreamLog(), [], request
        self._chunks = has_text
        self._expected = _expected(request)
        self.table.rows.begin(self.log.rows)
        self.table.follow(True)
        self.text.begin(events=way != "stream")
        self._note.setText("a response is a chunk: no tokenizer known" if has_text else "")
        self.runs.begin(request.model, f"{_STOP} {_LATENCY}")
        self.state.set_state("waiting", "accent")
        self._show_figures()

    def add(self, part: StreamPart | EventPart) -> None:
        """One response; shown with others that come in the same moment."""
        self._pending.append(self.log.add(part))
        if not self._later.isActive():
            self._later.start()

    def end(self) -> None:
        """The server sent its last."""
        self._finish("complete", "ok", "at its end")

    def stop(self) -> None:
        """A person ended it."""
        self._finish(f"stopped at {self.log.count:,}", "warn", f"stopped at {self.log.count:,}")

    def fail(self, failure: Failure) -> None:
        """It ended with an error; what came before stays."""
        self._show()
        self.table.rows.fail(f"{failure.reason} {failure.remedy}".strip())
        self.table.show_newest()
        self._finish("failed", "error", f"failed at {self.log.count:,}")

    def _finish(self, state: str, role: str, how: str) -> None:
        self._show()
        self.head.detail.setText(f"{self.log.count:,}" if self.log.count else "")
        self.state.set_state(state, role)
        self.text.end()
        self._runs_done += 1
        name = self._request.request_id or f"run {self._runs_done}"
        self.runs.end(Ended(name, self.log.figures(), how))

    def _show(self) -> None:
        self._later.stop()
        rows, self._pending = self._pending, []
        if not rows:
            return
        self.state.set_state("arriving", "accent")
        self.table.rows.add(len(rows))
        self.table.show_newest()
        self.text.add(rows)
        self._show_figures()

    def _show_figures(self) -> None:
        found = self.log.figures()
        self.head.detail.setText(f"{found.count:,} so far" if found.count else "")
        self.figures.show_figures(found, chunks=self._chunks, expected=self._expected)
        self.strip.show_gaps(self.log.gaps, found.median, found.late, self._expected)
        self.runs.show_now("now", found, "running")


def _expected(request: InferRequest) -> int:
    """How many responses there are at most, where an input or a parameter of a usual name says so."""
    for name, value in request.parameters:
        if name in _EXPECTED and isinstance(value, int):
            return max(value, 0)
    for tensor in request.inputs:
        if tensor.name in _EXPECTED and tensor.array.size == 1 and tensor.data_type.family in "IU":
            return max(int(tensor.array.item()), 0)
    return 0
