"""When a repository is read and checked for an editor, and in which order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types as lsp

from studio.core.checking.profile import Profile
from studio.lsp.checks import Checks
from studio.lsp.workspace import Workspace
from tests.core.repositories import PLAIN, write

MANY = 600
_LONG_S = 60


@dataclass
class Told:
    """An editor that keeps which files it is told of, in order."""

    files: list[str] = field(default_factory=list)

    def publish(self, uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
        """One file."""
        self.files.append(f"{uri.split('/')[-2]} {version or ''}".strip())

    def tell(self, sentence: str) -> None:
        """Nothing goes wrong here."""
        raise AssertionError(sentence)

    def checked(self) -> None:
        """All are checked."""


def _uri(repository: Path, model: str) -> str:
    return (repository / model / "config.pbtxt").as_uri()


async def _edited_while_all_are_checked(repository: Path) -> list[str]:
    workspace, told = Workspace(lambda _path: Profile()), Told()
    checks, uri = Checks(workspace, told), _uri(repository, "z")
    workspace.open(lsp.TextDocumentItem(uri, "pbtxt", 1, PLAIN))
    checks.look(repository)
    while not told.files:
        await asyncio.sleep(0)
    opened = workspace.change(uri, 2, [lsp.TextDocumentContentChangeWholeDocument(PLAIN.replace("FP32", "FP99"))])
    assert opened is not None
    assert opened.path is not None
    checks.touch(opened.path)
    while len(set(told.files)) <= MANY:
        await asyncio.sleep(0)
    return told.files


def test_what_is_edited_while_a_repository_is_checked_is_told_before_the_rest(tmp_path: Path) -> None:
    for number in range(MANY):
        write(tmp_path, f"m{number}", "bogus: 1")
    write(tmp_path, "z")
    told = asyncio.run(_edited_while_all_are_checked(tmp_path))
    assert "z 2" in told[:-1]


async def _opened_again_while_it_is_read(repository: Path) -> bool:
    workspace = Workspace(lambda _path: Profile())
    checks, item = Checks(workspace, Told()), lsp.TextDocumentItem(_uri(repository, "m"), "pbtxt", 1, PLAIN)
    workspace.open(item)
    checks.look(repository)
    await asyncio.sleep(0)
    workspace.close(item.uri)
    checks.forget(repository)
    opened = workspace.open(item)
    checks.look(repository)
    await asyncio.wait_for(checks.known(opened), _LONG_S)
    state = workspace.known_repository(opened)
    return state is not None and state.served.repository.model("m") is not None


def test_what_is_opened_again_while_its_repository_is_read_is_answered(tmp_path: Path) -> None:
    write(tmp_path, "m")
    assert asyncio.run(_opened_again_while_it_is_read(tmp_path))
