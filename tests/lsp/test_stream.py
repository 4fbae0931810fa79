"""What a broken stream of an editor does, and documents whose address has several spellings."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from studio.core.checking.profile import Profile
from studio.lsp.stream import LARGEST, Messages
from studio.lsp.workspace import Workspace

_BODY = b'{"jsonrpc": "2.0", "method": "initialized", "params": {}}'
_WHOLE = b"content-length:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s" % (len(_BODY), _BODY)


def _read(data: bytes) -> tuple[list[bytes], str]:
    """The bodies that are read of a stream as `pygls` reads them, and why it ended."""
    messages, bodies, length = Messages(io.BytesIO(data)), list[bytes](), 0
    while line := messages.readline():
        if line.startswith(b"Content-Length: "):
            length = int(line.split()[1])
        elif not line.strip():
            bodies.append(messages.read(length))
    return bodies, messages.problem


def test_sound_messages_are_read_to_the_end_of_the_stream() -> None:
    assert _read(_WHOLE * 3) == ([_BODY] * 3, "")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"Content-Length: many\r\n\r\n", "“Content-Length: many” is no Content-Length"),
        (b"Content-Length: -5\r\n\r\n", "“Content-Length: -5” is no Content-Length"),
        (b"Content-Length: 0\r\n\r\n", "a message cannot have 0 bytes"),
        (b"Content-Length: %d\r\n\r\n" % (LARGEST + 1), "a message cannot have"),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "a message cannot have"),
        (b"\r\n", "without a Content-Length"),
        (b"Content-Length: 9\r\n\r\n" + _BODY, "9 bytes are no message in JSON"),
        (b"Content-Length: 999\r\n\r\n" + _BODY, "ended 942 bytes before the end"),
        (b"Content-Length: %d\r\n\r\n%s" % (len(_BODY) + 3, _BODY) + _WHOLE, "no message in JSON"),
        (_BODY + b"\r\n", "is no header"),
        (b"x" * 20_000, "is no header"),
    ],
)
def test_what_is_broken_ends_the_stream_and_says_why(broken: bytes, why: str) -> None:
    bodies, problem = _read(_WHOLE + broken)
    assert bodies[0] == _BODY
    assert why in problem


def test_a_broken_length_ends_the_server_with_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studio", "lsp"], input=b"Content-Length: no\r\n\r\n{}", capture_output=True, timeout=60
    )
    assert done.returncode == 1
    told = done.stderr.decode()
    assert "“Content-Length: no” is no Content-Length" in told
    assert "Traceback" not in told
    assert done.stdout == b""


def test_spellings_of_one_address_are_one_document(tmp_path: Path) -> None:
    path = tmp_path / "models" / "net" / "config.pbtxt"
    usual = path.as_uri()
    others = (usual.replace("net", "n%65t"), usual.replace("/net/", "/other/../net/"))
    workspace = Workspace(lambda _root: Profile())
    workspace.open(lsp.TextDocumentItem(usual, "pbtxt", 1, "max_batch_size: 8\n"))
    for uri in others:
        held = workspace.document(uri)
        assert held is not None
        assert (held.uri, held.path) == (usual, path)
    start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    change = lsp.TextDocumentContentChangePartial(start, "# x\n")
    workspace.change(others[0], 2, [change])
    held = workspace.document(usual)
    assert held is not None
    assert (held.text, held.version) == ("# x\nmax_batch_size: 8\n", 2)
    workspace.open(lsp.TextDocumentItem(others[1], "pbtxt", 1, held.text))
    assert len(workspace.documents()) == 1
    assert workspace.close(usual) is None
    assert workspace.document(others[0]) is not None
    assert workspace.close(others[1]) is not None
    assert workspace.documents() == ()
