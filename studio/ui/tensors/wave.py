"""A tensor as sound: its wave, and the system's player for it where there is one."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app import player, tasks
from studio.core.inference.formats import wav
from studio.core.inference.requests import Tensor
from studio.core.inference.viewing.sounds import RATES, playable, seconds
from studio.ui.tensors import names
from studio.ui.tensors.line import LinePlot
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Chooser, ElidedLabel, Label, MonoLabel, QuietButton

_MOST_CHANNELS = 2


def suits(tensor: Tensor) -> bool:
    """Floats or PCM along one axis, of one channel or a few."""
    is_sound = tensor.data_type.wire in ("FP32", "FP16", "FP64", "BF16", "INT16", "INT32", "UINT8")
    return is_sound and tensor.array.size >= 1024 and wav.axes(tensor.array.shape) is not None


class WaveView(Viewer):
    """Up to two channels below one another; *Play* gives a WAV to the system's player."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._tensor: Tensor | None = None
        self.play = QuietButton("Play", "play", "dense")
        self.play.setObjectName(names.Tensors.PLAY)
        self.rate = Chooser(tuple(f"{rate:,} Hz" for rate in RATES), dense=True)
        self.rate.setObjectName(names.Tensors.RATE)
        self.rate.setAccessibleName("Samples a second")
        self.rate.setCurrentIndex(RATES.index(wav.RATE))
        self.length, self.place = Label("", "dim", 12), MonoLabel("", "dim")
        self.reason = ElidedLabel("", "warn", 12)
        self.plots = [LinePlot() for _ in range(_MOST_CHANNELS)]
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.play, self.rate, self.length):
            row.addWidget(widget)
        row.addWidget(self.reason, 1)
        row.addWidget(self.place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        for number, plot in enumerate(self.plots):
            plot.zero_based = False
            plot.setObjectName(names.Tensors.WAVE.format(number))
            plot.pointed.connect(self._tell)
            column.addWidget(plot, 1)
        self.play.clicked.connect(self._play)
        self.rate.currentIndexChanged.connect(lambda _index: self._describe())

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows the channels of a tensor."""
        self._tensor = tensor
        samples = wav.samples(tensor.array)
        for number, plot in enumerate(self.plots):
            plot.setVisible(number < samples.shape[1])
            if number < samples.shape[1]:
                plot.set_row(samples[:, number], f"{tensor.name}, channel {number}")
        reason = player.problem()
        self.play.setEnabled(not reason)
        self.reason.setText(reason)
        self.play.setToolTip(reason or "Give the sound to the system's player")
        self.play.setAccessibleName("Play" if not reason else f"Play: {reason}")
        self._describe()

    @property
    def _rate(self) -> int:
        return RATES[self.rate.currentIndex()]

    def _describe(self) -> None:
        if self._tensor is not None:
            channels = wav.samples(self._tensor.array).shape[1]
            more = f", {channels} channels" if channels > 1 else ""
            few = f", the first {_MOST_CHANNELS} shown" if channels > _MOST_CHANNELS else ""
            self.length.setText(f"{seconds(self._tensor.array, self._rate):.2f} s{more}{few}")

    def _play(self) -> None:
        tensor, rate = self._tensor, self._rate
        if tensor is not None:
            tasks.run(self, lambda _context: playable(tensor, rate), player.play, key="play")

    def _tell(self, index: int) -> None:
        if self._tensor is not None:
            values = wav.samples(self._tensor.array)[index, :_MOST_CHANNELS]
            words = ", ".join(f"{float(value):.5g}" for value in values)
            self.place.setText(f"{index / self._rate:.4f} s: {words}")

    def sizeHint(self) -> QSize:
        """Room for one wave or two."""
        return QSize(360, 200 if self.plots[1].isHidden() else 320)
