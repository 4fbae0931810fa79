"""An editor that speaks to `trireme lsp` over its pipes, as any editor does."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

_T = TypeVar("_T")
_LIMIT_S = 30
_WORKSPACE = lsp.WorkspaceClientCapabilities(
    workspace_edit=lsp.WorkspaceEditClientCapabilities(
        document_changes=True, resource_operations=[lsp.ResourceOperationKind.Rename]
    )
)
_DOCUMENT = lsp.TextDocumentClientCapabilities(
    completion=lsp.CompletionClientCapabilities(
        completion_item=lsp.ClientCompletionItemOptions(snippet_support=True),
    )
)
ABLE = lsp.ClientCapabilities(workspace=_WORKSPACE, text_document=_DOCUMENT)


class Editor:
    """Starts a server and asks it; what the server tells of itself is kept."""

    def __init__(self, capabilities: lsp.ClientCapabilities = ABLE) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("tests", "1")
        self.told: dict[str, lsp.PublishDiagnosticsParams] = {}
        self.sentences: list[str] = []
        self._texts: dict[str, tuple[int, str]] = {}
        self._news = threading.Condition()
        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda given: self._take(given))
        self.client.feature(lsp.WINDOW_SHOW_MESSAGE)(lambda given: self._hear(given))
        self.run(self.client.start_io(sys.executable, "-m", "studio", "lsp", "--stdio"))
        given = lsp.InitializeParams(capabilities=capabilities)
        self.server = self.run(self.client.initialize_async(given)).capabilities
        self.client.initialized(lsp.InitializedParams())

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Waits for one answer."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LIMIT_S)

    def stop(self) -> None:
        """Ends the server as the protocol wants it."""
        self.run(self.client.shutdown_async(None))
        self._loop.call_soon_threadsafe(self.client.exit, None)
        self.run(self.client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_LIMIT_S)
        self._loop.close()

    def open(self, path: Path) -> str:
        """Opens a file and waits for what is found in it; its address."""
        uri = path.as_uri()
        text = path.read_bytes().decode()
        self._texts[uri] = (1, text)
        item = lsp.TextDocumentItem(uri, "pbtxt", 1, text)
        self._send(lambda: self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item)))
        return uri

    def close(self, uri: str) -> None:
        """Closes a document."""
        given = lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
        self._send(lambda: self.client.text_document_did_close(given))

    def replace(self, uri: str, old: str, new: str) -> int:
        """Replaces the first place of a text by another, as a person who types does; the new version."""
        version, text = self._texts[uri]
        start = text.index(old)
        part = lsp.TextDocumentContentChangePartial(
            lsp.Range(position(text, start), position(text, start + len(old))), new
        )
        self._texts[uri] = (version + 1, text[:start] + new + text[start + len(old) :])
        identity = lsp.VersionedTextDocumentIdentifier(uri=uri, version=version + 1)
        given = lsp.DidChangeTextDocumentParams(identity, [part])
        self._send(lambda: self.client.text_document_did_change(given))
        return version + 1

    def saved_elsewhere(self, path: Path) -> None:
        """Tells that another program changed a file."""
        change = lsp.FileEvent(path.as_uri(), lsp.FileChangeType.Changed)
        given = lsp.DidChangeWatchedFilesParams([change])
        self._send(lambda: self.client.workspace_did_change_watched_files(given))

    def text(self, uri: str) -> str:
        """A document as this editor holds it."""
        return self._texts[uri][1]

    def place(self, uri: str, word: str, after: int = 0) -> lsp.Position:
        """Where a word stands in a document, `after` characters into it."""
        text = self.text(uri)
        return position(text, text.index(word) + after)

    def rules(self, uri: str) -> list[str]:
        """The names of the rules that find something in a document."""
        told = self.told.get(uri)
        return [str(each.code) for each in told.diagnostics] if told else []

    def wait(self, condition: Callable[[], bool]) -> None:
        """Waits until something is so that the server tells."""
        end = time.monotonic() + _LIMIT_S
        with self._news:
            while not condition():
                left = end - time.monotonic()
                assert left > 0, {uri: self.rules(uri) for uri in self.told}
                self._news.wait(left)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Waits until something is so that has to be asked for."""
        end = time.monotonic() + _LIMIT_S
        while not condition():
            assert time.monotonic() < end

    def _send(self, work: Callable[[], None]) -> None:
        async def sent() -> None:
            work()

        self.run(sent())

    def _take(self, given: lsp.PublishDiagnosticsParams) -> None:
        with self._news:
            self.told[given.uri] = given
            self._news.notify_all()

    def _hear(self, given: lsp.ShowMessageParams) -> None:
        with self._news:
            self.sentences.append(given.message)
            self._news.notify_all()


def position(text: str, offset: int) -> lsp.Position:
    """The position of a place, for texts with line feeds alone."""
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return lsp.Position(line, len(text[start:offset].encode("utf-16-le")) // 2)


def edited(text: str, edits: list[lsp.TextEdit]) -> str:
    """A text after the edits that a server answered with."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(place: lsp.Position) -> int:
        return min(starts[min(place.line, len(starts) - 1)] + place.character, len(text))

    for each in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
        text = text[: offset(each.range.start)] + each.new_text + text[offset(each.range.end) :]
    return text
