"""The server on standard input and output: hands what an editor says to the workspace, the checks and the features."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from studio import __version__
from studio.core.assist.names import symbol_name
from studio.core.checking.profile import Profile
from studio.core.checking.project.project_file import NAME as PROJECT_FILE
from studio.core.operations.moving import make_folder
from studio.failure import Failure
from studio.lsp import features, navigation
from studio.lsp.checks import Checks
from studio.lsp.diagnostics import counted
from studio.lsp.fixes import FIX_ALL, MAKE_FOLDER, code_actions, fix_all
from studio.lsp.stream import Messages
from studio.lsp.workspace import Opened, Workspace, located

_LOG = logging.getLogger(__name__)
_WATCHED = ("**/config.pbtxt", "**/configs/*.pbtxt", "**/[0-9]*", "**/[0-9]*/**", "**/*.txt", f"**/{PROJECT_FILE}")
_QUICK = lsp.CodeActionKind.QuickFix.value
_TRIGGERS = ['"', ":", " ", "[", "{", "_"]


class Server(LanguageServer):
    """The language server of model configurations."""

    def __init__(self, profile_of: Callable[[Path], Profile]) -> None:
        """`profile_of` gives the server that a repository is checked for. It may raise Failure."""
        super().__init__("trireme", __version__)
        self.documents = Workspace(profile_of)
        self.checks = Checks(self.documents, self)
        _register(self)

    def opened(self, uri: str) -> Opened:
        """An open document. Raises JsonRpcException where it is not open."""
        found = self.documents.document(uri)
        if found is None:
            raise JsonRpcException(f"{uri} is not open.")
        return found

    async def known(self, uri: str) -> Opened:
        """An open document, once the repository around it was read. Raises JsonRpcException where it is not open."""
        await self.checks.known(self.opened(uri))
        return self.opened(uri)

    def tell(self, sentence: str) -> None:
        """Shows a sentence to the person."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, sentence))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs what went wrong with a message of the editor; a person has no use for it."""
        _LOG.error("%s: %s", getattr(source, "__name__", source), error, exc_info=error)

    @property
    def writes_snippets(self) -> bool:
        """Whether the editor can place the cursor within what it inserts."""
        document = self.client_capabilities.text_document
        item = document.completion.completion_item if document and document.completion else None
        return bool(item and item.snippet_support)

    @property
    def moves_files(self) -> bool:
        """Whether the editor can rename files and folders as part of an edit."""
        workspace = self.client_capabilities.workspace
        edit = workspace.workspace_edit if workspace else None
        operations = (edit.resource_operations if edit else None) or ()
        return bool(edit and edit.document_changes and lsp.ResourceOperationKind.Rename in operations)

    def checked(self) -> None:
        """The verdicts above the documents may be others than before."""
        workspace = self.client_capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    def publish(self, uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
        """Tells what is wrong in a file: all of it, in place of what was told before."""
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))


def serve(profile_of: Callable[[Path], Profile]) -> int:
    """Serves one editor on standard input and output until it goes; 1 where what it sends cannot be understood."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="trireme lsp: %(levelname)s: %(message)s")
    # What prints by mistake would break the protocol.
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    messages = Messages(sys.stdin.buffer)
    Server(profile_of).start_io(messages, out)  # type: ignore[arg-type]  # it reads lines and bytes, no more
    if messages.problem:
        _LOG.error("%s. Start the language server again.", messages.problem)
    return 1 if messages.problem else 0


def _register(server: Server) -> None:
    _register_documents(server)
    _register_disk(server)
    _register_questions(server)
    _register_names(server)
    _register_mending(server)


def _register_documents(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(given: lsp.DidOpenTextDocumentParams) -> None:
        document = server.documents.open(given.text_document)
        if document.path is not None:
            server.checks.look(located(document.path)[0])
            server.checks.touch(document.path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def edited(given: lsp.DidChangeTextDocumentParams) -> None:
        identity = given.text_document
        document = server.documents.change(identity.uri, identity.version, list(given.content_changes))
        if document is not None and document.path is not None:
            server.checks.touch(document.path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(given: lsp.DidCloseTextDocumentParams) -> None:
        document = server.documents.close(given.text_document.uri)
        if document is None or document.path is None:
            return
        root = located(document.path)[0]
        if any(each.path and located(each.path)[0] == root for each in server.documents.documents()):
            server.checks.touch(document.path)
        else:
            server.checks.forget(root)


def _register_disk(server: Server) -> None:
    @server.feature(lsp.INITIALIZED)
    def initialized(_given: lsp.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watchers = [lsp.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
            options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = lsp.Registration("watch", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(lsp.RegistrationParams([registration]))

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(given: lsp.DidSaveTextDocumentParams) -> None:
        _look_again(server, [given.text_document.uri])

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed_on_disk(given: lsp.DidChangeWatchedFilesParams) -> None:
        _look_again(server, [each.uri for each in given.changes])


def _look_again(server: Server, addresses: list[str]) -> None:
    """Reads the repositories anew in which something changed on disk."""
    paths = [Path(found) for each in addresses if (found := uris.to_fs_path(each))]
    for root in list(server.documents.repositories):
        if any(path.is_relative_to(root) or path.name == PROJECT_FILE for path in paths):
            server.checks.look(root)


def _register_questions(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS))
    async def complete(given: lsp.CompletionParams) -> lsp.CompletionList:
        document = await server.known(given.text_document.uri)
        scope = server.documents.scope(document)
        return features.completion(document, given.position, scope, server.writes_snippets)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(given: lsp.HoverParams) -> lsp.Hover | None:
        document = await server.known(given.text_document.uri)
        return features.hover(document, given.position, server.documents.scope(document))

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(given: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return features.symbols(server.opened(given.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding(given: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        return features.folding(server.opened(given.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def lens(given: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        document = await server.known(given.text_document.uri)
        state = server.documents.known_repository(document)
        if state is None or document.path is None or state.model_of(document.path) is None:
            return []
        root, name = located(document.path)
        start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        said = f"{state.profile.title}: {counted(server.checks.findings_of(root, name))}"
        return [lsp.CodeLens(start, lsp.Command(said, ""))]


def _register_names(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def definition(given: lsp.DefinitionParams) -> list[lsp.Location]:
        document = await server.known(given.text_document.uri)
        name = navigation.name_at(server.documents, document, given.position)
        return navigation.definitions(server.documents, document, name) if name else []

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def references(given: lsp.ReferenceParams) -> list[lsp.Location]:
        document = await server.known(given.text_document.uri)
        name = navigation.name_at(server.documents, document, given.position)
        wanted = given.context.include_declaration
        return navigation.references(server.documents, document, name, wanted) if name else []

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(given: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        document = await server.known(given.text_document.uri)
        name = navigation.name_at(server.documents, document, given.position)
        if name is None:
            return None
        return lsp.PrepareRenamePlaceholder(document.positions.range(name.span), symbol_name(name.symbol))

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def rename(given: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        document = await server.known(given.text_document.uri)
        name = navigation.name_at(server.documents, document, given.position)
        if name is None:
            return None
        try:
            edits = navigation.rename(server.documents, document, name, given.new_name, server.moves_files)
        except Failure as failure:
            raise JsonRpcException(str(failure)) from None
        return lsp.WorkspaceEdit(document_changes=edits)


def _register_mending(server: Server) -> None:
    kinds = [lsp.CodeActionKind.QuickFix, FIX_ALL]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    async def actions(given: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        document = await server.known(given.text_document.uri)
        findings = server.checks.findings(document)
        return [
            *(code_actions(document, findings, given.range, server.moves_files) if _is_wanted(_QUICK, given) else ()),
            *(fix_all(document, server.documents.known_repository(document)) if _is_wanted(FIX_ALL, given) else ()),
        ]

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatting(given: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        return _laid_out(server, given.text_document.uri, None)

    @server.feature(lsp.TEXT_DOCUMENT_RANGE_FORMATTING)
    def range_formatting(given: lsp.DocumentRangeFormattingParams) -> list[lsp.TextEdit]:
        return _laid_out(server, given.text_document.uri, given.range)

    @server.command(MAKE_FOLDER)
    def make(uri: str) -> None:
        found = uris.to_fs_path(uri)
        path = Path(os.path.realpath(found)) if found else None
        roots = [os.path.realpath(root) for root in server.documents.repositories]
        if path is None or not any(path.is_relative_to(root) for root in roots):
            raise JsonRpcException(f"{uri} is in no repository that is open.")
        try:
            make_folder(path)
        except Failure as failure:
            server.tell(str(failure))
        _look_again(server, [uri])


def _is_wanted(kind: str, given: lsp.CodeActionParams) -> bool:
    """Whether an editor asks for actions of a kind, or for those of all kinds."""
    only = given.context.only
    return only is None or any(kind == each or kind.startswith(f"{each}.") for each in only)


def _laid_out(server: Server, uri: str, part: lsp.Range | None) -> list[lsp.TextEdit]:
    """The edits that lay a document out; none where it does not parse, which its diagnostics say."""
    try:
        return features.formatting(server.opened(uri), part)
    except Failure as failure:
        _LOG.info("%s", failure)
        return []
