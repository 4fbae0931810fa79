#!/usr/bin/python3
"""Stands in for NVIDIA's hook, which Docker calls before a container with GPUs starts; it runs by the system's Python.

Beside it lie `mode` (what it does: "put", "nothing", or "refuse" and words), `figures` and the libraries that it puts
into the container. Standard input is the container's state by OCI; what was asked for stands in its bundle.
"""

import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSIDE = "usr/lib/x86_64-linux-gnu"


def main() -> None:
    """Do what the mode says."""
    mode, _, words = (HERE / "mode").read_text().partition(" ")
    if mode == "refuse":
        sys.exit(words)
    if mode == "put":
        put(json.load(sys.stdin)["bundle"])


def put(bundle: str) -> None:
    """Put the GPUs that the container asks for into it, by number or by UUID."""
    config = json.loads(Path(bundle, "config.json").read_text())
    environment = dict(each.split("=", 1) for each in config["process"]["env"])
    root = Path(config["root"]["path"])
    lines = (HERE / "figures").read_text().splitlines()
    chosen = choose(lines, environment["NVIDIA_VISIBLE_DEVICES"])
    told = [line for line in lines if not line[0].isdigit() and not line.startswith("count=")]
    told.append(f"count={len(chosen)}")
    for new, old in enumerate(chosen):
        told += [f"{new}.{line.split('.', 1)[1]}" for line in lines if line.startswith(f"{old}.")]
    (root / "etc/nvidia-standin").write_text("\n".join(told) + "\n")
    for library in HERE.glob("lib*.so*"):
        shutil.copy(library, root / INSIDE / library.name)
    preload = [f"/{INSIDE}/{library.name}\n" for library in sorted(HERE.glob("libstandin-*.so"))]
    (root / "etc/ld.so.preload").write_text("".join(preload))


def choose(lines: "list[str]", wanted: str) -> "list[str]":
    """The numbers of the GPUs that are asked for."""
    pairs = (line.split("=", 1) for line in lines if line.split("=")[0].count(".") == 1 and ".uuid=" in line)
    there = {key.split(".")[0]: uuid for key, uuid in pairs}
    if wanted == "all":
        return list(there)
    chosen = []
    for each in wanted.split(","):
        found = [number for number, uuid in there.items() if each in (number, uuid)]
        if not found:
            sys.exit(f"nvidia-container-cli: device error: {each}: unknown device")
        chosen += found
    return chosen


if __name__ == "__main__":
    main()
