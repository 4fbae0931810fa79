"""Where the files of a server's tracer are, and how they are taken."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.engines.attached import AttachedServer
from studio.engines.embedded import TRACES, EmbeddedServer
from studio.engines.failure import EngineError
from studio.engines.tracing import FolderTraces, trace_files


def names(found: list[tuple[str, bytes]]) -> list[str]:
    return [name for name, _ in found]


def test_whole_files_are_taken_once_in_their_order_and_ours_removed(tmp_path: Path) -> None:
    for name, text in (("t.json.10", "[1]"), ("t.json.9", "[]\n"), ("t.json.11", '[{"id"'), ("u.json.1", "[]")):
        (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "t.json.12")
    (tmp_path / "t.json.13").symlink_to(tmp_path / "u.json.1")
    ours = FolderTraces(tmp_path / "t.json", is_ours=True)
    assert names(ours.take()) == ["t.json.9", "t.json.10"]
    assert ours.take() == []
    (tmp_path / "t.json.11").write_text("[1]")
    assert ours.take() == [("t.json.11", b"[1]")]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["t.json.12", "t.json.13", "u.json.1"]


def test_the_files_of_others_stay_and_what_was_there_before_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.json.0").write_text("[]")
    theirs = FolderTraces(tmp_path / "t.json", is_ours=False)
    theirs.forget()
    (tmp_path / "t.json.1").write_text("[]")
    assert names(theirs.take()) == ["t.json.1"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("address", "file", "why"),
    [
        ("10.0.0.7:8000", "/tmp/t.json", "on its own machine"),
        ("127.0.0.1:8000", "/no/such/folder/t.json", "it may run in a container"),
        ("127.0.0.1:8000", "t.json", "it may run in a container"),
    ],
)
def test_a_file_out_of_reach_is_told_with_what_to_do(address: str, file: str, why: str) -> None:
    spec = LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http=address))
    with pytest.raises(EngineError, match=why) as caught:
        trace_files(AttachedServer(spec, spec.addresses), file)
    assert caught.value.remedy == "Fetch the files from there, and open them."


def test_a_server_of_others_on_this_machine_shares_its_files(tmp_path: Path) -> None:
    spec = LaunchSpec(EngineKind.ATTACHED, addresses=replace(Addresses(), http="localhost:8000"))
    (tmp_path / "t.json.4").write_text("[]")
    found = trace_files(AttachedServer(spec, spec.addresses), str(tmp_path / "t.json"))
    assert names(found.take()) == ["t.json.4"]
    assert (tmp_path / "t.json.4").exists()
    (tmp_path / "t.json.4").unlink()
    tmp_path.rmdir()
    with pytest.raises(EngineError, match="is gone"):
        found.take()


def test_files_where_a_person_has_a_server_of_ours_record_to_are_never_removed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for folder in (run / TRACES, tmp_path / "theirs" / TRACES):
        folder.mkdir(parents=True)
        (folder / "t.json.0").write_text("[]")
    process = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    process.communicate()
    spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path)
    server = EmbeddedServer(spec, spec.addresses, process, run, "trireme_test_")
    for folder in (run / TRACES, tmp_path / "theirs" / TRACES):
        trace_files(server, str(folder / "t.json")).forget()
    assert not (run / TRACES / "t.json.0").exists(), "what is recorded on demand goes once it was taken"
    theirs = tmp_path / "theirs" / TRACES
    (theirs / "t.json.1").write_text("[]")
    found = trace_files(server, str(theirs / "t.json"))
    assert names(found.take()) == ["t.json.0", "t.json.1"]
    assert len(list(theirs.iterdir())) == 2
