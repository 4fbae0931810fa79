"""What the explorer shows, as a tree of values: models, their configuration, versions and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from studio.core.files.repository import ModelFolder, Repository, Version

Kind = Literal["root", "model", "config", "version", "file"]


@dataclass(slots=True, eq=False)
class TreeNode:
    """One row. `key` is unique among its siblings; `model` names the model that it belongs to.

    What is below a model is made when it is first asked for: a repository has thousands of models, and few are open.
    """

    kind: Kind
    key: str
    text: str
    model: str = ""
    path: Path | None = None
    size: int = -1
    parent: TreeNode | None = None
    number: int = 0
    row: int = 0
    """Its place among its siblings, kept by whoever changes them."""
    folder: ModelFolder | None = None
    made: list[TreeNode] | None = None

    @property
    def children(self) -> list[TreeNode]:
        """The rows below it."""
        if self.made is None:
            self.made = []
            for child in _below(self.folder) if self.folder else ():
                _adopt(self, child)
        return self.made

    def has_children(self) -> bool:
        """Whether there are rows below it, without making them."""
        if self.made is None and self.folder is not None:
            return bool(self.folder.config_path or self.folder.versions or self.folder.files)
        return bool(self.children)

    def renumber(self, start: int = 0) -> None:
        """Puts the places of its children right from one on."""
        children = self.children
        for row in range(start, len(children)):
            children[row].row = row

    def walk(self) -> Iterator[TreeNode]:
        """Itself and everything below that was made."""
        yield self
        for child in self.made or ():
            yield from child.walk()


def tree(repository: Repository | None) -> TreeNode:
    """The root of a repository's tree."""
    root = TreeNode("root", "", "")
    for folder in repository.models if repository else ():
        _adopt(root, TreeNode("model", folder.name, folder.name, folder.name, folder.path, folder=folder))
    return root


def _adopt(parent: TreeNode, child: TreeNode) -> None:
    child.parent, child.row = parent, len(parent.children)
    parent.children.append(child)


def _below(folder: ModelFolder) -> Iterator[TreeNode]:
    if folder.config_path:
        yield TreeNode("config", "config", folder.config_path.name, folder.name, folder.config_path)
    for file in folder.files:
        if not file.is_folder and file.path != folder.config_path:
            yield TreeNode("file", f"file/{file.name}", file.name, folder.name, file.path, file.size)
    for version in sorted(folder.versions, key=lambda v: -v.number):
        yield _version(folder.name, version)


def _version(model: str, version: Version) -> TreeNode:
    name = version.path.name
    node = TreeNode("version", f"version/{name}", name, model, version.path, number=version.number)
    for file in version.files:
        size = -1 if file.is_folder else file.size
        _adopt(node, TreeNode("file", file.name, file.name, model, file.path, size))
    return node
