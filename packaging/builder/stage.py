"""The tree that is installed under a prefix: the program, a Python for the engine, and what a desktop expects."""

from __future__ import annotations

import gzip
import shutil
import time
from pathlib import Path

import desktop
import frozen
import interpreter
import licences
from common import BUILD, FILES, commit_time, fresh, set_times, version

ID = "org.trireme.Trireme"


def build(program: Path) -> Path:
    """Lays everything out; the folder that becomes `/usr` or `~/.local`."""
    prefix = fresh(BUILD / "stage")
    home = prefix / "lib" / "trireme"
    shutil.copytree(program, home, symlinks=True)
    interpreter.lay_out(home)
    frozen.check_floor(home)
    licences.collect(home)
    desktop_files(prefix)
    set_times(prefix)
    return prefix


def desktop_files(prefix: Path) -> None:
    """Everything but the program: launcher, entry for the desktop, icons, manual page, completion."""
    _launcher(prefix)
    _desktop(prefix)
    _documents(prefix)


def _launcher(prefix: Path) -> None:
    target = prefix / "bin" / "trireme"
    target.parent.mkdir(parents=True)
    shutil.copyfile(FILES / "launcher.sh", target)
    target.chmod(0o755)


def _desktop(prefix: Path) -> None:
    share = prefix / "share"
    _put(FILES / f"{ID}.desktop", share / "applications" / f"{ID}.desktop")
    _put(FILES / "trireme.xml", share / "mime" / "packages" / "trireme.xml")
    told = (FILES / f"{ID}.metainfo.xml").read_text("utf-8")
    day = time.strftime("%Y-%m-%d", time.gmtime(commit_time()))
    target = share / "metainfo" / f"{ID}.metainfo.xml"
    target.parent.mkdir(parents=True)
    target.write_text(told.replace("@VERSION@", version()).replace("@DATE@", day), "utf-8")
    desktop.icons(share / "icons" / "hicolor")


def _documents(prefix: Path) -> None:
    page = prefix / "share" / "man" / "man1" / "trireme.1.gz"
    page.parent.mkdir(parents=True)
    page.write_bytes(gzip.compress(desktop.manual().encode(), mtime=commit_time()))
    completion = prefix / "share" / "bash-completion" / "completions" / "trireme"
    completion.parent.mkdir(parents=True)
    completion.write_text(desktop.completion(), "utf-8")
    _put(FILES / "copyright", prefix / "share" / "doc" / "trireme" / "copyright")


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
