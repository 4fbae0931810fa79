"""A request as text to copy."""

import json

import numpy as np
import pytest

from studio.core.config.datatypes import of_array
from studio.core.failure import CoreError
from studio.core.inference.asking import copying
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.launch import Addresses

_ARRAY = np.zeros((2, 3), np.float32)
REQUEST = InferRequest("m", (Tensor("x", of_array(_ARRAY), _ARRAY),))
BOTH = Addresses(http="host:8000", grpc="host:8001")


def test_each_form_goes_to_its_address() -> None:
    assert "host:8001" in copying.copied("tritonclient", REQUEST, BOTH, batched=True)
    assert "host:8000" in copying.copied("python", REQUEST, BOTH, batched=True)
    assert copying.copied("curl", REQUEST, BOTH, batched=True).startswith("curl")
    data = json.loads(copying.copied("perf_analyzer", REQUEST, Addresses(), batched=True))["data"]
    assert len(data) == 2, "a member of the batch each"
    assert "perf_analyzer -m m" in copying.where_used("perf_analyzer", "m")
    assert {copying.where_used(form, "m") for form in copying.FORMS}.isdisjoint({""})


def test_what_cannot_be_copied_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CoreError, match="no HTTP address"):
        copying.copied("curl", REQUEST, Addresses(grpc="host:8001"), batched=False)
    monkeypatch.setattr(copying, "MOST_BYTES", 1)
    with pytest.raises(CoreError, match="larger than"):
        copying.copied("curl", REQUEST, BOTH, batched=False)
