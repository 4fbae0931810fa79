"""What a desktop and a shell get beside the program: complete, valid, and made from what the program declares."""

from __future__ import annotations

import gzip
import struct
import subprocess
from pathlib import Path

import pytest

from studio.cli.main import parser

_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_FILES = {
    "bin/trireme",
    "share/applications/org.trireme.Trireme.desktop",
    "share/bash-completion/completions/trireme",
    "share/doc/trireme/copyright",
    *(f"share/icons/hicolor/{size}x{size}/apps/trireme.png" for size in _SIZES),
    "share/man/man1/trireme.1.gz",
    "share/metainfo/org.trireme.Trireme.metainfo.xml",
    "share/mime/packages/trireme.xml",
}
_LINUX = Path(__file__).resolve().parents[2] / "packaging" / "linux"


def test_nothing_is_missing_and_nothing_is_more(desktop_files: Path) -> None:
    found = {str(path.relative_to(desktop_files)) for path in desktop_files.rglob("*") if path.is_file()}
    assert found == _FILES


@pytest.mark.parametrize("size", _SIZES)
def test_icons_have_their_size(desktop_files: Path, size: int) -> None:
    data = (desktop_files / f"share/icons/hicolor/{size}x{size}/apps/trireme.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (size, size)


def test_the_desktop_accepts_them(desktop_files: Path) -> None:
    share = desktop_files / "share"
    entry = said("desktop-file-validate", share / "applications/org.trireme.Trireme.desktop")
    assert entry == ""
    told = said("appstreamcli", "validate", "--no-net", share / "metainfo/org.trireme.Trireme.metainfo.xml")
    assert "successful" in told


def test_shell_scripts_are_sound() -> None:
    assert said("shellcheck", *_LINUX.glob("*.sh"), _LINUX.parent / "macos" / "build.sh") == ""


def test_the_manual_page_names_every_command(desktop_files: Path) -> None:
    page = gzip.decompress((desktop_files / "share/man/man1/trireme.1.gz").read_bytes()).decode()
    named = {line.split()[1] for line in page.splitlines() if line.startswith(".SS ")}
    assert named == commands()


def test_completion_offers_every_command_and_the_choices_of_an_option(desktop_files: Path) -> None:
    script = desktop_files / "share/bash-completion/completions/trireme"
    assert commands() <= set(completed(script, "trireme", ""))
    assert completed(script, "trireme", "serve", "--engine", "d") == ["docker"]
    assert "--together" in completed(script, "trireme", "check", "--t")


def commands() -> set[str]:
    """The commands that the program declares."""
    usage = parser().format_help()
    return {line.split()[0] for line in usage.splitlines() if line.startswith("    ") and line[4] != " "}


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _trireme; printf "%s\\n" "${COMPREPLY[@]}"'
    return said("bash", "-c", ask, "bash", script, *words).split()


def said(*command: str | Path) -> str:
    """What a command says, which has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
