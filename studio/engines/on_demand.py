"""Backends of the embedded engine that are installed only where a repository needs them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Container
from pathlib import Path

from studio.core.progress import Progress
from studio.core.serving.kinds import ON_DEMAND, StandIn
from studio.engines.failure import EngineError
from studio.engines.files import EngineFiles
from studio.engines.pip import Cancelled, named, pip_install
from studio.environment import tool_environment
from studio.resources import resource

_MINORS = {
    "pytorch": ("3.11",),
    "openvino": ("3.11", "3.12", "3.13"),
    "fil": ("3.11", "3.12", "3.13"),
}
"""The Pythons of the builds whose hashes are known."""
_PATIENCE = 120


def install_backend(files: EngineFiles, wanted: StandIn, progress: Progress, cancelled: Cancelled) -> None:
    """Install what a backend imports, and try it; does nothing where it is there. The engine itself stays whole."""
    attempted = f"Install {wanted.title} into the embedded engine"
    if wanted in files.stand_ins():
        return
    minors = _MINORS[wanted.backend]
    if files.minor not in minors:
        reason = f"its build is known for Python {', '.join(minors)}, and this engine has {files.minor}."
        raise EngineError(attempted, reason, "Serve these models with Docker.")
    free = shutil.disk_usage(files.root).free // 10**6
    if free < wanted.download + wanted.disk:
        needed = wanted.download + wanted.disk
        reason = f"it needs {needed} MB, and {files.root} has {free} MB free."
        raise EngineError(attempted, reason, "Free some space.")
    pip_install(files.python, _requirements(wanted), progress, cancelled)
    command = [str(files.python), "-I", "-c", f"import {wanted.package}"]
    done = subprocess.run(
        command,
        env=tool_environment(),
        capture_output=True,
        timeout=_PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise EngineError(attempted, f"it does not run: {words[-1] if words else 'no word why'}")


def forget(files: EngineFiles, bad: Container[str]) -> None:
    """Take what is damaged of them for not installed: it is installed again where it is wanted."""
    for each in ON_DEMAND.values():
        for package in named(_requirements(each)):
            if package in bad or package.replace("_", "-") in bad:
                for told in files.site.glob(f"{package}-*.dist-info"):
                    shutil.rmtree(told, ignore_errors=True)


def _requirements(wanted: StandIn) -> Path:
    return resource("engine", "on-demand", f"{wanted.backend}.txt")
