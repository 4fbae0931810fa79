"""Two builds of one tree give the same files, byte by byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import PROJECT


@pytest.mark.slow
@pytest.mark.timeout(4000)
def test_a_second_build_gives_the_same_files(packages: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(PROJECT / "packaging" / "builder"), "--dirty", "--only", "packages"]
    subprocess.run(command, env=os.environ | {"TRIREME_PACKAGE_FOLDER": str(tmp_path)}, check=True, timeout=3500)
    second = (tmp_path / "dist" / "SHA256SUMS").read_text("ascii")
    assert second == (packages / "SHA256SUMS").read_text("ascii")
    assert len(second.splitlines()) == 4
