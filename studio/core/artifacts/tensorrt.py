"""What the head of a TensorRT engine says of it. The rest can be read by TensorRT alone."""

from __future__ import annotations

from pathlib import Path

from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import Malformed, ends, reading

# From TensorRT's own trtexec: the tag, and the version in bytes 24 to 27 where the number after the tag is 0.
_TAG, _OLD_TAG = b"ftrt", b"ptrt"
_VERSION = slice(24, 28)
_NEWEST_MAJOR = 40
_BOUND = "An engine runs only with the TensorRT release and the kind of GPU that it was built for."
_STRIP = "Export the engine with trtexec, or cut off the text in front of “ftrt”."


def read_tensorrt(path: Path) -> Artifact:
    """The TensorRT release that made an engine, where its head tells. Raises CoreError for what is none."""
    with reading(path, "TensorRT engine"):
        head = ends(path, 32)[0]
        tag = head[:4]
        if tag not in (_TAG, _OLD_TAG):
            raise Malformed(*_reason(head))
        if len(head) < _VERSION.stop:
            raise Malformed("it is cut short")
        version = _version(head) if tag == _TAG else ""
        facts = (("TensorRT", version),) if version else ()
        return Artifact("TensorRT plan", facts=facts, notes=(_BOUND,))


def _version(head: bytes) -> str:
    numbers = head[_VERSION]
    known = head[4:8] == bytes(4) and 0 < numbers[0] < _NEWEST_MAJOR
    return ".".join(map(str, numbers)) if known else ""


def _reason(head: bytes) -> tuple[str, str]:
    """Ultralytics writes a length and a JSON text in front of the engine."""
    if head[4:5] == b"{":
        return "a text stands in front of the engine, as Ultralytics writes it, which Triton does not read", _STRIP
    return "it does not begin as an engine does", "Build the engine again with trtexec --saveEngine."
