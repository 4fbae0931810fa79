"""Pulls an image, layer by layer; only ever when a person asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from studio.core.serving.launching.image_names import digest_of, tag_of
from studio.engines.docker.connection import connected, errors
from studio.engines.docker.errors import explain
from studio.engines.failure import EngineError

_OF_DOWNLOAD = 0.8
"""The part of the work that a download is; the rest is unpacking."""


class PullCancelled(EngineError):
    """The person asked to stop. Docker keeps the layers that are whole for the next time."""


@dataclass(slots=True)
class Layers:
    """How far each layer is, from Docker's messages; sizes are known once a layer's download begins."""

    _known: dict[str, int] = field(default_factory=dict)
    _loaded: dict[str, int] = field(default_factory=dict)
    _parts: dict[str, float] = field(default_factory=dict)
    _waits: str = ""

    def take(self, message: Mapping[str, Any]) -> None:
        """One of Docker's messages."""
        layer, status = str(message.get("id", "")), str(message.get("status", ""))
        self._waits = status if status.startswith("Retrying") else ""
        if not layer or status.startswith("Pulling from"):
            return
        detail = message.get("progressDetail") or {}
        current, total = int(detail.get("current") or 0), int(detail.get("total") or 0)
        share = current / total if total else 0.0
        part = self._parts.get(layer, 0.0)
        if status == "Downloading":
            self._known[layer], self._loaded[layer] = total, current
            part = _OF_DOWNLOAD * share
        elif status == "Download complete":
            self._loaded[layer] = self._known.get(layer, 0)
            part = max(part, _OF_DOWNLOAD)
        elif status == "Extracting":
            part = max(part, _OF_DOWNLOAD + (1 - _OF_DOWNLOAD) * share)
        elif status in ("Pull complete", "Already exists"):
            part = 1.0
        self._parts[layer] = part

    @property
    def fraction(self) -> float:
        """How far all of them are, from 0 to 1."""
        return sum(self._parts.values()) / len(self._parts) if self._parts else 0.0

    @property
    def text(self) -> str:
        """How far they are, for people."""
        if not self._parts:
            return "Asking the registry"
        done = sum(part == 1.0 for part in self._parts.values())
        layers = f"{done} of {len(self._parts)} layers"
        sizes = f", {_megabytes(self._loaded.values())} of {_megabytes(self._known.values())} MB" if self._known else ""
        open_ = any(part == 0.0 and layer not in self._known for layer, part in self._parts.items())
        more = " known so far" if sizes and open_ else ""
        return f"{layers}{sizes}{more}" + (f". {self._waits}" if self._waits else "")


def pull(image: str, progress: Callable[[float, str], object], cancelled: Callable[[], bool]) -> str:
    """Pull an image and give its name, with its tag. Raises EngineError; PullCancelled once `cancelled` says so.

    It is asked at each of Docker's messages, of which there are several a second unless the network stands still.
    """
    attempted = f"Pull {image}"
    name = with_tag(image)
    layers = Layers()
    with errors(attempted), connected() as client:
        # Given no tag it would pull them all.
        messages = client.api.pull(name, stream=True, decode=True)
        with closing(messages):
            for message in messages:
                if cancelled():
                    raise PullCancelled(attempted, "it was cancelled.", "Pull it again to go on from here.")
                if "error" in message:
                    raise EngineError(attempted, *explain(str(message["error"])))
                layers.take(message)
                progress(layers.fraction, layers.text)
        client.api.inspect_image(name)
    return name


def with_tag(image: str) -> str:
    """An image's name with the tag that Docker takes where none is given."""
    return image if tag_of(image) or digest_of(image) else f"{image}:latest"


def _megabytes(sizes: Iterable[int]) -> str:
    return f"{sum(sizes) / 1e6:.0f}"
