"""Compiles the stand-ins for NVIDIA's libraries."""

from __future__ import annotations

import subprocess
from pathlib import Path

_HERE = Path(__file__).parent
NVML = "libnvidia-ml.so.1"


def library(folder: Path, name: str, source: str, *options: str) -> Path:
    """A shared library of that name and soname, made of one C file."""
    made = folder / name
    command = ["gcc", "-O1", "-w", "-shared", "-fPIC", f"-Wl,-soname,{name}", *options, "-o", str(made)]
    subprocess.run([*command, str(_HERE / source)], check=True, capture_output=True, text=True)
    return made


def nvml(folder: Path) -> Path:
    """NVIDIA's management library."""
    return library(folder, NVML, "nvml.c", "-fvisibility=hidden")
