"""Words and small signs: labels, marks, pills, counts and key hints."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.ui.look import theme
from studio.ui.look.icons import pixmap
from studio.ui.look.theme import colour, mono_font, tokens, ui_font
from studio.ui.widgets import paint

_SOFT = {"ok": "ok_soft", "warn": "warn_soft", "error": "error_soft", "accent": "accent_soft"}


class Label(QLabel):
    """A line of text in one of the roles text, dim, faint, accent, ok, warn, error."""

    def __init__(
        self, text: str = "", role: str = "text", px: int = 13, weight: int = 400, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(ui_font(px, weight))
        self.setProperty("role", role)

    def set_role(self, role: str) -> None:
        """Gives the text the colour of another role."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class MonoLabel(Label):
    """A label in the font of code."""

    def __init__(self, text: str = "", role: str = "text", px: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(text, role, px, 400, parent)
        self.setFont(mono_font(px))


class ElidedLabel(Label):
    """A label that shortens its text to the room there is, and has the whole of it as a tool tip."""

    def __init__(
        self, text: str = "", role: str = "text", px: int = 13, weight: int = 400, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, role, px, weight, parent)
        self.mode = Qt.TextElideMode.ElideRight
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(16, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            shown = self.fontMetrics().elidedText(self.text(), self.mode, self.width())
            self.setToolTip(self.text() if shown != self.text() else "")
            painter.setFont(self.font())
            painter.setPen(colour(str(self.property("role")) if self.isEnabled() else "faint"))
            painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


class IconLabel(QLabel):
    """An icon that keeps the colour of its role through a change of theme."""

    def __init__(self, name: str, role: str = "dim", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = (name, role, size)
        self.setFixedSize(size, size)
        theme.retint(self._retint)

    def set_icon(self, name: str, role: str) -> None:
        """Shows another icon in the same place."""
        self._icon = (name, role, self._icon[2])
        self._retint()

    def _retint(self) -> None:
        self.setPixmap(pixmap(*self._icon))


class _Painted(QWidget):
    """A small painted sign with a text; its size follows from the text."""

    def __init__(self, text: str, font: QFont, padding: int, height: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._text = text
        self._padding = padding
        self._height = height
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        """The whole text, also where it is shown shortened."""
        return self._text

    def setText(self, text: str) -> None:
        """Shows another text, shortened where it has no room."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        width = ceil(QFontMetricsF(self.font()).horizontalAdvance(self._text)) + 2 * self._padding + 1
        return QSize(max(width, self._height), self._height)


class Pill(_Painted):
    """A state on its soft tint: `Pill("Running", "ok", dot=True)`. Roles: ok, warn, error, accent, dim."""

    def __init__(self, text: str = "", role: str = "dim", *, dot: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, ui_font(11, 500), 8, 18, parent)
        self._role = role
        self._dot = dot

    def set_state(self, text: str, role: str) -> None:
        """Says something else in another role."""
        self._role = role
        self.setText(text)
        self.update()

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(12 if self._dot else 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(painter, rect, 4, fill=_SOFT.get(self._role, "hover"))
            if self._dot:
                paint.dot(painter, QPointF(11, rect.center().y()), 6, self._role)
            inner = rect.adjusted(8 + (12 if self._dot else 0), 0, -8, 0)
            paint.text(painter, inner, self._text, self.font(), self._role)


class KeyHint(_Painted):
    """A key beside what it does: 18 high, outlined."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(key, ui_font(11, 500), 6, 18, parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, edge="edge")
            paint.text(painter, QRectF(self.rect()), self._text, self.font(), "dim", Qt.AlignmentFlag.AlignHCenter)


class CountBadge(_Painted):
    """A count beside a title; gone when zero."""

    def __init__(self, count: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(str(count), ui_font(11, 500), 6, 16, parent)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Shows another count; zero hides it."""
        self.setText(str(count))
        self.setVisible(count > 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 8, fill="hover")
            paint.text(painter, QRectF(self.rect()), self._text, self.font(), "dim", Qt.AlignmentFlag.AlignHCenter)


class DataTypeMark(QWidget):
    """The 16 px square that stands for a data type everywhere: a letter on its family's tint."""

    def __init__(self, data_type: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(16, 16)
        self.set_data_type(data_type)

    def set_data_type(self, data_type: str) -> None:
        """Shows another type: `TYPE_FP32`, `FP32` or `BYTES`."""
        self._data_type = data_type
        short = data_type.removeprefix("TYPE_")
        self.setAccessibleName(f"data type {short}" if short else "no data type")
        self.setToolTip(short)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.mark(painter, QRectF(self.rect()), self._data_type)


class DataTypeChip(_Painted):
    """A data type by mark and name, 20 high."""

    def __init__(self, data_type: str = "", parent: QWidget | None = None) -> None:
        super().__init__(data_type.removeprefix("TYPE_"), mono_font(12), 6, 20, parent)
        self._data_type = data_type

    def set_data_type(self, data_type: str) -> None:
        """Shows the mark of another data type."""
        self._data_type = data_type
        self.setText(data_type.removeprefix("TYPE_"))
        self.update()

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(18, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_chip(painter, QRectF(self.rect()), self._data_type)


def chip_width(data_type: str) -> int:
    """The width of a chip, for delegates."""
    return QFontMetrics(mono_font(12)).horizontalAdvance(data_type.removeprefix("TYPE_")) + 30


def paint_chip(painter: QPainter, rect: QRectF, data_type: str) -> None:
    """Draws the chip of a data type, for delegates."""
    ink = tokens().family(paint.family(data_type))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink, tokens().tint))
    painter.drawRoundedRect(rect, 4, 4)
    painter.restore()
    paint.mark(painter, QRectF(rect.left() + 2, rect.center().y() - 8, 16, 16), data_type)
    paint.text(painter, rect.adjusted(24, 0, -4, 0), data_type.removeprefix("TYPE_"), mono_font(12), ink)
