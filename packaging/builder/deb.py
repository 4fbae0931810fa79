"""The Debian package."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from common import BUILD, DIST, FILES, ROOT, BuildError, environment, fresh, run, set_times, tree_bytes, version

_FONTS = ("fonts-inter", "fonts-jetbrains-mono", "fonts-dejavu-core")
_WITHIN = ("libdbus-1-3", "libglib2.0-0")
"""Qt is linked to them. They are in the program, so the package depends on no other; an installation by pip does."""
_CONTROL = """\
Package: trireme
Version: {version}
Architecture: amd64
Maintainer: The Trireme developers <trireme@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Section: devel
Priority: optional
Homepage: https://pypi.org/project/trireme-studio/
Description: studio for model repositories of Triton Inference Server
 Open a folder of models, see what the server would refuse before a server
 starts, edit config.pbtxt as a form, as text or as a graph, serve the folder
 with a real Triton, send it requests, and watch where the time goes.
"""
_RECOMMENDED = ("ca-certificates", "xdg-utils")
"""What the embedded engine needs to be brought, and what opens folders."""


def build(prefix: Path) -> Path:
    """Packs the staged tree as `/usr`."""
    root = fresh(BUILD / "deb")
    shutil.copytree(prefix, root / "usr", symlinks=True, copy_function=os.link)
    size = -(-tree_bytes(root) // 1024)
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(
        _CONTROL.format(
            version=version(),
            size=size,
            depends=", ".join(_depends(prefix / "lib" / "trireme")),
            recommends=", ".join(_RECOMMENDED),
        ),
        "utf-8",
    )
    before_removal = control.parent / "prerm"
    shutil.copyfile(FILES / "prerm.sh", before_removal)
    before_removal.chmod(0o755)
    set_times(root)
    target = DIST / f"trireme_{version()}_amd64.deb"
    # A higher level takes several times as long for a few megabytes less.
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z2", "--build", root, target], env=environment())
    return target


def _depends(program: Path) -> list[str]:
    """The libraries of X11 and GL that a window needs, and its fonts: the group `run` of the system's packages."""
    lines = (ROOT / "packaging" / "system-packages.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line.startswith("run ")]
    for _, package, library in rows:
        if package in _WITHIN and not (program / "_internal" / library).is_file():
            raise BuildError(f"{library} is not in the program, and the package does not depend on {package}")
    named = (package for _, package, _ in rows if package not in _WITHIN)
    return list(dict.fromkeys([*named, *_FONTS]))
