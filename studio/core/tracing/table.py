"""Where the time went as a table: for a spreadsheet, and for the clipboard."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from studio import disk, temporary
from studio.core.failure import CoreError

if TYPE_CHECKING:
    from studio.core.tracing.values import Shares

_HEAD = ("what", "name", "version", "stage", "ms", "share", "runs", "requests")


def sums_csv(shown: Shares) -> str:
    """A line for each stage, for each model, and for each stage of a model; the figures have a point."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_HEAD)
    table.writerow(("all", "", "", "", _ms(shown.total), "1.0000", "", shown.requests))
    for part in shown.stages:
        table.writerow(("stage", "", "", part.stage, _ms(part.time), _share(part.share), "", shown.requests))
    for model in shown.models:
        own = (model.model, model.version)
        table.writerow(("model", *own, "", _ms(model.time), _share(model.share), model.runs, shown.requests))
        for part in model.stages:
            row = ("model", *own, part.stage, _ms(part.time), _share(part.share), model.runs, shown.requests)
            table.writerow(row)
    return out.getvalue()


def write_sums(shown: Shares, path: Path) -> None:
    """Writes the table, the whole file or what was there stays. Raises CoreError."""
    try:
        with temporary.replacing(path) as file:
            file.write(sums_csv(shown).encode("utf-8", "replace"))
    except OSError as error:
        raise CoreError(
            f"Write {path}", f"{disk.reason(error)}.", disk.remedy(error, "Choose another place.")
        ) from error


def _ms(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.6f}"


def _share(share: float) -> str:
    return f"{share:.4f}"
