"""A repository on a disk that is mounted read-only: each change is refused in words, and nothing is left half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.core.repositories import write

_CHANGES = """
import subprocess, sys
from pathlib import Path
from studio.core.failure import CoreError
from studio.core.files.repository import scan
from studio.core.files.saving import save
from studio.core.files.reading import read
from studio.core.operations.models import duplicate
from studio.core.operations.moving import make_folder, move
from studio.core.operations.renaming import find_uses, rename
from studio.core.operations.trash import to_trash
from studio.core.operations.writing import write_model
from studio.core.progress import no_progress

root = Path(sys.argv[1])
subprocess.run(["mount", "--bind", root, root], check=True)
subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
repository = scan(root)
folder = repository.model("m")
path = folder.config_path
for change in (
    lambda: save(path, b"other", read(path)[1]),
    lambda: save(root / "m" / "new", b"other", None),
    lambda: duplicate(folder, "copy", no_progress),
    lambda: rename(find_uses(folder, repository, lambda: None), "other"),
    lambda: to_trash(folder.path, root),
    lambda: move(folder.path, root / "other"),
    lambda: make_folder(root / "m" / "2"),
    lambda: write_model(root, "new", ()),
):
    try:
        change()
        print("it was done")
    except CoreError as failure:
        print(str(failure).replace(sys.argv[1], "ROOT"))
"""
_MOUNT = ("unshare", "--user", "--map-root-user", "--mount")

if shutil.which("unshare") and not subprocess.run([*_MOUNT, "true"], check=False).returncode:

    def test_each_change_says_that_the_disk_is_read_only(tmp_path: Path) -> None:
        root = tmp_path / "models"
        write(root, "m")
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
        place = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [*_MOUNT, sys.executable, "-c", _CHANGES, str(root)]
        run = subprocess.run(command, env=place, capture_output=True, text=True, check=False, timeout=60)
        assert run.returncode == 0, run.stderr
        told = run.stdout.splitlines()
        assert len(told) == 8
        assert [each for each in told if "the disk is read-only" not in each] == []
        assert [each for each in told if ".trireme-" in each] == []
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
