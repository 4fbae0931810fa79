"""The answer before the one that is shown, for as long as it is not too large to be kept."""

from __future__ import annotations

from studio.core.files.sizes import size_text
from studio.core.inference.request_size import tensor_bytes
from studio.core.inference.requests import InferResult, Tensor

MOST_BYTES = 512 << 20
"""An answer that is larger is dropped when the next one comes, and that is said."""


class LastAnswer:
    """Keeps one answer behind; the answer of another model has none before it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._shown: InferResult | None = None
        self._before: dict[str, Tensor] = {}
        self._problem = ""

    def renew(self, result: InferResult) -> None:
        """Another answer is shown now."""
        shown, self._shown = self._shown, result
        self._before, self._problem = {}, ""
        if shown is None or shown is result or shown.model != result.model:
            return
        size = sum(map(tensor_bytes, shown.outputs))
        if size > self._most:
            self._problem = f"The last answer was dropped: {size_text(size)} are more than {size_text(self._most)}."
        else:
            self._before = {tensor.name: tensor for tensor in shown.outputs}

    def of(self, output: str) -> tuple[Tensor | None, str, str]:
        """The output of the answer before, what it is called, and why it is not there where it was dropped."""
        return self._before.get(output), "Last answer", self._problem
