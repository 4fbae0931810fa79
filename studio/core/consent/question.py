"""What a person agreed to run: by repository, by how far the engine isolates it, and by the hash of every file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from studio import private
from studio.core.consent.code import CodeFile, code_mark, read_code, read_code_of
from studio.core.failure import CoreError
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.paths import state_dir
from studio.resources import resource
from studio.value_class import dataclass, replace

_ENOUGH = {EngineKind.EMBEDDED: ("embedded",), EngineKind.DOCKER: ("docker", "embedded")}
"""Whose consent holds: what may run without isolation may run in a container too."""
_WORDS = {True: "changed", False: "new"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked before code runs. `code` is all that may run, `unknown` what they have not agreed to.

    `changed` holds the paths of what they agreed to as it was before; `is_first` is true where there was nothing.
    `loads` are the models that a server which runs is to load; none for a launch.
    """

    spec: LaunchSpec
    repository: Path
    code: tuple[CodeFile, ...]
    unknown: tuple[CodeFile, ...]
    changed: frozenset[str] = frozenset()
    is_first: bool = True
    loads: tuple[str, ...] = ()
    is_running: bool = False
    """Whether a server that runs loads this by itself."""

    def what_is(self, file: CodeFile) -> str:
        """Whether a file that was not agreed to is new or changed; "" where all of it is new."""
        return "" if self.is_first else _WORDS[file.path in self.changed]


def question(spec: LaunchSpec, is_running: bool = False) -> Question | None:
    """What has to be asked before this launch; None where nothing has. Every launch of whatever door comes by here.

    Reads the whole repository: for a task. Raises CoreError where that cannot be looked through.
    """
    repository = served(spec)
    asked = _question(spec, repository, read_code(repository)) if repository is not None else None
    return replace(asked, is_running=is_running) if asked is not None else None


def question_of_load(spec: LaunchSpec, loads: Mapping[str, str | None]) -> Question | None:
    """What has to be asked before a server that runs loads these models; None where nothing has.

    `loads` has for each a text that stands in for its file, None for its file. For a task; raises as `question` does.
    """
    repository = served(spec)
    if repository is None:
        return None
    return _question(spec, repository, read_code_of(repository, loads), tuple(sorted(loads)))


def served(spec: LaunchSpec) -> Path | None:
    """The folder whose code runs; None where nothing is launched, or the engine says why not."""
    if spec.kind is EngineKind.ATTACHED or spec.repository is None or not spec.repository.is_dir():
        return None
    return spec.repository.resolve()


def code_mark_of(spec: LaunchSpec) -> str:
    """What changes with any change of the code that a server may run; "" where there is none of ours. For a task."""
    repository = served(spec)
    return code_mark(repository) if repository is not None else ""


def _question(
    spec: LaunchSpec, repository: Path, code: tuple[CodeFile, ...], loads: tuple[str, ...] = ()
) -> Question | None:
    kept = _kept(repository)
    agreed = {pair for kind in _ENOUGH[spec.kind] for pair in kept.get(kind, {}).items()}
    unknown = tuple(file for file in code if not _is_known(file, agreed))
    if not unknown:
        return None
    paths = {path for path, _ in agreed}
    changed = frozenset(file.path for file in unknown if file.path in paths)
    return Question(spec, repository, code, unknown, changed, not agreed, loads)


def agree(asked: Question) -> None:
    """Keep that the person agreed to what they were asked. Raises CoreError where it cannot be kept."""
    kept = _kept(asked.repository)
    agreed = kept.get(asked.spec.kind.value, {}) | {file.path: file.digest for file in asked.code}
    told = {"repository": str(asked.repository), "agreed": kept | {asked.spec.kind.value: agreed}}
    path = _place(asked.repository)
    try:
        private.write(path, json.dumps(told, indent=1, sort_keys=True).encode("utf-8", "surrogateescape"))
    except OSError as error:
        reason = f"{error.strerror}: {path}."
        raise CoreError("Keep that this code may run", reason, "It will be asked again at the next launch.") from error


def since(asked: Question, now: Question | None) -> Question | None:
    """What has to be asked still after a yes: what changed while the question stood; None where nothing did.

    `now` is the same question, looked for anew after the answer.
    """
    if now is None:
        return None
    read = {(file.path, file.digest) for file in asked.code}
    left = tuple(file for file in now.unknown if (file.path, file.digest) not in read)
    if not left:
        return None
    before = {path for path, _ in read}
    changed = now.changed | {file.path for file in left if file.path in before}
    return replace(now, unknown=left, changed=changed, is_first=False)


def named(asked: Question, most: int = 3) -> str:
    """The first files that were not agreed to, and how many more there are, in a line."""
    first = [f"{file.path} ({what})" if (what := asked.what_is(file)) else file.path for file in asked.unknown[:most]]
    more = len(asked.unknown) - len(first)
    return ", ".join(first) + (f" and {more} more" if more else "")


def _is_known(file: CodeFile, agreed: set[tuple[str, str]]) -> bool:
    return (file.path, file.digest) in agreed or (file.path, file.digest) in _shipped()


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """The code of the examples that come with the studio."""
    return frozenset(
        (file.path, file.digest)
        for folder in sorted(resource().glob("example*"))
        for file in read_code(folder / "models")
    )


def _place(repository: Path) -> Path:
    name = hashlib.sha256(os.fsencode(repository)).hexdigest()[:32]
    return state_dir() / "consent" / f"{name}.json"


def _kept(repository: Path) -> dict[str, dict[str, str]]:
    """By engine the files that were agreed to and their hashes; nothing where that cannot be read."""
    try:
        told = json.loads(_place(repository).read_bytes())
        found = {str(kind): {str(k): str(v) for k, v in files.items()} for kind, files in told["agreed"].items()}
        is_its_own = told["repository"] == str(repository)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    return found if is_its_own else {}
