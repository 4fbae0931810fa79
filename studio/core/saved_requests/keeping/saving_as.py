"""The file of a request that is open, under another name: as it was written, with what is another in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.core.inference.requests import InferRequest, Tensor
from studio.core.saved_requests.folder import RequestFile, named_files
from studio.core.saved_requests.keeping.elsewhere import elsewhere
from studio.core.saved_requests.keeping.origins import Origins
from studio.core.saved_requests.renewing import Written, expecting, from_request, updated
from studio.value_class import dataclass, field


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose for a request that is saved: its name, tags, and the outputs expected, each in its way."""

    name: str
    tags: tuple[str, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    ways: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    expects_others: bool = False
    """Whether no output was at hand to choose of, so that what was expected before still is."""


def saved_as(
    chosen: Chosen, now: InferRequest, origins: Origins, file: RequestFile | None, base: InferRequest | None
) -> Written:
    """The file of `now`; like `file`, which says `base`, where one was open. Raises CoreError."""
    if file is None or base is None or base.model != now.model:
        return from_request(chosen.name, now, chosen.outputs, chosen.tags, chosen.ways, origins)
    folder, name = origins.folder, chosen.name
    moved, given = elsewhere(folder, file, name), folder.defaults(name)
    written = updated(name, RequestFile(name, moved.tree, {**given, **moved.tree}), base, now, origins)
    tree, files = dict(written.tree), dict(written.files)
    if not chosen.expects_others:
        fresh = expecting(name, tree, chosen.outputs, chosen.ways)
        tree, files = dict(fresh.tree), {**files, **fresh.files}
    tree["tags"] = [tag for tag in chosen.tags if tag not in (given.get("tags") or ())]
    if not tree["tags"]:
        del tree["tags"]
    kept = named_files(tree) - files.keys()
    copied = {new: folder.tensor_bytes(file.name, old) for old, new in moved.own.items() if new in kept}
    return Written(tree, {**copied, **files})
