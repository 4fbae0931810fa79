"""Which steps of an ensemble give a tensor."""

from typing import Any

import pytest

from studio.core.failure import CoreError
from studio.core.inference.asking.probing import steps_to, wires


def _step(model: str, given: str, made: str, version: str = "-1") -> dict[str, Any]:
    return {"model_name": model, "model_version": version, "input_map": {"IN": given}, "output_map": {"OUT": made}}


CONFIG = {
    "input": [{"name": "raw"}],
    "ensemble_scheduling": {
        "step": [_step("c", "b_out", "c_out", "2"), _step("a", "raw", "a_out"), _step("b", "a_out", "b_out")]
    },
}


def test_the_steps_up_to_a_tensor_run_in_the_order_of_their_needs() -> None:
    assert [step.model for step in steps_to(CONFIG, "c_out")] == ["a", "b", "c"]
    assert [step.model for step in steps_to(CONFIG, "b_out")] == ["a", "b"]
    assert [step.version for step in steps_to(CONFIG, "c_out")] == ["", "", "2"]
    assert wires(CONFIG) == ("c_out", "a_out", "b_out")
    assert wires({}) == ()


@pytest.mark.parametrize(("tensor", "why"), [("raw", "an input"), ("nowhere", "no step")])
def test_what_no_step_gives_is_said(tensor: str, why: str) -> None:
    with pytest.raises(CoreError, match=why):
        steps_to(CONFIG, tensor)


def test_a_circle_is_said() -> None:
    circle = {"ensemble_scheduling": {"step": [_step("a", "y", "x"), _step("b", "x", "y")]}}
    with pytest.raises(CoreError, match="circle"):
        steps_to(circle, "x")
