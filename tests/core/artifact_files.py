"""Real model files, written once by the frameworks themselves, and what the tests say of any reader."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.artifacts.artifact import Artifact
from studio.core.failure import CoreError

FILES = Path(__file__).parent / "data" / "artifacts"

Tensors = list[tuple[str, str, tuple[int, ...]]]


def tensors(found: Artifact) -> tuple[Tensors, Tensors]:
    """Inputs and outputs in brief."""
    first, second = ([(t.name, t.data_type.wire, t.shape) for t in side] for side in (found.inputs, found.outputs))
    return first, second


def refused(read: Callable[[Path], object], path: Path, words: str) -> CoreError:
    """The error with which a file is refused; it names the file and says these words."""
    with pytest.raises(CoreError, match=words) as caught:
        read(path)
    assert path.name in caught.value.attempted
    return caught.value


def damaged(read: Callable[[Path], object], path: Path, data: bytes, cut: int, at: int, byte: int) -> None:
    """Reads a file that is cut short and has one byte changed: a result or a CoreError, nothing else."""
    changed = bytearray(data[: cut % (len(data) + 1)])
    if changed:
        changed[at % len(changed)] = byte
    path.write_bytes(bytes(changed))
    read_or_refused(read, path)


def read_or_refused(read: Callable[[Path], object], path: Path) -> None:
    """Reads a file: it succeeds, or fails with a CoreError that has a reason."""
    failure = None
    try:
        read(path)
    except CoreError as error:
        failure = error
    assert failure is None or failure.reason


def bytes_read() -> int:
    """How much this process has read so far, from files and all else."""
    return int(Path("/proc/self/io").read_text().splitlines()[0].removeprefix("rchar: "))


def sparse(path: Path, head: bytes, tail: bytes = b"", size: int = 3 << 30) -> Path:
    """A file of 3 GB that takes no room."""
    with path.open("wb") as file:
        file.write(head)
        file.seek(size)
        file.write(tail or b"\0")
    return path
