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
        assert (folder / row["text"]).stat().st_size > 150, row
    assert {path.name for path in folder.iterdir()} == {row["text"] for row in rows} | {"licences.json"}
    assert not any(name.startswith("libreadline") for name in named)
    # Trireme is under another licence than the GPL: what it is linked to leaves a choice, or is under the LGPL.
    strict = [row["name"] for row in rows if re.fullmatch(r"GPL-[23](\.0)?(\+|-only|-or-later)?", row["licence"])]
    assert strict == []


_QT_HOLDS = {
    "HarfBuzz": b"hb_font_t",
    "Keccak": b"Keccak_512",
    "libpng": b"libpng version",
    "MD4C": b"mity/md4c",
    "PCRE2": b"pcre2_study",
    "TinyCBOR": b"qt_cbor_",
    "Vulkan Memory Allocator": b"VmaBlockMetadata",
    "Wayland protocols": b"xdg_toplevel",
    "WebGradients": b"WarmFlame",
}
"""What libraries of Qt show of others whom they hold."""
_QT_HOLDS_NOT = {
    "sqlite": b"SQLite format 3",
    "libjpeg-turbo": b"libjpeg-turbo",
    "libtiff": b"LIBTIFF",
    "WebP": b"WebPDecode",
}


def test_what_qt_holds_of_others_has_its_licence(program: Path) -> None:
    rows = json.loads((program / "licences" / "licences.json").read_text("utf-8"))
    named = {row["name"]: row for row in rows}
    libraries = [path.read_bytes() for path in (program / "_internal/PySide6/Qt").rglob("*.so*") if path.is_file()]
    for name, sign in _QT_HOLDS.items():
        assert any(sign in each for each in libraries), name
        assert f"Qt ({name})" in named
    for name, sign in _QT_HOLDS_NOT.items():
        assert not any(sign in each for each in libraries), name
    stated = {name: row["version"] for name, row in named.items() if row["version"]}
    assert any(f"libpng version {stated['Qt (libpng)']}".encode() in each for each in libraries)
    assert re.fullmatch(r"\d+\.\d+", stated["ICU"])
    for row in named.values():
        if row["name"].startswith("Qt ("):
            head = (program / "licences" / row["text"]).read_text("utf-8").partition("\n\n")[0]
            assert re.search(r"(?i)copyright|written by|©|^By ", head), row["name"]


def test_it_depends_on_x11_gl_and_fonts_alone(package: Path, program: Path) -> None:
    """What Qt is linked to besides comes with the program, and not with the system."""
    told = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True, check=True).stdout
    others = [name for name in told.strip().split(", ") if not re.match(r"fonts-|libfontconfig1$|lib(x|gl|egl)", name)]
    assert others == []
    for library in ("libdbus-1.so.3", "libglib-2.0.so.0"):
        assert (program / "_internal" / library).is_file()


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
