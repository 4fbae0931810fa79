"""`trireme.toml`: the server that a project is checked for and what it lets pass, beside its repository or above it.

It is somebody's file that came with a checkout. It says for which server is checked and what is passed over; it cannot
widen what is read or run: no flag of it names a folder, and what it names itself lies in the checkout.

    server = "26.07-py3"        # a version, a release or an image
    gpus = "any"                # or "none", [0, 1]
    backends = ["python"]       # "any", or those of the image where it is left out; so are `agents`
    flags = ["--model-namespacing=true"]
    weights = "elsewhere"       # or "here"
    mount = "/models"           # where the server has the repository
    templates = ["*_llm"]       # models whose configuration is filled in before it is served
    fail-on = "warning"         # error, warning, hint, undecided, never; several with commas
    baseline = "baseline.json"  # what was found before
    [[ignore]]
    rule = "label-count"
    reason = "the last label is added at run time"
    models = ["classifier*"]    # all where it is left out
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from studio.core.checking.profile import Ignored
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.discovery import checkout_root
from studio.core.files.reading import read_unstamped
from studio.value_class import dataclass, field

NAME = "trireme.toml"
LARGEST = 1 << 16
"""Bytes."""
_SERVER = frozenset({"server", "gpus", "backends", "agents", "flags"})


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """What a `trireme.toml` says. `target` has the words of a choice that it writes, by their name there."""

    path: Path
    target: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()
    templates: tuple[str, ...] = ()
    fail_on: str = ""
    baseline: Path | None = None

    @property
    def names_server(self) -> bool:
        """Whether it says which server is meant, not only what is let pass."""
        return not _SERVER.isdisjoint(self.target)


def project_file(repository: Path) -> ProjectFile | None:
    """What the file of a project says. Raises CoreError where it cannot be read or says what it may not."""
    found = find_project_file(repository)
    return read_project_file(*found) if found else None


def find_project_file(repository: Path) -> tuple[Path, Path] | None:
    """The file of a repository, and the folder out of which nothing of it leads.

    It lies in the repository's folder, beside it, or above it up to the root of the git checkout; outside of a
    checkout it is not looked for further up than beside.
    """
    real = Path(os.path.realpath(repository))
    root = checkout_root(real)
    beside = real.parent
    for folder in (real, *real.parents):
        path = folder / NAME
        if os.path.lexists(path):
            return path, root or folder
        if folder == (root or beside):
            return None
    return None


def read_project_file(path: Path, root: Path) -> ProjectFile:
    """What a file says that lies in `root`, out of which nothing of it leads. Raises CoreError."""
    attempted = f"Read {path}"
    bounds = Bounds((os.path.realpath(root),))
    try:
        data, _mtime_ns = read_unstamped(path, LARGEST, bounds)
    except CoreError as failure:
        raise CoreError(attempted, failure.reason) from failure
    # Few repositories have such a file, and a check of one model spends most of its time on imports.
    import tomllib

    from studio.core.checking.project.project_values import Reader

    try:
        text = data.decode("utf-8")
        told = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise CoreError(attempted, "it is not text in UTF-8.") from error
    except ValueError as error:
        raise CoreError(attempted, f"it is not sound TOML: {error}.") from error
    except RecursionError as error:
        raise CoreError(attempted, "it is not sound TOML: too many brackets in each other.") from error
    reader = Reader(path, text, told)
    reader.require_known()
    return ProjectFile(
        path, reader.target(), reader.ignored(), reader.templates(), reader.fail_on(), reader.baseline(bounds)
    )
