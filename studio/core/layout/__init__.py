"""Layered placement of boxes with ports: what flows in stands at the left, what flows out at the right."""

from studio.core.layout.incremental import place_new
from studio.core.layout.layered import layered
from studio.core.layout.model import Box, Link, Placement

__all__ = ["Box", "Link", "Placement", "layered", "place_new"]
