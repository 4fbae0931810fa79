"""What concerns no single model: the folder as a whole, and the flags that the server is started with."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import FileMove, Finding, Fix, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.rules.words import nearest
from studio.core.files.repository import Link, Repository
from studio.core.serving.kinds import ControlMode

_PYTHON = {
    "shm-default-byte-size": (1 << 20, "shm-default-byte-size can't be smaller than 4 MiBs"),
    "shm-growth-byte-size": (1, "shm-growth-byte-size can't be smaller than or equal to zero."),
    "stub-timeout-seconds": (1, "stub-timeout-seconds can't be smaller than or equal to zero."),
    "thread-pool-size": (1, "thread-pool-size can't be less than 1."),
}


def repository(found: Repository, profile: Profile) -> Iterator[Finding]:
    """Everything about the repository itself, in the server's order."""
    yield from _loads(found, profile)
    yield from _links(found)
    yield from _options(found, profile)


def _links(found: Repository) -> Iterator[Finding]:
    """A link beside the models that leads nowhere stops the whole repository."""
    for note in found.problems:
        if note.path.parent == found.path and note.link is Link.BROKEN:
            yield Finding(
                rule="repo-stat-fails",
                severity=Severity.ERROR,
                message=f"The link “{note.path.name}” leads nowhere, so the server reads none of the models.",
                server_text=f"failed to poll model repository '{found.path}': failed to stat file {note.path}",
                file=note.path,
                phase="1",
                fixes=(Fix(f"Move the link “{note.path.name}” to the trash", move=FileMove(note.path, None)),),
            )


def _loads(found: Repository, profile: Profile) -> Iterator[Finding]:
    """The models that `--load-model` names."""
    if profile.control is not ControlMode.EXPLICIT:
        return
    if "*" in profile.load and len(profile.load) > 1:
        yield _error(
            found,
            "explicit-wildcard-not-alone",
            "“--load-model=*” loads every model, so no other --load-model may be given.",
            "Wildcard model name '*' must be the ONLY startup model if specified at all.",
        )
        return
    names = [folder.name for folder in found.folders]
    for name in profile.load:
        if name != "*" and name not in names:
            meant = nearest(name, names)
            hint = f" Did you mean “{meant}”?" if meant else ""
            yield _error(
                found,
                "explicit-model-missing",
                f"The server is told to load “{name}”, but there is no such model.{hint}",
                f"failed to poll model '{name}': model not found in any model repository.",
            )


def _options(found: Repository, profile: Profile) -> Iterator[Finding]:
    """Options of backends that keep every model of theirs from loading."""
    for backend, name, text in profile.backend_options:
        said = _refused(backend, name, text)
        if said:
            rule = "py-cli-params" if backend == "python" else _tensorflow_rule(text)
            yield _error(found, rule, f"The option “{backend},{name}={text}” is refused: {said}", said)


def _refused(backend: str, name: str, text: str) -> str:
    if backend == "tensorflow" and name == "version" and text != "2":
        if text == "1":
            return "starting from 23.04, Triton no longer supports Tensorflow 1. Please switch to Tensorflow 2."
        return f"unexpected TensorFlow library version '{text}', expects 2."
    least, said = _PYTHON.get(name, (0, "")) if backend == "python" else (0, "")
    digits = text.removeprefix("-")
    return said if said and digits.isdecimal() and int(text) < least else ""


def _tensorflow_rule(text: str) -> str:
    return "tf-version-1" if text == "1" else "tf-version-other"


def _error(found: Repository, rule: str, message: str, server: str) -> Finding:
    return Finding(rule, Severity.ERROR, message, server_text=server, file=found.path, phase="1")
