"""The repositories of one server: how they are read, and the check of one of them among the others.

The window and the command line both check through these functions, so that both see what the server's flags bring in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from studio import disk
from studio.core import garbage
from studio.core.checking.check import check_each, check_models
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft
from studio.core.files.configs import ConfigReader
from studio.core.files.repository import ModelFolder, Repository, scan
from studio.value_class import dataclass, replace

_CONFIGS = "configs"

Found = tuple[str, tuple[Finding, ...]]
"""The findings of one model, or of the repository itself under ""."""


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """One repository as a server reads it: its layout, and the text of every configuration that can be read."""

    repository: Repository
    drafts: Mapping[str, Draft]

    @property
    def names(self) -> frozenset[str]:
        """The folders of it, those too that are no sound models."""
        return frozenset(folder.name for folder in self.repository.folders)


def read_drafts(repository: Repository, reader: ConfigReader | None = None) -> dict[str, Draft]:
    """Every configuration that can be read."""
    given = reader or ConfigReader()
    with garbage.paused():
        texts = {
            each.name: given.draft(each.config_path, each.bounds) for each in repository.folders if each.config_path
        }
    return {name: text for name, text in texts.items() if text is not None}


def read_served(
    path: Path, profile: Profile, reader: ConfigReader, allowed: tuple[str, ...] = (), only: str = ""
) -> Served:
    """A repository as a server with this profile reads it; `allowed` and `only` are as for `scan`.

    Raises CoreError where the folder cannot be read.
    """
    repository = configured(scan(path, allowed, only), profile.config_name)
    return Served(repository, read_drafts(repository, reader))


def read_others(profile: Profile, reader: ConfigReader, allowed: tuple[str, ...] = ()) -> tuple[Served, ...]:
    """The further repositories that the profile's flags name. Raises CoreError where one cannot be read."""
    return tuple(read_served(Path(each), profile, reader, allowed) for each in profile.repositories)


def configured(repository: Repository, name: str) -> Repository:
    """The repository with the configurations that `--model-config-name` picks: `configs/NAME.pbtxt` where it is."""
    if not name:
        return repository
    return replace(
        repository,
        models=tuple(_configured(folder, name) for folder in repository.models),
        strays=tuple(_configured(folder, name) for folder in repository.strays),
    )


def with_picked(own: Served, profile: Profile, reader: ConfigReader) -> Served:
    """A repository whose usual configurations are known, with those that `--model-config-name` picks instead."""
    if not profile.config_name:
        return own
    picked = configured(own.repository, profile.config_name)
    drafts = dict(own.drafts)
    for before, now in zip(own.repository.folders, picked.folders, strict=True):
        if now is not before and now.config_path is not None:
            text = reader.draft(now.config_path, now.bounds)
            drafts.pop(now.name, None)
            drafts.update({now.name: text} if text is not None else {})
    return Served(picked, drafts)


def is_in_picked(finding: Finding, folder: ModelFolder) -> bool:
    """Whether a finding lies in a configuration that `--model-config-name` picks, not in the model's usual one."""
    return finding.file is not None and finding.file.parent == folder.path / _CONFIGS


def check_served(own: Served, others: Sequence[Served], profile: Profile) -> Iterator[Found]:
    """The findings of a repository that a server serves with others: its own first, then model by model.

    It can be left after any of them: that is how a check is cancelled, and how it tells how far it has come.
    """
    repository, drafts = _joined(own, others)
    names, clashes = own.names, _clashes(others, profile)
    for name, several in check_each(repository, drafts, profile):
        if not name:
            yield name, several
        elif name in names:
            yield name, (*_duplicates(own, name, clashes), *several)


def check_touched(own: Served, others: Sequence[Served], profile: Profile, touched: Iterable[str]) -> Iterator[Found]:
    """The findings of these models and of the ensembles that use them; models without any are told, empty."""
    repository, drafts = _joined(own, others)
    names, clashes = own.names, _clashes(others, profile)
    for name, several in check_models(repository, touched, drafts, profile):
        yield name, (*_duplicates(own, name, clashes), *several) if name in names else ()


def picked_config(folder: ModelFolder, name: str) -> Path | None:
    """The configuration that `--model-config-name` picks in place of a model's usual one; None where there is none."""
    path = folder.path / _CONFIGS / f"{name}.pbtxt"
    has_folder = any(file.name == _CONFIGS and file.is_folder for file in folder.files)
    return path if name and has_folder and disk.is_file(path) else None


def _configured(folder: ModelFolder, name: str) -> ModelFolder:
    path = picked_config(folder, name)
    return replace(folder, config_path=path) if path is not None else folder


def _joined(own: Served, others: Sequence[Served]) -> tuple[Repository, Mapping[str, Draft]]:
    """A repository as its ensembles see it: its own models, and of the others those whose name is theirs alone."""
    if not others:
        return own.repository, own.drafts
    taken = own.names
    names = [folder.name for each in others for folder in each.repository.models]
    models, drafts = list(own.repository.models), dict(own.drafts)
    for each in others:
        for folder in each.repository.models:
            if folder.name not in taken and names.count(folder.name) == 1:
                models.append(folder)
                if folder.name in each.drafts:
                    drafts[folder.name] = each.drafts[folder.name]
    return replace(own.repository, models=tuple(models)), drafts


def _clashes(others: Sequence[Served], profile: Profile) -> dict[str, Path]:
    """Where else a name is, which matters without namespaces only."""
    if profile.namespacing or profile.ignores("repo-duplicate-model", ""):
        return {}
    return {folder.name: each.repository.path for each in others for folder in each.repository.folders}


def _duplicates(own: Served, name: str, clashes: Mapping[str, Path]) -> Iterator[Finding]:
    if name in clashes:
        other = clashes[name]
        yield Finding(
            rule="repo-duplicate-model",
            severity=Severity.ERROR,
            message=f"“{name}” is in {other} as well. "
            "Without namespaces (--model-namespacing) a name may be there once.",
            model=name,
            server_text=f"failed to poll model '{name}': not unique across all model repositories",
            file=own.repository.path / name,
            phase="1",
        )
