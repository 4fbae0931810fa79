"""Things to press: buttons, links, icon buttons, segmented choices and switches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QToolButton, QWidget

from studio.ui.look import theme
from studio.ui.look.icons import icon, paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import paint

_GAP = 3


class _Button(QPushButton):
    """A push button with an icon in the right colour; `size` is "normal" (28), "dense" (24) or "small" (20)."""

    kind = "quiet"
    ink = "text"

    def __init__(self, text: str, icon_name: str = "", size: str = "normal", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name = icon_name
        self.setProperty("kind", self.kind)
        if size != "normal":
            self.setProperty(size, True)
        self.setFont(ui_font(12 if size == "small" else 13, 500))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        if icon_name:
            theme.retint(self._retint)

    def set_icon_name(self, name: str) -> None:
        """Shows another icon, by its name."""
        self._icon_name = name
        self._retint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.LayoutDirectionChange) and self._icon_name:
            self._retint()

    def _retint(self) -> None:
        # A style sheet has no word for the gap between icon and text, and the style's own is narrow.
        gap = _GAP if self.text() else 0
        is_before = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        ink = self.ink if self.isEnabled() else "faint"
        self.setIconSize(QSize(14 + gap, 14))
        self.setIcon(icon(self._icon_name, ink, 14, (0, gap) if is_before else (gap, 0)))


class QuietButton(_Button):
    """The usual button: text, with an icon before it where one is given."""


class PrimaryButton(_Button):
    """The one accent-filled button of a page."""

    kind = "primary"
    ink = "on_accent"


class DangerButton(_Button):
    """A button that takes something away."""

    kind = "danger"
    ink = "error"


class LinkButton(_Button):
    """An action that reads as a link."""

    kind = "link"
    ink = "accent"


class IconButton(QToolButton):
    """A button with an icon alone; `text` is its tool tip and its name for screen readers."""

    def __init__(
        self, icon_name: str, text: str, role: str = "dim", size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._role = role
        self._size = size
        self.setIconSize(QSize(size, size))
        self.setFixedSize(max(24, size + 8), max(24, size + 8))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.retint(self._retint)

    def set_icon(self, name: str, role: str = "") -> None:
        """Shows another icon, by its name."""
        self._icon_name = name
        self._role = role or self._role
        self._retint()

    def _retint(self) -> None:
        self.setIcon(icon(self._icon_name, self._role, self._size))


class Switch(QAbstractButton):
    """An on/off switch of 28 x 16, with an optional word at its right."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFont(ui_font(13))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 8 if self.text() else 0
        return QSize(34 + width, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(0.5)
            track = QRectF(2, self.height() / 2 - 8, 28, 16)
            on = self.isChecked()
            paint.round_rect(painter, track, 8, fill="accent" if on else "field", edge="accent" if on else "edge")
            knob = QPointF(track.right() - 8 if on else track.left() + 8, track.center().y())
            paint.dot(painter, knob, 10, "on_accent" if on else "dim")
            if self.hasFocus():
                paint.round_rect(painter, track.adjusted(-2, -2, 2, 2), 9, edge="accent" if not on else "text", width=1)
            paint.text(painter, QRectF(38, 0, self.width() - 38, self.height()), self.text(), self.font())


class Segmented(QWidget):
    """A choice of one from a few, in one outlined track: `Segmented([("grpc", "gRPC"), ("http", "HTTP")])`.

    An item is (key, text) or (key, text, icon). With `many`, any number may be chosen.
    """

    changed = Signal(str)

    def __init__(
        self,
        items: Sequence[tuple[str, ...]],
        *,
        dense: bool = False,
        many: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._items = _three(items)
        self._many = many
        self._chosen: set[str] = set() if many else {self._items[0][0]}
        self._focus = 0
        self._hover = -1
        self._off: set[str] = set()
        self.setFont(ui_font(13, 500))
        self.setFixedHeight(24 if dense else 28)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_items(self, items: Sequence[tuple[str, ...]]) -> None:
        """Offers other cells; what is chosen stays so where it is still there."""
        wanted = _three(items)
        if wanted == self._items:
            return
        self._items = wanted
        self.set_values([key for key, *_ in self._items if key in self._chosen])
        self.updateGeometry()

    def value(self) -> str:
        """The key of the chosen cell."""
        return next((key for key, _, _ in self._items if key in self._chosen), "")

    def values(self) -> tuple[str, ...]:
        """The keys of all chosen cells."""
        return tuple(key for key, _, _ in self._items if key in self._chosen)

    def offered(self) -> tuple[str, ...]:
        """The keys of all cells."""
        return tuple(key for key, _, _ in self._items)

    def set_value(self, key: str) -> None:
        """Chooses a cell without a signal."""
        self.set_values((key,))

    def set_values(self, keys: Sequence[str]) -> None:
        """Chooses cells without a signal."""
        self._chosen = set(keys)
        self._focus = next((i for i, item in enumerate(self._items) if item[0] in self._chosen), 0)
        self._describe()
        self.update()

    def set_enabled(self, key: str, enabled: bool) -> None:
        """Allows or greys one cell."""
        (self._off.discard if enabled else self._off.add)(key)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()), self.height())

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self.font())
        return [metrics.horizontalAdvance(text) + 24 + (22 if sign else 0) for _, text, sign in self._items]

    def cell(self, key: str) -> QRectF:
        """Where a cell is."""
        left = 0.0
        scale = self.width() / max(1, sum(self._widths()))
        for (name, _, _), width in zip(self._items, self._widths(), strict=True):
            if name == key:
                return QRectF(left, 0, width * scale, self.height())
            left += width * scale
        return QRectF()

    def _at(self, x: float) -> int:
        return next((i for i, item in enumerate(self._items) if self.cell(item[0]).right() > x >= 0), -1)

    def choose(self, index: int) -> None:
        """Chooses a cell as a press on it does: one that is chosen already is taken back where many can be."""
        key = self._items[index][0]
        if key in self._off:
            return
        self._focus = index
        if self._many:
            self._chosen ^= {key}
        elif key in self._chosen:
            return
        else:
            self._chosen = {key}
        self._describe()
        self.update()
        self.changed.emit(key)

    def _describe(self) -> None:
        chosen = ", ".join(text for key, text, _ in self._items if key in self._chosen)
        self.setAccessibleDescription(f"{chosen} chosen" if chosen else "nothing chosen")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent | QEnterEvent) -> None:
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            index = min(max(self._focus + step, 0), len(self._items) - 1)
            self._focus = index
            if not self._many:
                self.choose(index)
            self.update()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.choose(self._focus)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(0.5)
            whole = QRectF(self.rect())
            paint.round_rect(painter, whole, 4, fill="field", edge="edge")
            for index, (key, text, sign) in enumerate(self._items):
                self._paint_cell(painter, index, key, text, sign)

    def _paint_cell(self, painter: QPainter, index: int, key: str, text: str, sign: str) -> None:
        cell = self.cell(key)
        chosen = key in self._chosen
        if chosen:
            paint.round_rect(painter, cell, 4, fill="accent_soft", edge="accent")
        elif index and self._items[index - 1][0] not in self._chosen:
            painter.setPen(colour("edge"))
            painter.drawLine(QPointF(cell.left(), 8), QPointF(cell.left(), cell.height() - 8))
        role = "faint" if key in self._off else "text" if chosen or index == self._hover else "dim"
        inner = cell
        if sign:
            paint_icon(painter, QRectF(cell.left() + 10, cell.center().y() - 8, 16, 16), sign, colour(role))
            inner = cell.adjusted(22, 0, 0, 0)
        paint.text(painter, inner, text, self.font(), role, Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus() and index == self._focus:
            paint.focus_ring(painter, cell)


def _three(items: Sequence[tuple[str, ...]]) -> list[tuple[str, str, str]]:
    return [(item[0], item[1], item[2] if len(item) > 2 else "") for item in items]
