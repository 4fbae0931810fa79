"""What becomes of files whose answers are kept as expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.config.datatypes import DATA_TYPES
from studio.core.files.saving import Conflict
from studio.core.inference.requests import InferRequest, InferResult, StageTimes, Tensor
from studio.core.saved_requests.building import filled_request
from studio.core.saved_requests.expected import expected_of
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.judging import judge
from studio.core.saved_requests.outcome import Outcome
from studio.core.saved_requests.renewal import keep, renewals, take_back
from studio.core.saved_requests.renewing import from_request

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")


def _outcome(folder: RequestFolder, name: str, *values: float) -> Outcome:
    output = Tensor("y", FP32, np.array(values, np.float32))
    result = InferResult("m", "1", (output,), StageTimes(1))
    saved = filled_request(folder.read(name), {})
    return Outcome(name, "m", "failed", verdicts=judge(folder, name, saved, result), result=result)


def test_only_what_differs_is_renewed_and_the_old_comes_back_byte_for_byte(tmp_path: Path) -> None:
    folder = RequestFolder(tmp_path)
    large = Tensor("y", FP32, np.zeros(1000, np.float32))
    small = Tensor("y", FP32, np.array([1, 2], np.float32))
    for name, output in (("large", large), ("small", small), ("same", small)):
        written = from_request(name, InferRequest("m", ()), (output,))
        folder.write(name, written.tree, written.files)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    outcomes = (
        _outcome(folder, "large", *([0.0] * 999), 5.0),
        _outcome(folder, "small", 1, 3),
        _outcome(folder, "same", 1, 2),
    )
    assert outcomes[1].verdicts[0].allowed == "1e-05 + 0.01 %"
    found = renewals(folder, outcomes)
    assert [each.name for each in found] == ["large", "small"]
    assert "~ large.expected.y.npy: 4,128 bytes" in found[0].difference
    assert '-      "values": [1.0, 2.0]' in found[1].difference
    keep(folder, found)
    assert expected_of(folder, "small", {}, small).tensor.array.tolist() == [1.0, 3.0]
    take_back(folder, found)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_another_program_wrote_meanwhile_stays(tmp_path: Path) -> None:
    folder = RequestFolder(tmp_path)
    large = Tensor("y", FP32, np.zeros(1000, np.float32))
    written = from_request("large", InferRequest("m", (large,)), (large,))
    folder.write("large", written.tree, written.files)
    folder.write("small", from_request("small", InferRequest("m", ()), (Tensor("y", FP32, large.array[:2]),)).tree)
    found = renewals(folder, (_outcome(folder, "small", 1, 3), _outcome(folder, "large", *([0.0] * 999), 5.0)))
    by_hand = {**written.tree, "tags": ["by hand"]}
    folder.write("large", by_hand)
    with pytest.raises(Conflict, match="another program changed its files"):
        keep(folder, found)
    assert folder.read("large").own["tags"] == ["by hand"]
    assert folder.read("small").own == found[0].old.tree
    folder.write("large", written.tree)
    keep(folder, found)
    for name, data in (("large.y.npy", b"by hand"), ("large.json", b'{"model": "by hand"}')):
        path = tmp_path / name
        before = path.read_bytes()
        path.write_bytes(data)
        with pytest.raises(Conflict, match="another program changed its files"):
            take_back(folder, found)
        assert path.read_bytes() == data
        path.write_bytes(before)
    take_back(folder, found)
    assert folder.read("large").own == written.tree
