"""What the inspector says of each part of a graph."""

from studio.ui.canvas.cards.small import EnsembleCard, PortCard, WireCard
from studio.ui.canvas.cards.step import StepCard

__all__ = ["EnsembleCard", "PortCard", "StepCard", "WireCard"]
