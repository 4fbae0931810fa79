"""Servers as people name them: a version, a release, an image of NVIDIA's or one of their own made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from studio.core.checking.profile import NEWEST, Profile, Release, is_newer, release_of, release_text, version_of
from studio.core.failure import CoreError
from studio.named_tuple import NamedTuple

_PLAIN_BACKENDS = frozenset(
    ["dali", "fil", "identity", "onnxruntime", "openvino", "python", "pytorch", "repeat", "square", "tensorrt"]
)
_VARIANTS = {
    "py3": _PLAIN_BACKENDS,
    "vllm-python-py3": frozenset({"python", "vllm"}),
    "trtllm-python-py3": frozenset({"python", "tensorrtllm"}),
    "pyt-python-py3": frozenset({"python", "pytorch"}),
    "tf2-python-py3": frozenset({"python", "tensorflow"}),
}
PRESETS: tuple[str, ...] = tuple(_VARIANTS)
"""The variants of NVIDIA's image, as the end of its tag names them."""
_TAG = re.compile(r"r?(?P<server>v?[1-9]\.\d{1,3}(?:\.\d+)?|\d\d\.\d\d)(?:\.0)?(?:-(?P<variant>.+))?")
_TITLE = r"\S+ \((?P<release>\d\d\.\d\d)\)"
_DIGEST = r"@[a-z0-9]+:[0-9a-f]+$"
_KINDS = {
    "igpu": "",
    "min": "The image “{}” brings no backends: any is taken to be there.",
    "sdk": "The image “{}” has the clients and no server: the server of its release is checked for.",
}
"""What may follow a variant: for the GPUs of Jetson, for building on, and without a server."""


class Server(NamedTuple):
    """A server as it was named. `variant` is that of NVIDIA's image, "" where any backend may be there.

    `note` says what a person should know of how the name was taken, "" where it is plain.
    """

    release: Release
    variant: str = ""
    note: str = ""


def read_server(text: str) -> Server:
    """The server that a text names: 2.51, r24.10, 24.10-py3-igpu, an image with its tag, newest, a window's title.

    Raises CoreError where it tells no release, or one that is too old.
    """
    given = text.strip()
    title = re.fullmatch(_TITLE, given) if "(" in given else None
    if title or given in ("newest", "latest"):
        return Server(release_of(title["release"] if title else given))
    found = _tag(given)
    if found is None:
        raise CoreError(
            f"Check for the server “{text}”",
            "this tells no release: it is not known.",
            f"Write a version, a release or an image's tag: {version_of(NEWEST)}, {release_text(NEWEST)} or "
            f"{release_text(NEWEST)}-py3.",
        )
    release = release_of(found["server"])
    variant, note = _variant(found["variant"] or "")
    notes = (_newer(found["server"]) if is_newer(found["server"]) else "", note)
    return Server(release, variant, " ".join(each for each in notes if each))


VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "py3": "The server with all backends but those for language models.",
        "py3-min": "The server without backends, to build upon.",
        "trtllm-python-py3": "For language models by TensorRT-LLM, and Python.",
        "vllm-python-py3": "For language models by vLLM, and Python.",
        "pyt-python-py3": "PyTorch and Python alone.",
        "py3-igpu": "For the GPUs of Jetson, on ARM.",
        "py3-sdk": "Clients and tools. It holds no server.",
    }
)
"""The ends of the tags of NVIDIA's images, and what those images are for."""


def backends_of(release: Release, variant: str) -> tuple[str, ...]:
    """The backends of one of NVIDIA's images, by the end of its tag; none where it has none."""
    name = variant.removesuffix("-igpu")
    found = preset(release, name).backends if name in _VARIANTS else None
    return tuple(sorted(found or ()))


def preset(release: Release, variant: str, gpus: tuple[int, ...] = (0,)) -> Profile:
    """The server of one of NVIDIA's images. TensorFlow left them with 25.03, and old GPUs with it."""
    backends = _VARIANTS.get(variant)
    if backends is None:
        known = ", ".join(PRESETS)
        raise CoreError(f"Check for the image “{variant}”", "it is not known.", f"Known are {known}.")
    new = release >= (25, 3)
    if variant == "py3" and not new:
        backends = backends | {"tensorflow"}
    least = 7.5 if new else 6.0
    return Profile(gpus, backends, release, least, agents=frozenset({"checksum"}))


def from_image(name: str, gpus: tuple[int, ...] = (0,)) -> Profile | None:
    """The profile of an image by its name or tag; None where that tells nothing. Raises CoreError as `read_server`."""
    if _tag(name) is None:
        return None
    server = read_server(name)
    return preset(server.release, server.variant, gpus) if server.variant else Profile(gpus, release=server.release)


def _tag(name: str) -> re.Match[str] | None:
    """The tag of an image, or a text that could be one."""
    last = (re.sub(_DIGEST, "", name.strip()) if "@" in name else name.strip()).rpartition("/")[2]
    is_image = "/" in name or "@" in name or ":" in last
    if is_image and ":" not in last:
        return None
    return _TAG.fullmatch(last.rpartition(":")[2])


def _newer(server: str) -> str:
    known = f"{version_of(NEWEST)} ({release_text(NEWEST)})"
    return f"{server} is newer than what Trireme knows: it is checked as {known}, the newest that is known."


def _variant(text: str) -> tuple[str, str]:
    """The variant of NVIDIA's image that the end of a tag names, and a note on it."""
    if not text:
        return "", ""
    parts = text.split("-")
    kinds = [each for each in parts if each in _KINDS]
    name = "-".join(each for each in parts if each not in _KINDS) or "py3"
    notes = [_KINDS[each].format(text) for each in kinds if _KINDS[each]]
    if notes:
        return "", notes[0]
    if name not in _VARIANTS:
        return "", f"The image “{text}” is none of NVIDIA's: any backend is taken to be there."
    return name, ""
