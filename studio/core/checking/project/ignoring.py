"""Adding to a `trireme.toml` that a rule is passed over, with what is written there kept as it is."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Sequence
from pathlib import Path

from studio.core.checking.project.project_file import LARGEST, NAME, find_project_file
from studio.core.failure import CoreError
from studio.core.files.discovery import checkout_root
from studio.core.files.reading import Stamp, read_if_there
from studio.core.files.saving import save
from studio.text.layout import newline


def ignoring_path(repository: Path) -> Path:
    """The file of the repository's project; where it has none that which can be made for it."""
    found = find_project_file(repository)
    if found is not None:
        return found[0]
    real = Path(os.path.realpath(repository))
    return (checkout_root(real) or real.parent) / NAME


def with_ignored(data: bytes, rule: str, reason: str, models: Sequence[str]) -> bytes:
    """The file with another rule that is passed over in these models, in all where none is named.

    Raises CoreError where the file cannot take it so.
    """
    import tomllib

    attempted = f"Ignore {rule}"
    try:
        text = data.decode("utf-8")
        lines = ["[[ignore]]", f"rule = {_quoted(rule)}", f"reason = {_quoted(reason)}"]
        if models:
            lines.append(f"models = [{', '.join(_quoted(glob.escape(each)) for each in models)}]")
        end = newline(text)
        gap = "" if not text.strip() else end if text.endswith("\n") else end + end
        after = text + gap + end.join([*lines, ""])
        tomllib.loads(after)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        remedy = f"Write it by hand: [[ignore]] with rule = “{rule}” and a reason."
        raise CoreError(attempted, f"{NAME} cannot take it as it is: {error}.", remedy) from error
    return after.encode()


def ignore(path: Path, rule: str, reason: str, models: Sequence[str]) -> tuple[bytes | None, Stamp]:
    """Writes it; the file's bytes before, None where there was none, and its stamp now. Raises CoreError."""
    found = read_if_there(path)
    before = found[0] if found is not None else b""
    after = with_ignored(before, rule, reason, models)
    if len(after) > LARGEST:
        raise CoreError(f"Ignore {rule}", f"{path} would have more than {LARGEST:,} bytes.", "Make it smaller.")
    stamp = save(path, after, found[1] if found is not None else None)
    return (before if found is not None else None), stamp


def take_back(path: Path, before: bytes | None, stamp: Stamp) -> None:
    """Gives the file its bytes back, or takes away one that was made. Raises CoreError where it changed since."""
    if before is not None:
        save(path, before, stamp)
        return
    found = read_if_there(path)
    if found is None or found[1].digest != stamp.digest:
        raise CoreError(f"Take {path} away", "it was changed since.", "Look at it first.")
    path.unlink()


def _quoted(text: str) -> str:
    """A text as TOML writes it: as JSON does, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
