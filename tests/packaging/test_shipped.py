"""What is in the Debian package: small enough, with the licence of everything, and with nothing of the machine."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

_PACKED_MB, _INSTALLED_MB = 80, 230


@pytest.fixture(scope="module")
def package(packages: Path) -> Path:
    """The package."""
    (found,) = packages.glob("trireme_*_amd64.deb")
    return found


@pytest.fixture(scope="module")
def program(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the program, unpacked."""
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True, timeout=300)
    return folder / "usr" / "lib" / "trireme"


def test_it_is_as_small_as_was_promised(package: Path, program: Path) -> None:
    files = [path for path in program.parents[1].rglob("*") if path.is_file() and not path.is_symlink()]
    assert package.stat().st_size <= _PACKED_MB * 1_000_000
    assert sum(path.stat().st_size for path in files) <= _INSTALLED_MB * 1_000_000


def test_every_part_has_its_licence_and_the_text_of_it(program: Path) -> None:
    folder = program / "licences"
    rows = json.loads((folder / "licences.json").read_text("utf-8"))
    named = {row["name"] for row in rows}
    assert {"Trireme", "Python", "PySide6_Essentials", "numpy", "ICU", "Phosphor", "libxcb-cursor0"} <= named
    for row in rows:
        assert row["licence"]
        assert (folder / row["text"]).stat().st_size > 500, row
    assert {path.name for path in folder.iterdir()} == {row["text"] for row in rows} | {"licences.json"}
    assert not any(name.startswith("libreadline") for name in named)
    # Trireme is under another licence than the GPL: what it is linked to leaves a choice, or is under the LGPL.
    strict = [row["name"] for row in rows if re.fullmatch(r"GPL-[23](\.0)?(\+|-only|-or-later)?", row["licence"])]
    assert strict == []


def test_libraries_are_looked_for_in_the_package_alone(program: Path) -> None:
    """Where the machine that built it keeps its Python is nobody's business, and may be written by somebody there."""
    for path in program.rglob("*.so*"):
        if path.is_file() and not path.is_symlink():
            told = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
            for found in re.findall(r"(?:RPATH|RUNPATH)\s+(\S*)", told):
                assert all(each.startswith("$ORIGIN") for each in found.split(":") if each), f"{path}: {found}"


def test_only_the_font_that_is_drawn_with_is_there(program: Path) -> None:
    fonts = [path.name for path in program.rglob("*.ttf")]
    assert [name for name in fonts if not name.startswith("phosphor")] == []
    assert len(fonts) == 1
