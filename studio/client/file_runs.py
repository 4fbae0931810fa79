"""Asking a model about one file of many, again where that may help."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from pathlib import Path

from studio.client.triton import ClientError, Triton
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.batches.results import FileResult
from studio.core.inference.batches.retrying import may_be_retried, pause_after
from studio.core.inference.file_tensor import tensor_from_file
from studio.core.inference.requests import InferRequest, Tensor
from studio.failure import Failure
from studio.net.cancel import Cancel


@dataclass(frozen=True, slots=True)
class FileRun:
    """What to ask about each file: `request` with the tensor of the file as its input `info`."""

    folder: Path
    request: InferRequest
    info: TensorInfo
    tries: int = 4
    seconds: float = 30.0

    def of(self, file: str) -> InferRequest:
        """The request about one file. Raises CoreError."""
        array = tensor_from_file(self.info, self.folder / file)
        others = tuple(each for each in self.request.inputs if each.name != self.info.name)
        return replace(self.request, inputs=(*others, Tensor(self.info.name, self.info.data_type, array)))

    def told(self) -> dict[str, str]:
        """What tells this run apart: results of another one are none of it."""
        made = hashlib.blake2b(digest_size=8)
        for each in self.request.inputs:
            data = repr(each.array.tolist()).encode() if each.array.dtype.hasobject else each.array.tobytes()
            made.update(f"{each.name} {each.data_type.wire} {each.array.shape}\0".encode() + data)
        return {
            "model": self.request.model,
            "version": self.request.version,
            "folder": str(self.folder.resolve()),
            "input": self.info.name,
            "others": made.hexdigest(),
            "outputs": ", ".join(self.request.outputs),
        }


def ask(client: Triton, run: FileRun, file: str, cancel: Cancel) -> FileResult | None:
    """What came of a file; None where it was cancelled. Blocks, also between tries. A failure is told, not raised."""
    began, tries = time.monotonic(), 0
    try:
        request = run.of(file)
    except Failure as error:
        return FileResult(file, "failed", 0, time.monotonic() - began, failure=str(error))
    while True:
        tries += 1
        try:
            result = client.infer(request, run.seconds, stages=False, cancel=cancel)
        except ClientError as error:
            if error.kind == "cancelled":
                return None
            if tries >= run.tries or not may_be_retried(error.kind, error.reason):
                return FileResult(file, "failed", tries, time.monotonic() - began, failure=str(error))
            if cancel.wait(pause_after(tries)):
                return None
        else:
            return FileResult(file, "done", tries, result.times.total / 1e9, result.outputs)
