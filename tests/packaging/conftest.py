"""What the tests of the packages share: the packages, built once, and the clean systems that they are installed on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.display import virtual_display
from tests.packaging.root import Root, make_archive, unpack

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the packages of this tree; TRIREME_PACKAGES names one that is built already."""
    if given := os.environ.get("TRIREME_PACKAGES"):
        return Path(given)
    folder = tmp_path_factory.mktemp("packages")
    command = [sys.executable, str(PROJECT / "packaging" / "builder"), "--dirty"]
    subprocess.run(command, env=os.environ | {"TRIREME_PACKAGE_FOLDER": str(folder)}, check=True, timeout=3000)
    return folder / "dist"


@pytest.fixture(scope="session")
def desktop_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The staged tree without the program."""
    folder = tmp_path_factory.mktemp("desktop")
    command = [sys.executable, str(PROJECT / "packaging" / "builder"), "--dirty", "--only", "desktop"]
    subprocess.run(command, env=os.environ | {"TRIREME_PACKAGE_FOLDER": str(folder)}, check=True, timeout=240)
    return folder / "build" / "desktop"


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A display that clean systems show their windows on: they have none."""
    with virtual_display() as name:
        yield name


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the archive of a clean system by the name of its release, made once."""
    folder = tmp_path_factory.mktemp("archives")

    def archive(suite: str) -> Path:
        path = folder / f"{suite}.tar"
        if not path.is_file():
            make_archive(suite, path)
        return path

    return archive


@pytest.fixture
def clean_root(archives: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Root]:
    """Makes a clean system of a release."""
    return lambda suite: unpack(archives(suite), tmp_path / suite)
