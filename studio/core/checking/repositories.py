"""Checks of whole repositories on disk, alone or served together, as the command line makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.checking import collector
from studio.core.checking.check import check_each, first_error
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files.repository import ModelFolder, Repository, scan
from studio.core.files.saving import read

_CONFIGS = "configs"


@dataclass(frozen=True, slots=True)
class ModelVerdict:
    """What is found about one model. `first_error` is the server's text, "" where it loads or says nothing."""

    name: str
    loads: bool
    first_error: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found about one repository. `findings` are those that concern no single model."""

    path: Path
    findings: tuple[Finding, ...]
    models: tuple[ModelVerdict, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything in it keeps a server from starting."""
        own = any(each.severity is Severity.ERROR for each in self.findings)
        return own or any(_has_errors(model.findings) for model in self.models)


def configured(repository: Repository, name: str) -> Repository:
    """The repository with the configurations that `--model-config-name` picks: `configs/NAME.pbtxt` where it is."""
    if not name:
        return repository
    return replace(
        repository,
        models=tuple(_configured(folder, name) for folder in repository.models),
        strays=tuple(_configured(folder, name) for folder in repository.strays),
    )


def _configured(folder: ModelFolder, name: str) -> ModelFolder:
    path = folder.path / _CONFIGS / f"{name}.pbtxt"
    has_folder = any(file.name == _CONFIGS and file.is_folder for file in folder.files)
    return replace(folder, config_path=path) if has_folder and path.is_file() else folder


def read_drafts(repository: Repository) -> dict[str, Draft]:
    """Every configuration that can be read."""
    found: dict[str, Draft] = {}
    with collector.paused():
        for folder in (*repository.models, *repository.strays):
            if folder.config_path is not None:
                try:
                    found[folder.name] = draft(read(folder.config_path)[0])
                except CoreError:
                    # A configuration without a text is told by a rule of its own.
                    continue
    return found


def check_path(path: Path, profile: Profile, told: Callable[[str], None] | None = None) -> Verdict:
    """The verdict on one repository, with those beside it that the profile's flags name.

    `told` is called with the name of each model before it is checked and may raise to cancel. Raises CoreError where
    a folder cannot be read.
    """
    others = [Path(each) for each in profile.repositories]
    return check_together([path, *others], profile, told)[0]


def check_together(paths: Sequence[Path], profile: Profile, told: Callable[[str], None] | None = None) -> list[Verdict]:
    """The verdicts on repositories that one server serves."""
    found = [configured(scan(path), profile.config_name) for path in paths]
    texts = [read_drafts(each) for each in found]
    with collector.paused():
        return [_verdict(index, found, texts, profile, told) for index in range(len(found))]


def _verdict(
    index: int,
    repositories: Sequence[Repository],
    texts: Sequence[Mapping[str, Draft]],
    profile: Profile,
    told: Callable[[str], None] | None,
) -> Verdict:
    own = repositories[index]
    seen, drafts = _joined(index, repositories, texts)
    names = {folder.name for folder in (*own.models, *own.strays)}
    clashes = {} if profile.namespacing else _elsewhere(index, repositories)
    general: tuple[Finding, ...] = ()
    findings: dict[str, tuple[Finding, ...]] = {}
    for name, several in _checked(seen, drafts, profile, told):
        if not name:
            general = several
        elif name in names:
            findings[name] = several
    for name in sorted(names.intersection(clashes)):
        findings[name] = (_duplicate(own, name, clashes[name]), *findings.get(name, ()))
    stopped = any(each.rule == "repo-stat-fails" for each in general)
    return Verdict(
        own.path, general, tuple(_model(name, findings[name], general, stopped) for name in sorted(findings))
    )


def _checked(
    repository: Repository, drafts: Mapping[str, Draft], profile: Profile, told: Callable[[str], None] | None
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    for name, several in check_each(repository, drafts, profile):
        if told is not None and name:
            told(name)
        yield name, several


def _model(name: str, findings: tuple[Finding, ...], general: tuple[Finding, ...], stopped: bool) -> ModelVerdict:
    if stopped:
        return ModelVerdict(name, False, first_error(general, ""), findings)
    return ModelVerdict(name, not _has_errors(findings), first_error(findings, name), findings)


def _has_errors(findings: Sequence[Finding]) -> bool:
    return any(each.severity is Severity.ERROR for each in findings)


def _joined(
    index: int, repositories: Sequence[Repository], texts: Sequence[Mapping[str, Draft]]
) -> tuple[Repository, dict[str, Draft]]:
    """A repository as its ensembles see it: its own models, and of the others those whose name is theirs alone."""
    own = repositories[index]
    taken = {folder.name for folder in (*own.models, *own.strays)}
    names = [folder.name for i, each in enumerate(repositories) if i != index for folder in each.models]
    models, drafts = list(own.models), dict(texts[index])
    for i, each in enumerate(repositories):
        for folder in each.models if i != index else ():
            if folder.name not in taken and names.count(folder.name) == 1:
                models.append(folder)
                if folder.name in texts[i]:
                    drafts[folder.name] = texts[i][folder.name]
    return replace(own, models=tuple(models)), drafts


def _elsewhere(index: int, repositories: Sequence[Repository]) -> dict[str, Path]:
    return {
        folder.name: each.path
        for i, each in enumerate(repositories)
        if i != index
        for folder in (*each.models, *each.strays)
    }


def _duplicate(own: Repository, name: str, other: Path) -> Finding:
    return Finding(
        rule="repo-duplicate-model",
        severity=Severity.ERROR,
        message=f"“{name}” is in {other} as well. Without namespaces (--model-namespacing) a name may be there once.",
        model=name,
        server_text=f"failed to poll model '{name}': not unique across all model repositories",
        file=own.path / name,
        phase="1",
    )
