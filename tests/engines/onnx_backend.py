"""Configurations for our ONNX backend, and what is to be found of them in a server."""

from __future__ import annotations

from typing import Any


def tensors(side: str, *given: tuple[str, str, str]) -> str:
    return "".join(f'{side} {{ name: "{n}" data_type: {t} dims: [ {d} ] }}\n' for n, t, d in given)


def config(batch: int, dims: str, kind: str = "TYPE_FP32", extra: str = "", names: tuple[str, str] = ("x", "y")) -> str:
    sides = tensors("input", (names[0], kind, dims)) + tensors("output", (names[1], kind, dims))
    return f'backend: "onnxruntime"\nmax_batch_size: {batch}\n{sides}{extra}\n'


def parameter(key: str, value: str) -> str:
    return f'parameters {{ key: "{key}" value {{ string_value: "{value}" }} }}\n'


def is_completed(got: dict[str, Any], batch: int, dims: list[int], dynamic: bool) -> None:
    assert got["max_batch_size"] == batch
    assert [(t["name"], t["data_type"], t["dims"]) for t in got["input"]] == [("x", "TYPE_FP32", dims)]
    assert [(t["name"], t["data_type"], t["dims"]) for t in got["output"]] == [("y", "TYPE_FP32", dims)]
    assert ("dynamic_batching" in got) == dynamic
    assert got["backend"] == "onnxruntime"


def is_refused(state: dict[str, Any], message: str) -> None:
    assert state["state"] == "UNAVAILABLE"
    assert message in state["reason"]
