"""Compiles the stand-ins for NVIDIA's libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_HERE = Path(__file__).parent
NVML = "libnvidia-ml.so.1"
_HIDDEN = "-fvisibility=hidden"
_VERSIONED = f"-Wl,--version-script={_HERE}/cuda.map"


def library(folder: Path, name: str, source: str, option: str = _HIDDEN) -> Path:
    """A shared library of that name and soname, made of one C file."""
    made = folder / name
    command = ["gcc", "-O1", "-w", "-shared", "-fPIC", f"-Wl,-soname,{name}", option, "-o", str(made)]
    subprocess.run([*command, str(_HERE / source)], check=True, capture_output=True, text=True)
    return made


def nvml(folder: Path) -> Path:
    """NVIDIA's management library."""
    return library(folder, NVML, "nvml.c")


def put_into_engine(libraries: Path) -> None:
    """Stand in for CUDA and DCGM among an engine's libraries, under the names that they have there."""
    for pattern, source, option in (
        ("libcudart-*.so*", "cuda.c", _VERSIONED),
        ("libdcgm-*.so*", "dcgm.c", _HIDDEN),
    ):
        (found,) = libraries.glob(pattern)
        # It may be one file with that of another engine.
        found.unlink()
        library(libraries, found.name, source, option)
        _leave_out(libraries, found.name)
    nvml(libraries)


def hook_folder(folder: Path, name: str) -> Path:
    """NVIDIA's hook by its name, with what it puts into containers."""
    made = folder / name
    shutil.copy(_HERE / "hook.py", made)
    made.chmod(0o755)
    library(folder, "libstandin-cuda.so", "cuda.c", _VERSIONED)
    library(folder, "libstandin-dcgm.so", "dcgm.c")
    nvml(folder)
    return folder


def _leave_out(libraries: Path, name: str) -> None:
    """Take a file out of what pip says that it installed, by which the engine sees whether it is whole."""
    for record in libraries.parent.glob("*.dist-info/RECORD"):
        lines = record.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{libraries.name}/{name},")]
        if kept != lines:
            record.unlink()
            record.write_text("".join(kept), "utf-8")


def copy_of_engine(engine: Path, folder: Path) -> Path:
    """The engine once more, its files shared but for the libraries that are stood in for."""
    made = folder / engine.name
    shutil.copytree(engine, made, symlinks=True, copy_function=_link)
    (libraries,) = made.rglob("nvidia_pytriton.libs")
    put_into_engine(libraries)
    return made


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
