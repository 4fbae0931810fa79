"""`trireme example DIR`: writes the example repository into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme example`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is empty or not there yet")
    parser.add_argument("--torchscript", action="store_true", help="the pipeline of a TorchScript module instead")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from studio.core.files.example import write_example

    repository = write_example(options.folder, torchscript=options.torchscript)
    print(f"The repository: {repository}")
    print(f"Sample inputs:  {options.folder / 'samples'}")
    print(f"Open it with:   trireme {repository}")
    return 0
