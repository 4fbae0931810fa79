"""Differences between a model file and its configuration that no rule of a backend's own tells of."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.artifacts.artifact import Artifact
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.rules.context import Context, ModelView

_RULES = {"name": "file-io-name", "data_type": "file-dtype", "dims": "file-dims", "batch": "file-no-batching"}


def tensor_differences(_context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """TensorFlow and the forests: names, data types and dims, as far as the file tells them."""
    # A graph does not say which of its operations are outputs.
    is_graph = file.format == "TensorFlow GraphDef"
    yield from _told(model, file, tuple(each for each in _RULES if each != "name" or not is_graph))


def _told(model: ModelView, file: Artifact, wanted: tuple[str, ...]) -> Iterator[Finding]:
    # Few repositories have such models, and most checks of one model are over before this is loaded.
    from studio.core.merging.file_differences import against_config

    for row in against_config(file, model.config, model.deduced.backend):
        port = row.right or row.left
        for each in row.differences if port else ():
            if each.what in wanted and port is not None:
                yield model.problem(
                    _RULES[each.what],
                    f"The {row.side} “{port.name}” differs from the model file: {each.text}.",
                    phase="4f",
                    severity=Severity.WARNING,
                    path=each.path,
                    fixes=each.fixes,
                )
