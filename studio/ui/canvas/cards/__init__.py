"""What the inspector says of each part of a graph."""

from studio.ui.canvas.cards.small import EnsembleCard, PortCard
from studio.ui.canvas.cards.step import StepCard
from studio.ui.canvas.cards.wire import WireCard

__all__ = ["EnsembleCard", "PortCard", "StepCard", "WireCard"]
