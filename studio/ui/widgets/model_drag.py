"""What travels with a drag of models: their names, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

MODELS_MIME = "application/x-trireme-models"
"""A JSON list of the names of models in the open repository."""


def models_to_mime(names: Iterable[str]) -> bytes:
    """Names of models as they travel."""
    return json.dumps(list(names)).encode()


def models_from_mime(data: bytes) -> tuple[str, ...]:
    """The names that travel; none where the data is something else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
