"""A clean Debian system in a folder, and commands in it: it has the network and the display of the machine, no more."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_INSIDE = "/etc/test-certificates.crt"
_ENTER = """
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
if [ -d /tmp/.X11-unix ]; then
    mkdir -p "$0/tmp/.X11-unix"
    mount --bind /tmp/.X11-unix "$0/tmp/.X11-unix"
fi
for folder in /opt/pypi /opt/pypi-more /opt/wheels; do
    if [ -d "$folder" ]; then mkdir -p "$0$folder"; mount --bind -o ro "$folder" "$0$folder"; fi
done
exec chroot "$0" "$@"
"""
"""Mounts what a process needs, in a space of mounts that ends with it. A package index on this disk is shown too."""
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "SSL_CERT_FILE": _INSIDE,
    "PIP_CERT": _INSIDE,
}

_NOT_LOOKED_AT = ("/proc", "/dev", "/tmp", "/var/log", "/var/cache/apt")


@dataclass(frozen=True)
class Root:
    """The folder of a system."""

    path: Path

    def start(self, *command: str, display: str = "") -> subprocess.Popen[str]:
        """Starts a command in it, which ends with all its children where this process is killed."""
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", _ENTER, str(self.path)]
        env = _ENVIRONMENT | ({"DISPLAY": display} if display else {})
        return subprocess.Popen(
            [*enter, *command], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def ask(self, *command: str, display: str = "", timeout: float = 900) -> tuple[int, str]:
        """The exit code of a command and what it said."""
        with self.start(*command, display=display) as process:
            try:
                said, _ = process.communicate(timeout=timeout)
            finally:
                process.kill()
        return process.returncode, said

    def run(self, *command: str, display: str = "", timeout: float = 900) -> str:
        """What a command says, which has to succeed; how long it took is printed for the report."""
        begin = time.monotonic()
        code, said = self.ask(*command, display=display, timeout=timeout)
        assert code == 0, f"{' '.join(command)} ended with {code}:\n{said[-4000:]}"
        print(f"{time.monotonic() - begin:6.1f} s  {' '.join(command)}")
        return said

    def named(self, word: str) -> set[str]:
        """Paths with a word in their name, but for what was unpacked, logged or is shown from outside."""
        left_out = " -o ".join(f"-path {path}" for path in _NOT_LOOKED_AT).split()
        said = self.run("find", "/", "-xdev", "(", *left_out, ")", "-prune", "-o", "-iname", f"*{word}*", "-print")
        return set(said.split())


def make_archive(suite: str, target: Path) -> None:
    """The smallest system of a release that has apt."""
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", suite, target], check=True, timeout=900)


def unpack(archive: Path, folder: Path) -> Root:
    """A fresh system, which reaches the network the way this machine does."""
    folder.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True, timeout=200)
    for file in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf"):
        if Path(file).is_file():
            (folder / file[1:]).unlink(missing_ok=True)
            shutil.copy(file, folder / file[1:])
    shutil.copy(_CERTIFICATES, folder / _INSIDE[1:])
    root = Root(folder)
    root.run("apt-get", "update")
    return root
