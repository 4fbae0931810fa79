"""What a run over many files has done so far, kept line by line, so that it can go on after its end."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from studio import disk, temporary
from studio.core.config.datatypes import data_type
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import read
from studio.core.inference import tensors
from studio.core.inference.batches.results import FileResult, to_csv, to_npz
from studio.core.inference.requests import Tensor
from studio.core.saved_requests import values

_LOG = "progress.jsonl"
_RUN = "run.json"
_MOST_BYTES = 1 << 30
_MOST_RUN_BYTES = 1 << 20


class Journal:
    """One folder of results. One thread at a time may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, run: Mapping[str, str]) -> None:
        """Keeps what the run is. Raises CoreError where the folder holds the results of another one."""
        path = self.folder / _RUN
        attempted = f"Keeping the results in {self.folder}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if disk.is_there(path):
                known = json.loads(read(path, _MOST_RUN_BYTES, bounds_of(self.folder))[0])
            elif disk.is_there(self.folder / _LOG):
                known = None
            else:
                _replace(path, json.dumps(run, indent=1).encode())
                return
        except OSError as error:
            raise CoreError(attempted, f"{disk.reason(error)}.", disk.remedy(error)) from error
        except (ValueError, RecursionError):
            known = None
        if known != run:
            what = f", of {known['model']} on {known.get('folder')}" if _is_run(known) else ""
            raise CoreError(attempted, f"it holds those of another run{what}.", "Choose another folder for them.")

    def read(self) -> dict[str, FileResult]:
        """What came of each file so far, the last of each. A line that was cut off is left out."""
        path = self.folder / _LOG
        if not disk.is_there(path):
            return {}
        found: dict[str, FileResult] = {}
        for line in read(path, _MOST_BYTES, bounds_of(self.folder))[0].splitlines():
            try:
                result = self._result(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, CoreError, OSError, RecursionError):
                continue
            found[result.file] = result
        return found

    def add(self, result: FileResult) -> None:
        """Keeps what came of a file, at once. Raises CoreError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            outputs = {tensor.name: self._kept(result.file, tensor) for tensor in result.outputs}
            told = {
                "file": result.file,
                "state": result.state,
                "tries": result.tries,
                "seconds": result.seconds,
                "failure": result.failure,
                "outputs": outputs,
            }
            with (self.folder / _LOG).open("ab+") as file:
                # After a line that was cut off, this one would be lost with it.
                begins = "" if _ends_a_line(file) else "\n"
                file.write(f"{begins}{json.dumps(told)}\n".encode())
        except OSError as error:
            raise CoreError(f"Keeping the results in {self.folder}", f"{disk.reason(error)}.") from error

    def finish(self, results: Iterable[FileResult]) -> tuple[Path, Path]:
        """Writes all of it as `results.csv` and `results.npz`. Raises CoreError."""
        rows = list(results)
        paths = self.folder / "results.csv", self.folder / "results.npz"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace(paths[0], to_csv(rows).encode("utf-8", "surrogateescape"))
            _replace(paths[1], to_npz(rows))
        except OSError as error:
            raise CoreError(f"Keeping the results in {self.folder}", f"{disk.reason(error)}.") from error
        return paths

    def _kept(self, file: str, tensor: Tensor) -> dict[str, Any]:
        if values.is_small(tensor):
            return values.inline(tensor)
        data, ending, told = values.to_file(tensor)
        # Of two files and outputs whose names become alike, each keeps its own.
        digest = hashlib.blake2b(os.fsencode(f"{file}\0{tensor.name}"), digest_size=6).hexdigest()
        name = f"{_plain(file)[-100:]}.{_plain(tensor.name)[:60]}-{digest}{ending}"
        (self.folder / "outputs").mkdir(exist_ok=True)
        (self.folder / "outputs" / name).write_bytes(data)
        return {**told, "file": name}

    def _result(self, told: Mapping[str, Any]) -> FileResult:
        outputs = tuple(self._tensor(name, each) for name, each in told["outputs"].items())
        state = told["state"]
        if state not in ("done", "failed"):
            raise ValueError(state)
        return FileResult(
            str(told["file"]), state, int(told["tries"]), float(told["seconds"]), outputs, str(told["failure"])
        )

    def _tensor(self, name: str, told: Mapping[str, Any]) -> Tensor:
        kind = data_type(told["type"])
        if kind is None:
            raise ValueError(told["type"])
        if "values" in told:
            return Tensor(name, kind, values.from_inline(kind, told["shape"], told["values"]))
        path = self.folder / "outputs" / str(told["file"])
        data = read(path, _MOST_BYTES, bounds_of(self.folder))[0]
        stored = str(told.get("stored", ""))
        if stored:
            array = values.from_stored(stored, data, kind)
        elif kind.wire == "BYTES":
            array = tensors.from_bytes(data, kind)
        else:
            array = tensors.from_file(path, kind)
        return Tensor(name, kind, tensors.reshape(array, told["shape"]))


def _is_run(known: object) -> bool:
    return isinstance(known, dict) and isinstance(known.get("model"), str)


def _ends_a_line(file: BinaryIO) -> bool:
    size = file.seek(0, os.SEEK_END)
    if not size:
        return True
    file.seek(size - 1)
    return file.read(1) == b"\n"


def _plain(name: str) -> str:
    """What of a name can stand in that of a file."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)


def _replace(path: Path, data: bytes) -> None:
    with temporary.file(path.parent) as (file, made):
        file.write(data)
        file.flush()
        made.replace(path)
