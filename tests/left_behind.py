"""Edits as a studio leaves them behind that was killed."""

from __future__ import annotations

import json
from pathlib import Path

from studio.app.editing.shelf import root


def leave(repository: Path, model: str, text: str, time: float, studio: str = "1-killed") -> Path:
    """An entry of a studio that runs no more; gives its file."""
    path = root() / studio / f"{repository.name}-{model}-{int(time * 1000)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"repository": str(repository), "model": model, "text": text, "time": time}
    path.write_text(json.dumps(content))
    return path
