"""What people usually put into a part of a configuration, each ready as one edit: templates for the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studio.core.config.draft import Draft
from studio.core.config.model_config import TensorConfig
from studio.core.config.parameters import known_parameters
from studio.value_class import dataclass

_CONTROLS = (
    ("START", "CONTROL_SEQUENCE_START"),
    ("END", "CONTROL_SEQUENCE_END"),
    ("READY", "CONTROL_SEQUENCE_READY"),
)
_CORRID = "CONTROL_SEQUENCE_CORRID"
_SEQUENCE = "sequence_batching"
_ACCELERATORS = ("optimization", "execution_accelerators")
_CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class Starter:
    """One of them: what it is called, what it does, and the edit."""

    title: str
    what: str
    change: Callable[[Draft], Draft]


def starters(section: str, draft: Draft, backend: str) -> tuple[Starter, ...]:
    """What fits a section of the form as the configuration is now; what it has already is left out."""
    find = _BY_SECTION.get(section)
    return tuple(find(draft, backend)) if find else ()


def _sequence(draft: Draft, _backend: str) -> Iterator[Starter]:
    present = _control_kinds(draft)
    missing = [(name, kind) for name, kind in _CONTROLS if kind not in present]
    if missing:
        names = ", ".join(name for name, _kind in missing)
        told = "Tells the model where a sequence begins and ends and which rows of a batch hold a request."
        yield Starter(f"Controls {names}", told, lambda now: _with_controls(now, missing))
    if _CORRID not in present:
        told = "Hands the model the number of the sequence that each row belongs to."
        yield Starter("Control CORRID", told, _with_corrid)
    if not draft.has(_SEQUENCE, "direct"):
        told = "Each sequence keeps a slot of the batch to its end: for models that keep state by slot."
        yield Starter("Strategy direct", told, lambda now: now.set(_SEQUENCE, "direct", {}))
    if not draft.has(_SEQUENCE, "oldest"):
        told = f"Batches the oldest requests of up to {_CANDIDATES} sequences: for models that keep state by CORRID."
        oldest = {"max_candidate_sequences": _CANDIDATES}
        yield Starter("Strategy oldest", told, lambda now: now.set(_SEQUENCE, "oldest", oldest))
    told = "The server keeps a tensor between the requests of a sequence: an output that comes back as an input."
    yield Starter("State kept by the server", told, _with_state)


def _control_kinds(draft: Draft) -> set[object]:
    held = draft.get(_SEQUENCE, "control_input") if draft.has(_SEQUENCE, "control_input") else ()
    inputs = held if isinstance(held, tuple) else ()
    controls = [each.get("control") for each in inputs if isinstance(each, dict)]
    return {one.get("kind") for each in controls if isinstance(each, tuple) for one in each if isinstance(one, dict)}


def _with_controls(draft: Draft, missing: list[tuple[str, str]]) -> Draft:
    for name, kind in missing:
        control = {"kind": kind, "int32_false_true": [0, 1]}
        draft = draft.append(_SEQUENCE, "control_input", {"name": name, "control": [control]})
    return draft


def _with_corrid(draft: Draft) -> Draft:
    control = {"kind": _CORRID, "data_type": "TYPE_UINT64"}
    return draft.append(_SEQUENCE, "control_input", {"name": "CORRID", "control": [control]})


def _with_state(draft: Draft) -> Draft:
    state = {"input_name": "STATE_IN", "output_name": "STATE_OUT", "data_type": "TYPE_FP32", "dims": [1]}
    return draft.append(_SEQUENCE, "state", state)


def _warm_up(draft: Draft, _backend: str) -> Iterator[Starter]:
    inputs = draft.config.inputs
    if not inputs:
        return
    for kind, field, told in (
        ("Zeros", "zero_data", "One request of zeros when the model loads, so that the first real one is quick."),
        ("Random data", "random_data", "One request of random data when the model loads: kernels pick real paths."),
    ):
        yield Starter(f"{kind} for every input", told, _sampling(field))
    largest = draft.config.max_batch_size
    if largest > 1:
        told = f"Warms up for a full batch of {largest} as well, which takes other kernels and more memory."
        yield Starter(f"Zeros in a batch of {largest}", told, _sampling("zero_data", largest))


def _sampling(field: str, batch: int = 1) -> Callable[[Draft], Draft]:
    return lambda now: _with_sample(now, field, batch)


def _with_sample(draft: Draft, field: str, batch: int) -> Draft:
    taken = {each.get("name") for each in _elements(draft, "model_warmup")}
    name = next(name for n in range(1, len(taken) + 2) if (name := f"sample_{n}") not in taken)
    inputs = [{"key": tensor.name, "value": _filled(tensor, field)} for tensor in draft.config.inputs]
    sample: dict[str, object] = {"name": name, "batch_size": batch if draft.config.max_batch_size else 0}
    return draft.append("model_warmup", {**sample, "inputs": inputs})


def _filled(tensor: TensorConfig, field: str) -> dict[str, object]:
    """Warm-up data of one input: a size that varies is 1; the server makes no random text."""
    field = "zero_data" if tensor.data_type == "TYPE_STRING" else field
    dims = [max(size, 1) for size in tensor.dims]
    return {"data_type": tensor.data_type or "TYPE_FP32", "dims": dims, field: True}


def _optimisation(draft: Draft, backend: str) -> Iterator[Starter]:
    gpu, cpu = (_accelerators(draft, f"{kind}_execution_accelerator") for kind in ("gpu", "cpu"))
    runs_onnx, runs_graphs = backend in ("onnxruntime", ""), backend in ("tensorflow", "")
    if (runs_onnx or runs_graphs) and "tensorrt" not in gpu:
        told = "Compiles what it can with TensorRT in FP16. The first load takes minutes; results differ a little."
        parameters = [{"key": "precision_mode", "value": "FP16"}]
        yield Starter("TensorRT on the GPU", told, _accelerating("gpu", "tensorrt", parameters))
    if runs_onnx and "openvino" not in cpu:
        told = "Runs on the CPU through OpenVINO: quicker on Intel processors, for a build of the backend that has it."
        yield Starter("OpenVINO on the CPU", told, _accelerating("cpu", "openvino", []))
    if runs_graphs and "auto_mixed_precision" not in gpu:
        told = "TensorFlow computes in FP16 where it deems that safe."
        yield Starter("Mixed precision on the GPU", told, _accelerating("gpu", "auto_mixed_precision", []))
    if backend in ("tensorrt", "") and not draft.has("optimization", "cuda", "graphs"):
        told = "Replays a batch as one CUDA graph: less launch overhead for small engines, some GPU memory."
        yield Starter("CUDA graphs", told, lambda now: now.set("optimization", "cuda", "graphs", True))


def _accelerators(draft: Draft, name: str) -> set[object]:
    path = (*_ACCELERATORS, name)
    return {each.get("name") for each in _elements(draft, *path)} if draft.has(*path) else set()


def _accelerating(kind: str, name: str, parameters: list[dict[str, str]]) -> Callable[[Draft], Draft]:
    value: dict[str, object] = {"name": name, **({"parameters": parameters} if parameters else {})}
    return lambda now: now.append(*_ACCELERATORS, f"{kind}_execution_accelerator", value)


def _parameters(draft: Draft, backend: str) -> Iterator[Starter]:
    for key, known in known_parameters(backend).items():
        if key not in draft.config.parameters:
            entry = {"key": key, "value": {"string_value": known.start}}
            yield Starter(key, known.what, _appending("parameters", entry))


def _instances(draft: Draft, _backend: str) -> Iterator[Starter]:
    for title, kind, told in (
        ("One on each GPU", "KIND_GPU", "One instance on every GPU that the server has; it needs one."),
        ("One on the CPU", "KIND_CPU", "One instance on the CPU, also where there is a GPU."),
    ):
        if not any(group.kind == kind for group in draft.config.instance_groups):
            group = {"count": 1, "kind": kind}
            yield Starter(title, told, _appending("instance_group", group))


def _batching(draft: Draft, _backend: str) -> Iterator[Starter]:
    if draft.config.scheduling not in ("", "dynamic_batching") or not draft.config.max_batch_size:
        return
    block = "dynamic_batching"
    if not draft.has(block, "priority_levels"):
        told = "Requests of priority 1 go before those of priority 2, which is what a request gets that names none."
        levels = {"priority_levels": 2, "default_priority_level": 2}
        yield Starter("Two priorities", told, lambda now: _set_all(now, block, levels))
    if not draft.has(block, "default_queue_policy"):
        told = "Requests that wait for more than a second are refused, so that an overload ends by itself."
        policy = {"timeout_action": "REJECT", "default_timeout_microseconds": 1_000_000}
        yield Starter("Refuse after 1 s", told, lambda now: now.set(block, "default_queue_policy", policy))


def _appending(field: str, value: object) -> Callable[[Draft], Draft]:
    return lambda now: now.append(field, value)


def _set_all(draft: Draft, block: str, fields: dict[str, int]) -> Draft:
    for name, value in fields.items():
        draft = draft.set(block, name, value)
    return draft


def _elements(draft: Draft, *path: str) -> list[dict[str, object]]:
    held = draft.get(*path)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, tuple) else []


_BY_SECTION: dict[str, Callable[[Draft, str], Iterator[Starter]]] = {
    "sequence": _sequence,
    "warmup": _warm_up,
    "optimization": _optimisation,
    "parameters": _parameters,
    "instance_group": _instances,
    "batching": _batching,
}
