"""The wheel and the sdist."""

from __future__ import annotations

from pathlib import Path

from common import DIST, ROOT, environment, run


def build() -> list[Path]:
    """Both, by the pinned hatchling of the virtual environment."""
    python = ROOT / ".venv" / "bin" / "python"
    run([python, "-m", "hatchling", "build", "-d", DIST], env=environment())
    return sorted(DIST.iterdir())
