"""Which fields of a section its own parts leave out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.core.config.fields import message_of
from studio.text.tree import Path
from studio.ui.editor.form.part import FormPart


def out_of_reach(roots: Sequence[Path], parts: Sequence[FormPart]) -> list[Path]:
    """The fields that none of the parts stands for, as deep as the parts go."""
    whole = {path for part in parts if part.whole for path in part.paths}
    partly = {path for part in parts if not part.whole for path in part.paths}
    return [path for root in roots for path in _inside(root, whole, partly)]


def _inside(path: Path, whole: set[Path], partly: set[Path]) -> Iterator[Path]:
    if path in whole:
        return
    deeper = path in partly or any(len(other) > len(path) and other[: len(path)] == path for other in whole | partly)
    message = message_of(path)
    if not deeper or message is None:
        yield path
        return
    for name in message.fields:
        yield from _inside((*path, name), whole, partly)
