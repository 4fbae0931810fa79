"""What a saved request expects of an output, as a tensor to look at beside the one that came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from studio.core.failure import CoreError
from studio.core.inference.compare import Tolerance
from studio.core.inference.requests import Tensor
from studio.core.saved_requests.building import filled_request, tensor_of
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.saved import SavedRequest
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """The tensor, and how far another may be off."""

    tensor: Tensor
    tolerance: Tolerance


MOST_MARKED = 100_000
"""Values of an output that what is expected is marked beside."""


def expected_values(
    folder: RequestFolder, name: str, saved: SavedRequest, outputs: Iterable[Tensor]
) -> dict[str, Tensor]:
    """What is expected of small outputs value by value, by their names; what cannot be read is left out."""
    found = {}
    for got in outputs:
        wanted = saved.expect.get(got.name)
        if wanted is None or wanted.tensor is None or got.array.size > MOST_MARKED or got.data_type.wire == "BYTES":
            continue
        kind = wanted.tensor.kind or got.data_type
        # Whoever judges the answer says what is wrong with a file.
        with suppress(CoreError):
            found[got.name] = Tensor(got.name, kind, tensor_of(folder, name, wanted.tensor, kind))
    return found


def expected_of(folder: RequestFolder, name: str, variables: Mapping[str, Any], got: Tensor) -> Expected:
    """The tensor that an output is compared with. Raises CoreError where it is expected in another way."""
    saved = filled_request(folder.read(name), variables)
    wanted = saved.expect.get(got.name)
    if wanted is None or wanted.tensor is None:
        raise CoreError(f"Comparing {got.name}", f"{name} expects no numbers of it, one by one.")
    kind = wanted.tensor.kind or got.data_type
    return Expected(Tensor(got.name, kind, tensor_of(folder, name, wanted.tensor, kind)), wanted.tolerance)
