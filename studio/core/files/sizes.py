"""Sizes of files in words."""

from __future__ import annotations


def size_text(size: int) -> str:
    """A size in bytes as a person reads it."""
    if size < 0:
        return ""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit in ("B", "kB") else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
