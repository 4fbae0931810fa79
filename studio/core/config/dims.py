"""Dims as a person writes and reads them."""

from __future__ import annotations

import re
from typing import Any


def parse_dims(text: str) -> list[int]:
    """`3, 224, -1` or `[3 224 -1]` as numbers; raises ValueError for anything else."""
    parts = [part for part in re.split(r"[\s,x×]+", text.strip("[] ")) if part]
    wrong = next((part for part in parts if not re.fullmatch(r"-?\d+", part)), "")
    if wrong:
        raise ValueError(f"{wrong} is not a whole number. Write dims as 3, 224, 224.")
    return [int(part) for part in parts]


def format_dims(dims: Any) -> str:
    """Dims, or other whole numbers, with commas between; empty for what is no list."""
    return ", ".join(str(size) for size in dims) if isinstance(dims, tuple | list) else ""
