"""What is said of the value on a wire, in words and figures."""

from __future__ import annotations

import json
import math
import time

from studio.core.files.sizes import size_text
from studio.core.inference.requests import Tensor
from studio.core.inference.wires.digest import Digest
from studio.core.inference.wires.seen import Seen

_COPIED_WHOLE, _COPIED_BYTES = 10_000, 1 << 20
"""Values; of a larger tensor the figures are copied."""


def age_text(at: float, now: float | None = None) -> str:
    """How long ago something was."""
    seconds = max((time.time() if now is None else now) - at, 0.0)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 129_600 else f"{seconds / 86_400:.0f} d"


def number(value: float) -> str:
    """A number in about four digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    if value == int(value) and abs(value) < 1e6:
        return f"{value:,.0f}"
    return f"{value:.4f}" if 0.001 <= abs(value) < 1000 else f"{value:.4g}"


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as it goes over the wire."""
    return f"[{','.join(map(str, shape))}]"


def figures(digest: Digest) -> tuple[tuple[str, str, bool], ...]:
    """The figures of a tensor: title, value, and whether it is wrong; none for strings."""
    found = digest.statistics
    if found is None:
        return ()
    odd = bool(found.nan or found.inf)
    return (
        ("min", number(found.minimum), False),
        ("mean", number(found.mean), False),
        ("max", number(found.maximum), False),
        ("NaN, Inf", f"{found.nan:,}, {found.inf:,}", odd),
    )


def digest_words(digest: Digest) -> str:
    """All that is said of a tensor, for screen readers and the clipboard."""
    parts = [f"{digest.data_type} {shape_text(digest.shape)}", size_text(digest.size)]
    parts += [f"{title} {value}" for title, value, _ in figures(digest)]
    parts += [part for part in (digest.note, *digest.text) if part]
    return ", ".join(parts)


def warning(digest: Digest | None) -> str:
    """What is odd about a value, in words; "" where nothing is."""
    if digest is None:
        return ""
    return digest.odd or ("all zeros" if digest.is_all_zeros else "")


def copied(seen: Seen) -> str:
    """A value as the clipboard gets it: the values of a small tensor, the figures of a large one."""
    tensor = seen.tensor
    if tensor is not None and tensor.array.size <= _COPIED_WHOLE and seen.size <= _COPIED_BYTES:
        return json.dumps(_plain(tensor))
    return digest_words(seen.digest) if seen.digest is not None else ""


def _plain(tensor: Tensor) -> object:
    def text(value: object) -> object:
        if isinstance(value, list):
            return [text(each) for each in value]
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

    array = tensor.array if tensor.array.dtype.kind in "biufO" else tensor.array.astype("float32")
    return text(array.tolist())
