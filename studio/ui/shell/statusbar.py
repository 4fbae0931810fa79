"""The status bar: the ladder, models, queue, p99, GPU at the left; problems and unsaved work at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from studio import __version__
from studio.ui import names
from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import Clickable, HairLine, IconLabel, LadderRungs, paint
from studio.ui.widgets.labels import Label
from studio.ui.widgets.ladder import RungLike


class _Item(Clickable):
    """A text of the status bar that can be pressed; an icon may stand before each part."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(said)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(2, 0, 2, 0)
        self.row.setSpacing(5)

    def add(self, widget: QWidget) -> None:
        """Adds a part."""
        self.row.addWidget(widget)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            if self.hovered:
                painter.fillRect(self.rect(), colour("hover"))
            if self.hasFocus():
                paint.round_rect(painter, QRectF(self.rect()), 3, edge="accent")


class _Meter(QWidget):
    """A bar of 46 x 5 that shows a share."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedSize(48, 12)

    def set_share(self, share: float) -> None:
        """Shows a share from 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            track = QRectF(0, 4, 48, 5)
            paint.round_rect(painter, track, 2, fill="line")
            filled = QRectF(0, 4, max(4.0, 48 * self._share), 5)
            paint.round_rect(painter, filled, 2, fill="accent" if self._share < 0.9 else "warn_fill")


def _word(text: str = "", role: str = "dim", weight: int = 400) -> Label:
    return Label(text, role, 11, weight)


class StatusBar(QStatusBar):
    """The facts about server and repository that are always in sight; each leads to where more is said."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Status.BAR)
        self.setFixedHeight(25)
        self.setSizeGripEnabled(False)
        self.setFont(ui_font(11))
        body = QWidget()
        body.setFixedHeight(24)
        self._row = QHBoxLayout(body)
        self._row.setContentsMargins(8, 0, 10, 0)
        self._row.setSpacing(8)
        self._separators: list[tuple[HairLine, QWidget]] = []
        self._build_left()
        self._row.addStretch(1)
        self._build_right()
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.addWidget(body, 1)
        self.set_server((), "No server", "", "")

    def _item(self, name: str, said: str, target: str) -> _Item:
        item = _Item(name, said)
        item.clicked.connect(lambda: self.pressed.emit(target))
        self._row.addWidget(item)
        return item

    def _separate(self, item: QWidget) -> None:
        line = HairLine(vertical=True, role="edge")
        line.setFixedHeight(10)
        self._row.insertWidget(self._row.indexOf(item), line)
        self._separators.append((line, item))

    def _build_left(self) -> None:
        server = self._item(names.Status.SERVER, "Server", "serve")
        self.ladder = LadderRungs()
        self.ladder.setObjectName(names.Status.LADDER)
        self.ladder.clicked.connect(lambda: self.pressed.emit("serve"))
        self._server = _word(role="text", weight=500)
        self._models = _word(weight=500)
        self._models.setObjectName(names.Status.MODELS)
        for widget in (self.ladder, self._server, self._models):
            server.add(widget)
        server.row.setSpacing(8)
        self._queue = self._figure(names.Status.QUEUE, "Queue time", "queue")
        self._p99 = self._figure(names.Status.P99, "99th percentile of own requests", "p99")
        gpu = self._item(names.Status.GPU, "GPU memory", "monitor")
        self._gpu_name, self._gpu_meter, self._gpu_value = _word(), _Meter(), _word(role="text", weight=500)
        parts: tuple[QWidget, ...] = (self._gpu_name, self._gpu_meter, self._gpu_value)
        for part in parts:
            gpu.add(part)
        self._gpu = gpu
        for item in (self._queue[0], self._p99[0], gpu):
            self._separate(item)

    def _figure(self, name: str, said: str, title: str) -> tuple[_Item, Label]:
        item = self._item(name, said, "monitor")
        value = _word(role="text", weight=500)
        item.add(_word(title))
        item.add(value)
        return item, value

    def _build_right(self) -> None:
        self._busy = self._item(names.Status.BUSY, "Work under way; press to cancel", "cancel_scan")
        self._busy_text = _word()
        self._busy.add(self._busy_text)
        self._busy.hide()
        self._problems = self._item(names.Status.PROBLEMS, "Problems", "problems")
        self._errors, self._warnings = _word(role="error", weight=500), _word(role="warn", weight=500)
        self._error_sign, self._warning_sign = IconLabel("x-circle", "error", 14), IconLabel("warning", "warn", 14)
        for widget in (self._error_sign, self._errors, self._warning_sign, self._warnings):
            self._problems.add(widget)
        self._unsaved = self._item(names.Status.UNSAVED, "Unsaved models, to review", "review")
        self._unsaved.add(_Dot())
        self._unsaved_text = _word(role="text", weight=500)
        self._unsaved.add(self._unsaved_text)
        self._separate(self._unsaved)
        self._version = _word(f"Trireme {__version__}")
        self._version.setObjectName(names.Status.VERSION)
        self._row.addWidget(self._version)
        self.set_problems(0, 0, visible=False)
        self.set_unsaved(0)

    def set_server(self, rungs: Sequence[RungLike], text: str, models: str, role: str) -> None:
        """Shows the ladder, the server's description, and how many models are loaded in a role."""
        self.ladder.set_rungs(rungs)
        self._server.setText(text)
        self._server.set_role("text" if rungs else "dim")
        self._models.setText(models)
        self._models.set_role(role or "dim")
        self._models.setVisible(bool(models))

    def set_figures(self, queue: str, p99: str) -> None:
        """Shows queue time and p99; an empty one is left out."""
        for (item, label), value in ((self._queue, queue), (self._p99, p99)):
            label.setText(value)
            item.setVisible(bool(value))
        self._show_separators()

    def set_gpu(self, name: str, share: float, value: str) -> None:
        """Shows the memory of a GPU; an empty name hides it."""
        self._gpu_name.setText(name)
        self._gpu_value.setText(value)
        self._gpu_meter.set_share(share)
        self._gpu.setVisible(bool(name))
        self._show_separators()

    def set_problems(self, errors: int, warnings: int, *, visible: bool = True) -> None:
        """Shows how many problems the repository has."""
        self._errors.setText(str(errors))
        self._warnings.setText(str(warnings))
        self._error_sign.set_icon("x-circle", "error" if errors else "faint")
        self._warning_sign.set_icon("warning", "warn" if warnings else "faint")
        self._errors.set_role("error" if errors else "dim")
        self._warnings.set_role("warn" if warnings else "dim")
        self._problems.setAccessibleDescription(f"{errors} errors, {warnings} warnings")
        self._problems.setVisible(visible)
        self._version.setVisible(not visible)

    def set_busy(self, fraction: float, text: str) -> None:
        """Shows how far a reading of the repository is, until it is at its end."""
        self._busy_text.setText(f"{text or 'Reading the repository'} {100 * fraction:.0f} %")
        self._busy.setVisible(fraction < 1.0)

    def set_unsaved(self, count: int) -> None:
        """Shows how many models have unsaved edits."""
        self._unsaved_text.setText(f"{count} unsaved")
        self._unsaved.setVisible(count > 0)
        self._show_separators()

    def _show_separators(self) -> None:
        for line, item in self._separators:
            line.setVisible(not item.isHidden())


class _Dot(QWidget):
    """The dot that stands for unsaved work."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(6, 6)

    def sizeHint(self) -> QSize:
        return QSize(6, 6)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            paint.dot(painter, QRectF(self.rect()).center(), 5, "accent")
