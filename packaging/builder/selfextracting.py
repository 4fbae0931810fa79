"""The self-extracting file: a shell script with the staged tree behind it."""

from __future__ import annotations

from pathlib import Path

from common import BUILD, DIST, FILES, commit_time, environment, run, tree_bytes, version


def build(prefix: Path) -> Path:
    """Writes the script and the archive as one file."""
    archive = BUILD / "stage.tar.xz"
    archive.unlink(missing_ok=True)
    when = f"@{commit_time()}"
    flags = ["--sort=name", f"--mtime={when}", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"]
    run(["tar", *flags, "-C", prefix, "-I", "xz -6", "-cf", archive, "."], env=environment())
    script = (FILES / "installer.sh").read_text("utf-8")
    script = script.replace("@VERSION@", version()).replace("@KILOBYTES@", str(tree_bytes(prefix) // 1024))
    lines = script.count("\n") + 1
    target = DIST / f"trireme-{version()}-linux-x86_64.run"
    target.write_bytes(script.replace("@LINE@", str(lines)).encode() + archive.read_bytes())
    target.chmod(0o755)
    return target
