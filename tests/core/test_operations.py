"""What is done to models' folders: whole or not at all, with the faults that disks really have."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.failure import CoreError
from studio.core.files import leftovers
from studio.core.files.reading import Stamp
from studio.core.files.repository import ModelFolder, scan
from studio.core.files.saving import save
from studio.core.operations import trash
from studio.core.operations.models import add_version, copy_version, duplicate
from studio.core.operations.naming import free_name, name_problem, next_version, version_problem
from studio.core.operations.renaming import find_uses, rename, undo
from studio.core.operations.trash import restore, to_trash

_CONFIG = '# Kept.\nname:  "{name}"\nbackend: "identity"   # and this\nmax_batch_size: 8\n'
_PIPELINE = """platform: "ensemble"  # steps below
ensemble_scheduling {
  step [
    { model_name: "alpha" model_version: -1 input_map { key: "x" value: "a" } },
    { model_name: "beta" model_version: -1 },
    { model_name: 'alpha' model_version: 2 }
  ]
}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "models"
    for name in ("alpha", "beta"):
        (found / name / "1").mkdir(parents=True)
        (found / name / "1" / "model.bin").write_bytes(name.encode() * 1000)
        (found / name / "config.pbtxt").write_text(_CONFIG.format(name=name))
    (found / "pipeline" / "1").mkdir(parents=True)
    (found / "pipeline" / "config.pbtxt").write_text(_PIPELINE)
    return found


def _model(root: Path, name: str = "alpha") -> ModelFolder:
    found = scan(root).model(name)
    assert found is not None
    return found


def _all(root: Path) -> dict[str, bytes]:
    """Every file below, with its bytes; folders as empty ones."""
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else b"" for p in sorted(root.rglob("*"))}


def test_a_copy_has_every_file_and_its_own_name_and_nothing_else_changes(root: Path) -> None:
    before = _all(root.parent)
    (root / "alpha" / "1" / "link").symlink_to("model.bin")
    (root / "alpha" / "1" / "run.sh").write_text("exit")
    (root / "alpha" / "1" / "run.sh").chmod(0o755)
    told: list[float] = []
    duplicate(_model(root), "omega", lambda fraction, _text: told.append(fraction))
    made = root / "omega"
    assert (made / "config.pbtxt").read_text() == _CONFIG.format(name="omega")
    assert (made / "1" / "model.bin").read_bytes() == b"alpha" * 1000
    assert (made / "1" / "link").readlink() == Path("model.bin")
    assert (made / "1" / "run.sh").stat().st_mode & 0o777 == 0o755
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert before.items() <= _all(root.parent).items()
    assert sorted(each.name for each in root.parent.iterdir()) == ["models"]


def test_a_copy_of_a_linked_configuration_leaves_the_original_alone(root: Path) -> None:
    shared = root.parent / "shared.pbtxt"
    (root / "alpha" / "config.pbtxt").rename(shared)
    (root / "alpha" / "config.pbtxt").symlink_to("../../shared.pbtxt")
    folder = scan(root, (str(shared),)).model("alpha")
    assert folder is not None
    duplicate(folder, "omega")
    assert shared.read_text() == _CONFIG.format(name="alpha")
    assert (root / "omega" / "config.pbtxt").read_text() == _CONFIG.format(name="omega")


def test_a_version_is_made_of_files_of_another_one_or_of_nothing(root: Path, tmp_path: Path) -> None:
    dropped = tmp_path / "resnet50 v2.onnx"
    dropped.write_bytes(b"weights")
    assert next_version(_model(root)) == 2
    add_version(_model(root), 2, [(dropped, "model.onnx"), (dropped, "data.bin")])
    assert sorted(p.name for p in (root / "alpha" / "2").iterdir()) == ["data.bin", "model.onnx"]
    copy_version(_model(root), 1, 7)
    assert (root / "alpha" / "7" / "model.bin").read_bytes() == b"alpha" * 1000
    assert next_version(_model(root)) == 8
    add_version(_model(root), 8)
    assert list((root / "alpha" / "8").iterdir()) == []
    assert dropped.exists()
    with pytest.raises(CoreError, match="no such version any more"):
        copy_version(_model(root), 5, 9)


def test_nothing_is_ever_written_over(root: Path) -> None:
    before = _all(root)
    with pytest.raises(CoreError, match="there already"):
        duplicate(_model(root), "beta")
    with pytest.raises(CoreError, match="there already"):
        add_version(_model(root), 1)
    with pytest.raises(CoreError, match="there already"):
        copy_version(_model(root), 1, 1)
    with pytest.raises(CoreError, match="there already"):
        rename(find_uses(_model(root), scan(root)), "beta")
    assert _all(root) == before


def test_names_and_numbers_that_will_not_do(root: Path) -> None:
    (root / "notes.txt").touch()
    found = scan(root)
    assert name_problem(found, "gamma-1.x") == ""
    for name in ("", "a/b", ".hidden", "beta", "notes.txt", "x" * 300, "a b"):
        assert name_problem(found, name)
    assert free_name(found, "alpha") == "alpha_2"
    assert [bool(version_problem(_model(root), number)) for number in (0, 1, 2, 1 << 63)] == [True, True, False, True]


def test_leaving_a_copy_leaves_nothing_behind(root: Path) -> None:
    before = _all(root.parent)

    class _Leave(Exception):
        pass

    def told(fraction: float, _text: str) -> None:
        if fraction > 0.5:
            raise _Leave

    with pytest.raises(_Leave):
        duplicate(_model(root), "omega", told)
    assert _all(root.parent) == before


def test_a_pipe_in_a_model_is_said_so_and_never_waited_for(root: Path) -> None:
    os.mkfifo(root / "alpha" / "1" / "pipe")
    before = sorted(p.name for p in root.iterdir())
    with pytest.raises(CoreError, match="no plain file"):
        duplicate(_model(root), "omega")
    assert sorted(p.name for p in root.iterdir()) == before


def _in_a_process(code: str, *prefix: str) -> str:
    """Runs code that must not touch this process; gives what it prints."""
    home = Path(__file__).parents[2]
    run = subprocess.run(
        [*prefix, sys.executable, "-W", "error", "-c", code],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


_COPY = """
import resource, signal
from pathlib import Path
from studio.core.failure import CoreError
from studio.core.operations.models import duplicate
from studio.core.files.repository import scan
root = Path({root!r})
{before}
try:
    duplicate(scan(root).model("alpha"), "omega")
except CoreError as failure:
    print(failure)
print(sorted(each.name for each in root.iterdir()), sorted(each.name for each in root.parent.iterdir()))
print(sorted(each.name for each in (root / "omega").rglob("*") if each.name != "1"))
"""
_LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"


def test_a_copy_that_the_system_cuts_short_leaves_nothing(root: Path) -> None:
    said = _in_a_process(_COPY.format(root=str(root), before=_LIMIT))
    assert "Duplicate alpha: the file would be larger than this system allows" in said
    assert "['alpha', 'beta', 'pipeline'] ['models']" in said


_MOUNT = ("unshare", "--user", "--map-root-user", "--mount")
_CAN_MOUNT = shutil.which("unshare") is not None and not subprocess.run([*_MOUNT, "true"], check=False).returncode
_FILL = """
import subprocess
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(root{parent})], check=True)
(root / "alpha" / "1").mkdir(parents=True)
(root / "alpha" / "config.pbtxt").write_text('name: "alpha"')
(root / "alpha" / "1" / "model.bin").write_bytes(bytes({size}))
{more}
"""

if _CAN_MOUNT:

    def test_a_copy_that_cannot_fit_is_refused_before_it_begins(root: Path) -> None:
        fill = _FILL.format(parent=".parent", size=300_000, more="")
        said = _in_a_process(_COPY.format(root=str(root), before=fill), *_MOUNT)
        assert "are free on the disk. Make room and try again." in said
        assert "['alpha'] ['models']" in said

    def test_a_disk_that_fills_up_meanwhile_keeps_nothing_of_the_copy(root: Path) -> None:
        more = "import studio.core.operations.copying as c; c._require_room = lambda *_: None"
        fill = _FILL.format(parent=".parent", size=300_000, more=more)
        said = _in_a_process(_COPY.format(root=str(root), before=fill), *_MOUNT)
        assert "Duplicate alpha: the disk is full" in said
        assert "Make room" in said
        assert "['alpha'] ['models']" in said

    def test_a_repository_that_is_a_mounted_disk_is_copied_in_without_a_stray_folder(root: Path) -> None:
        fill = _FILL.format(parent="", size=1000, more="")
        said = _in_a_process(_COPY.format(root=str(root), before=fill), *_MOUNT)
        assert said.startswith("['alpha', 'omega'] ['models']")
        assert said.endswith("['config.pbtxt', 'model.bin']\n")


def test_where_the_folder_beside_is_another_disk_the_copy_is_made_in_a_version(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tried = Path.rename, list[Path]()

    def rename(source: Path, target: Path) -> Path:
        if source.suffix == ".tmp":
            tried.append(source.parent.parent)
        if source.is_relative_to(root.parent) and not source.is_relative_to(root):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", rename)
    duplicate(_model(root), "omega")
    assert tried == [root.parent, root / "alpha" / "1"]
    assert [each.name for each in (root / "alpha" / "1").iterdir()] == ["model.bin"]
    assert [each.name for each in (root / "omega" / "1").iterdir()] == ["model.bin"]


_KILLED = """
import os, signal
from pathlib import Path
from studio.core.files.repository import scan
from studio.core.operations import models
root = Path({root!r})
models.put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
models.duplicate(scan(root).model("alpha"), "omega")
"""


def test_what_a_killed_copy_left_is_gone_when_the_repository_is_opened_again(root: Path) -> None:
    before = _all(root.parent)
    home = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", _KILLED.format(root=str(root))], cwd=home, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = {path for path in _all(root.parent) if path not in before}
    assert any(path.endswith("omega") for path in left)
    assert leftovers.sweep(scan(root)) == 1
    assert _all(root.parent) == before


def test_leftovers_within_a_repository_go_and_what_belongs_there_stays(root: Path) -> None:
    before = _all(root)
    (root / "alpha" / "configs").mkdir()
    for place in (root, root / "alpha", root / "alpha" / "1", root / "alpha" / "configs"):
        (place / f".trireme-4194999-{'0' * 16}.tmp").write_bytes(b"half")
    (root / "beta" / "1" / f".trireme-4194999-{'1' * 16}.new" / "2").mkdir(parents=True)
    assert leftovers.sweep(scan(root)) == 5
    (root / "alpha" / "configs").rmdir()
    assert _all(root) == before


def test_a_rename_takes_folder_name_and_steps_along_and_can_be_undone_to_the_byte(root: Path) -> None:
    (root / "alpha" / "configs").mkdir()
    (root / "alpha" / "configs" / "small.pbtxt").write_text('name: "alpha"')
    (root / "beta" / "1" / "model.py").write_text(
        "import triton_python_backend_utils as p\n"
        "class TritonPythonModel:\n"
        "    def execute(self, requests):\n"
        "        return p.InferenceRequest(model_name='alpha', requested_output_names=['y'], inputs=[]).exec()\n"
    )
    before = _all(root)
    uses = find_uses(_model(root), scan(root))
    assert [(use.model, use.path.name, use.is_own, use.steps) for use in uses.uses] == [
        ("alpha", "config.pbtxt", True, ()),
        ("alpha", "small.pbtxt", True, ()),
        ("pipeline", "config.pbtxt", False, (0, 2)),
    ]
    assert uses.unsure == ("beta/1/model.py",)
    done = rename(uses, "omega")
    assert (root / "omega" / "config.pbtxt").read_text() == _CONFIG.format(name="omega")
    assert (root / "pipeline" / "config.pbtxt").read_text() == _PIPELINE.replace("alpha", "omega")
    assert not (root / "alpha").exists()
    undo(done)
    assert _all(root) == before


def test_a_rename_that_fails_half_way_takes_back_what_it_did(root: Path) -> None:
    uses = find_uses(_model(root), scan(root))
    before = _all(root)
    (root / "pipeline" / "config.pbtxt").write_text(_PIPELINE + "# edited meanwhile\n")
    with pytest.raises(CoreError, match="was changed meanwhile"):
        rename(uses, "omega")
    (root / "pipeline" / "config.pbtxt").write_text(_PIPELINE)
    assert _all(root) == before


def test_a_file_that_cannot_be_written_takes_the_whole_rename_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.core.operations import renaming

    uses, before = find_uses(_model(root), scan(root)), _all(root)

    def unless_pipeline(path: Path, data: bytes, expected: Stamp | None) -> Stamp:
        # Root may write to read-only files, so the fault has to be made up.
        if path.parent.name == "pipeline":
            raise CoreError(f"Save {path}", "you have no permission for it.")
        return save(path, data, expected)

    monkeypatch.setattr(renaming, "save", unless_pipeline)
    with pytest.raises(CoreError, match="no permission"):
        rename(uses, "omega")
    assert _all(root) == before


def test_an_undo_never_loses_what_was_written_since(root: Path) -> None:
    done = rename(find_uses(_model(root), scan(root)), "omega")
    (root / "pipeline" / "config.pbtxt").write_text("# all new\n")
    before = _all(root)
    with pytest.raises(CoreError, match="was changed since"):
        undo(done)
    assert _all(root) == before


def test_renaming_back_where_the_old_name_was_taken_is_refused(root: Path) -> None:
    done = rename(find_uses(_model(root), scan(root)), "omega")
    (root / "alpha").mkdir()
    with pytest.raises(CoreError, match="is there again"):
        undo(done)
    assert (root / "omega" / "config.pbtxt").exists()


def _put_away(path: Path, root: Path) -> trash.Trashed:
    found = to_trash(path, root)
    assert found.kept is not None
    return found


def test_what_is_in_the_trash_comes_back_whole(root: Path, own_trash: Path) -> None:
    before = _all(root)
    first, second = _put_away(root / "alpha", root), _put_away(root / "beta" / "1", root)
    assert sorted(each.name for each in root.iterdir()) == ["beta", "pipeline"]
    assert first.kept is not None
    assert (first.kept / "config.pbtxt").exists()
    for each in (second, first):
        restore(each, root, root / "pipeline" / "1")
    assert _all(root) == before
    assert not list((own_trash / "info").iterdir())
    assert sorted(each.name for each in root.parent.iterdir()) == ["models", "share"]


def test_two_of_one_name_come_back_to_their_own_places(root: Path, own_trash: Path) -> None:
    both = [_put_away(root / name / "1", root) for name in ("alpha", "beta")]
    assert own_trash.is_dir()
    for each in both:
        restore(each, root, root / "pipeline" / "1")
    assert (root / "alpha" / "1" / "model.bin").read_bytes() == b"alpha" * 1000
    assert (root / "beta" / "1" / "model.bin").read_bytes() == b"beta" * 1000


@pytest.mark.usefixtures("own_trash")
def test_restoring_never_replaces_anything(root: Path) -> None:
    found = _put_away(root / "alpha", root)
    (root / "alpha").mkdir()
    with pytest.raises(CoreError, match="there already"):
        restore(found, root, root / "beta" / "1")
    (root / "alpha").rmdir()
    assert found.kept is not None
    found.kept.rename(root.parent / "taken")
    with pytest.raises(CoreError, match="not in the trash any more"):
        restore(found, root, root / "beta" / "1")


def test_a_trash_that_would_lie_in_the_repository_is_not_used(
    root: Path, own_trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "would_lie_within", lambda *_: True)
    before = _all(root)
    found = _put_away(root / "alpha", root)
    assert found.kept is not None
    assert found.kept.is_relative_to(own_trash)
    assert not (root / "alpha").exists()
    restore(found, root, root / "beta" / "1")
    assert _all(root) == before


@pytest.mark.usefixtures("own_trash")
def test_what_is_gone_already_is_said_so(root: Path) -> None:
    with pytest.raises(CoreError, match="not there any more"):
        to_trash(root / "nowhere", root)
