"""What the explorer shows, as a tree of values: models, their configuration, versions and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from studio.core.repository import ModelFolder, Repository, Version

Kind = Literal["root", "model", "config", "version", "file"]


@dataclass(slots=True, eq=False)
class Node:
    """One row. `key` is unique among its siblings; `model` names the model that it belongs to."""

    kind: Kind
    key: str
    text: str
    model: str = ""
    path: Path | None = None
    size: int = -1
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    number: int = 0

    def row(self) -> int:
        """Its place among its siblings."""
        return self.parent.children.index(self) if self.parent else 0

    def walk(self) -> Iterator[Node]:
        """Itself and everything below."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(repository: Repository | None) -> Node:
    """The root of a repository's tree."""
    root = Node("root", "", "")
    for folder in repository.models if repository else ():
        _adopt(root, _model(folder))
    return root


def _adopt(parent: Node, child: Node) -> None:
    child.parent = parent
    parent.children.append(child)


def _model(folder: ModelFolder) -> Node:
    node = Node("model", folder.name, folder.name, folder.name, folder.path)
    if folder.config_path:
        _adopt(node, Node("config", "config", folder.config_path.name, folder.name, folder.config_path))
    for file in folder.files:
        if not file.is_folder and file.path != folder.config_path:
            _adopt(node, Node("file", f"file/{file.name}", file.name, folder.name, file.path, file.size))
    for version in sorted(folder.versions, key=lambda v: -v.number):
        _adopt(node, _version(folder.name, version))
    return node


def _version(model: str, version: Version) -> Node:
    name = version.path.name
    node = Node("version", f"version/{name}", name, model, version.path, number=version.number)
    for file in version.files:
        size = -1 if file.is_folder else file.size
        _adopt(node, Node("file", file.name, file.name, model, file.path, size))
    return node


def size_text(size: int) -> str:
    """A size in bytes as a person reads it."""
    if size < 0:
        return ""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit in ("B", "kB") else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
