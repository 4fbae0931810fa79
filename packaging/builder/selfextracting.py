"""The self-extracting file: a shell script with the archive of the Debian package behind it."""

from __future__ import annotations

from pathlib import Path

from common import BUILD, DIST, FILES, environment, fresh, run, tree_bytes, version


def build(prefix: Path, package: Path) -> Path:
    """Writes the script and the archive as one file; packing takes minutes, so it is done once for both packages."""
    folder = fresh(BUILD / "run")
    run(["ar", "x", package, "data.tar.xz"], cwd=folder, env=environment())
    script = (FILES / "installer.sh").read_text("utf-8")
    script = script.replace("@VERSION@", version()).replace("@KILOBYTES@", str(tree_bytes(prefix) // 1024))
    lines = script.count("\n") + 1
    target = DIST / f"trireme-{version()}-linux-x86_64.run"
    target.write_bytes(script.replace("@LINE@", str(lines)).encode() + (folder / "data.tar.xz").read_bytes())
    target.chmod(0o755)
    return target
