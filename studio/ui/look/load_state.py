"""How the load state of a model looks, wherever it is shown: told by shape as well as by colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from studio.core.inference.requests import ModelState

LoadState: TypeAlias = Literal["", "ready", "loading", "failed"]
"""What there is to be seen of it; "" for a model that is not loaded, or where no server runs."""

LOAD_SIGNS: Mapping[LoadState, tuple[str, str]] = {
    "": ("circle", "faint"),
    "ready": ("check-circle-fill", "ok"),
    "loading": ("spinner", "warn_fill"),
    "failed": ("x-circle-fill", "error"),
}
"""Icon and colour; loading is unloading too."""


def load_state(row: ModelState) -> LoadState:
    """What there is to be seen of a row of the server's index."""
    if row.is_ready:
        return "ready"
    if row.is_changing:
        return "loading"
    return "failed" if row.is_failed else ""
