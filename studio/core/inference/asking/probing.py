"""Which steps of an ensemble give a tensor, and what each of them is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.core.failure import CoreError
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.failure import Failure
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One step: `inputs` and `outputs` are the ensemble's tensors by the names of the step's model."""

    model: str
    version: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ran:
    """One step that ran: its outputs by the ensemble's names."""

    result: InferResult
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a tensor is, by the steps that ran; `failed` is the step that gave none, `failure` why."""

    tensor: str
    steps: tuple[ProbeStep, ...]
    ran: tuple[Ran, ...] = ()
    failed: int = -1
    failure: Failure | None = None
    value: Tensor | None = None


def wires(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The tensors that the steps of an ensemble give, in the order of the text."""
    return tuple(dict.fromkeys(name for step in _steps(config) for name in step.outputs.values()))


def steps_to(config: Mapping[str, Any], tensor: str, also: Sequence[str] = ()) -> tuple[ProbeStep, ...]:
    """The steps that have to run for a tensor, and for others, each after those that it needs. Raises CoreError."""
    attempted = f"Probing {tensor}"
    makers = {name: step for step in _steps(config) for name in step.outputs.values()}
    own = {str(each["name"]) for each in config.get("input") or ()}
    ordered: list[ProbeStep] = []
    open_: set[str] = set()

    def need(name: str) -> None:
        step = makers.get(name)
        if step is None:
            if name not in own:
                raise CoreError(attempted, f"no step of the ensemble gives {name}.")
            return
        if step in ordered:
            return
        if name in open_:
            raise CoreError(attempted, f"{name} needs itself: the steps are a circle.")
        open_.add(name)
        for source in step.inputs.values():
            need(source)
        ordered.append(step)

    if tensor in own:
        raise CoreError(attempted, "it is an input of the ensemble: the form holds it.")
    for wanted in (tensor, *also):
        need(wanted)
    return tuple(ordered)


def request_of(step: ProbeStep, known: Mapping[str, Tensor], base: InferRequest) -> InferRequest:
    """What a step is asked, from the tensors that are known; optional ones that nobody gave are left out."""
    inputs = tuple(
        Tensor(name, known[source].data_type, known[source].array)
        for name, source in step.inputs.items()
        if source in known
    )
    return InferRequest(
        step.model,
        inputs,
        step.version,
        parameters=base.parameters,
        headers=base.headers,
        protocol=base.protocol,
        request_id=base.request_id,
    )


def _steps(config: Mapping[str, Any]) -> tuple[ProbeStep, ...]:
    found = (config.get("ensemble_scheduling") or {}).get("step") or ()
    return tuple(
        ProbeStep(
            str(step["model_name"]),
            version if (version := str(step.get("model_version", -1))) not in ("-1", "") else "",
            dict(step.get("input_map") or {}),
            dict(step.get("output_map") or {}),
        )
        for step in found
    )
