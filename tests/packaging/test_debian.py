"""The Debian package on clean systems: installed, used, upgraded over itself, and removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.root import Root

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(5400)]

_PERSONS = ("/root/.config/trireme", "/root/.local/share/trireme", "/root/.local/state/trireme", "/root/.cache/trireme")
"""The person's own data, which removing a package does not touch."""


@pytest.mark.parametrize(("suite", "recommends"), [("bookworm", True), ("bookworm", False), ("trixie", True)])
def test_it_is_installed_used_upgraded_and_removed(
    packages: Path, clean_root: Callable[[str], Root], display: str, suite: str, recommends: bool
) -> None:
    root = clean_root(suite)
    _install(root, packages, recommends=recommends)
    _is_in_the_desktop(root)
    _works_without_a_server(root)
    _does_its_job(root, display)
    _install(root, packages, recommends=recommends)
    assert "Trireme " in root.run("trireme", "--version")
    root.run("apt-get", "purge", "-y", "trireme")
    left = {path for path in root.named("trireme") if not path.startswith(_PERSONS)}
    assert left == set()
    assert (root.path / "root/.local/share/trireme").is_dir()


def _install(root: Root, packages: Path, *, recommends: bool) -> None:
    (package,) = packages.glob("trireme_*_amd64.deb")
    shutil.copy(package, root.path / "tmp" / package.name)
    more = [] if recommends else ["--no-install-recommends"]
    root.run("apt-get", "install", "-y", "--reinstall", *more, f"/tmp/{package.name}")


def _is_in_the_desktop(root: Root) -> None:
    entry = (root.path / "usr/share/applications/org.trireme.Trireme.desktop").read_text("utf-8")
    icon = next(line.removeprefix("Icon=") for line in entry.splitlines() if line.startswith("Icon="))
    for size in (16, 48, 256):
        assert (root.path / f"usr/share/icons/hicolor/{size}x{size}/apps/{icon}.png").is_file()
    assert "config.pbtxt" in (root.path / "usr/share/mime/packages/trireme.xml").read_text("utf-8")


def _works_without_a_server(root: Root) -> None:
    assert root.run("trireme", "--version").startswith("Trireme ")
    root.run("trireme", "example", "/root/example")
    told = root.run("trireme", "check", "/root/example/models")
    assert "was not checked" not in told


def _does_its_job(root: Root, display: str) -> None:
    """The engine is brought with a Python that fits, wherever the system has none; models in Python answer rightly."""
    root.run("trireme", "engine", "install")
    assert "installed in /root/.local/share/trireme" in root.run("trireme", "engine", "info")
    root.run("trireme", "--selftest")
    print(root.run("trireme", "--selftest", "--window", display=display))
