"""What the checker says of a model that is not there yet."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from studio import temporary
from studio.core.checking.check import check_model
from studio.core.checking.findings import Finding
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import CONFIG_NAME, Repository, scan
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.rendering import config_text
from studio.value_class import replace


def findings(
    proposal: Proposal, repository: Repository | None, drafts: Mapping[str, Draft], profile: Profile
) -> tuple[Finding, ...]:
    """What would be found in it, held against the other models. Files are looked at where they are now."""
    shared = Path(tempfile.gettempdir())
    temporary.sweep(shared)
    with temporary.folder(shared) as place:
        folder = place / proposal.name
        _lay_out(folder, proposal)
        # The person chose the files that the links lead to.
        alone = scan(place, tuple(os.path.realpath(source.path) for source in proposal.sources))
        whole = replace(repository, models=(*repository.models, *alone.models)) if repository else alone
        texts = {**drafts, proposal.name: draft(config_text(proposal))}
        found = check_model(whole, proposal.name, texts, profile)
    own = [each for each in found if each.model == proposal.name]
    return tuple(replace(each, fixes=()) for each in own)


def _lay_out(folder: Path, proposal: Proposal) -> None:
    """The folder as it would be, with links in place of the files."""
    folder.mkdir()
    if not any(source.target.isdecimal() for source in proposal.sources):
        (folder / "1").mkdir()
    for source in proposal.sources:
        target = folder / source.target
        if source.path.is_dir() and "/" not in source.target:
            _mirror(source.path, target)
        elif source.path.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source.path.resolve())
    for written in proposal.texts:
        target = folder / written.target
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(written.text.encode("utf-8", "surrogateescape"))
    (folder / CONFIG_NAME).write_bytes(config_text(proposal).encode("utf-8", "surrogateescape"))


def _mirror(source: Path, target: Path) -> None:
    """A version's folder has to be one: a link to it from elsewhere is not followed."""
    target.mkdir()
    for each in source.iterdir():
        (target / each.name).symlink_to(each.resolve())
