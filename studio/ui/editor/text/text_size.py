"""The size of the text of every editor, kept as a setting."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.settings import Settings, settings

_KEEP_MS = 400
SMALLEST, USUAL, LARGEST = 8, 12, 40


class TextSize(QObject):
    """The size in pixels. The wheel changes it many times a second, so it is kept once that rests."""

    changed = Signal(int)

    def __init__(self, held: Settings) -> None:
        super().__init__(held)
        self._settings = held
        self.pixels: int = _within(int(held.get("text_size")))
        self._keep = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keep.timeout.connect(lambda: held.set("text_size", self.pixels))
        held.changed.connect(self._follow)

    def _follow(self, name: str) -> None:
        if name == "text_size":
            self._take(int(self._settings.get(name)))

    def _take(self, pixels: int) -> None:
        pixels = _within(pixels)
        if pixels != self.pixels:
            self.pixels = pixels
            self.changed.emit(pixels)

    def change(self, by: int) -> None:
        """Makes the text larger or smaller by so many pixels."""
        self._take(self.pixels + by)
        self._keep.start()

    def reset(self) -> None:
        """Gives the text its usual size."""
        self.change(USUAL - self.pixels)


def _within(pixels: int) -> int:
    return max(SMALLEST, min(LARGEST, pixels))


@cache
def _of(held: Settings) -> TextSize:
    return TextSize(held)


def text_size() -> TextSize:
    """The one size of all texts."""
    return _of(settings())
