"""What a model file proposes: backend, tensors and batching, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.config.tensor_info import TensorInfo
from studio.core.new_model.proposal import Port, Proposal, batch_problem, with_batch
from studio.value_class import replace

BATCH = 8
"""The largest batch to propose: enough to gain by, small enough for any memory."""
_COMPLETES = "The server reads inputs and outputs from the file when it loads the model, so none are written."
_NOT_TOLD = "The file does not tell data types and dims: those shown are a guess. Correct them where they are wrong."

Maker = Callable[[Proposal], Proposal]


def propose(artifact: Artifact, name: str, gpus: tuple[int, ...] = ()) -> Proposal:
    """The proposal for what a file says. The files themselves are for the caller to add."""
    start = Proposal(name, artifact.format, facts=artifact.facts, notes=artifact.notes)
    start = replace(
        start,
        inputs=_ports(artifact.inputs, artifact.partial_inputs),
        outputs=_ports(artifact.outputs, artifact.partial_outputs),
    )
    made = _MAKERS[artifact.format](start)
    return _with_instances(made, gpus)


def file_name(artifact: Artifact, path: Path) -> str:
    """The name under which Triton looks for the file in a version's folder."""
    if artifact.format == "XGBoost":
        format_ = dict(artifact.facts).get("Format", "")
        return {"JSON": "xgboost.json", "UBJSON": "xgboost.ubj"}.get(format_, "xgboost.model")
    return _FILES.get(artifact.format, path.name)


def explained(proposal: Proposal, **reasons: str) -> Proposal:
    """The proposal with more reasons."""
    return replace(proposal, reasons={**proposal.reasons, **reasons})


def _ports(whole: Iterable[TensorInfo], partial: Iterable[Partial]) -> tuple[Port, ...]:
    known = [Port(each.name, each.data_type.config, each.shape, each.shape, each.optional) for each in whole]
    names = {port.name for port in known}
    return (*known, *(_guess(each) for each in partial if each.name not in names))


def _guess(tensor: Partial) -> Port:
    kind = tensor.data_type.config if tensor.data_type else "TYPE_STRING" if "str" in tensor.kind else "TYPE_FP32"
    dims = tensor.shape if tensor.shape is not None else (-1,)
    assumed = tensor.data_type is None or tensor.shape is None
    return Port(tensor.name, kind, dims, tensor.shape, tensor.optional, assumed)


def _onnx(start: Proposal) -> Proposal:
    made = replace(start, backend="onnxruntime")
    return _batched(explained(made, backend="The ONNX Runtime backend runs ONNX files."), "file")


def _openvino(start: Proposal) -> Proposal:
    made = replace(start, backend="openvino")
    return _batched(explained(made, backend="The OpenVINO backend runs OpenVINO’s own format."), "file")


def _saved_model(start: Proposal) -> Proposal:
    made = replace(start, platform="tensorflow_savedmodel")
    reason = "The TensorFlow backend runs SavedModels. NVIDIA’s images have it up to release 25.02."
    return _batched(explained(made, backend=reason), "signature")


def _graph_def(start: Proposal) -> Proposal:
    made = replace(start, platform="tensorflow_graphdef")
    reason = "The TensorFlow backend runs frozen graphs. NVIDIA’s images have it up to release 25.02."
    return _batched(explained(made, backend=reason), "graph")


def _batched(made: Proposal, source: str) -> Proposal:
    """Batching where every tensor lets it."""
    told = [port for port in (*made.inputs, *made.outputs) if port.shape is not None]
    word = f"Read from the {source}."
    if any(port.assumed for port in (*made.inputs, *made.outputs)):
        word = f"{word} What it does not tell is a guess: check it."
    made = explained(made, inputs=word, outputs=word)
    problem = batch_problem(made)
    if problem or not told or not made.inputs:
        return explained(made, max_batch_size=problem or "The file tells no shapes, so no batch dimension is assumed.")
    made = with_batch(replace(made, dynamic_batching=True), BATCH)
    return explained(
        replace(made, dynamic_batching=True),
        max_batch_size=f"The first dimension of every tensor is dynamic, so up to {BATCH} requests can be joined.",
        dynamic_batching="The server joins requests that wait into one batch; nothing is delayed for it.",
    )


def _torchscript(start: Proposal) -> Proposal:
    # The backend takes no optional inputs.
    inputs = tuple(replace(port, optional=False) for port in start.inputs)
    made = replace(start, backend="pytorch", inputs=inputs)
    return explained(
        made,
        backend="The PyTorch backend runs TorchScript.",
        inputs=f"Names are the arguments of forward. {_NOT_TOLD}",
        outputs="Results of forward have no names: Triton counts them as output__0, output__1 …",
        max_batch_size="The file does not tell whether the first dimension is that of a batch.",
    )


def _torch_package(start: Proposal) -> Proposal:
    first, second = (
        Port("INPUT__0", "TYPE_FP32", (-1,), assumed=True),
        Port("OUTPUT__0", "TYPE_FP32", (-1,), assumed=True),
    )
    made = replace(start, backend="pytorch", platform="torch_aoti", inputs=(first,), outputs=(second,))
    return explained(
        made,
        backend="The PyTorch backend runs packages that AOTInductor compiled, from release 26.03 on.",
        inputs=f"Tensors are counted: INPUT__0, INPUT__1 … {_NOT_TOLD}",
        outputs="Tensors are counted: OUTPUT__0, OUTPUT__1 …",
        max_batch_size="The file does not tell whether the first dimension is that of a batch.",
    )


def _tensorrt(start: Proposal) -> Proposal:
    return explained(
        replace(start, backend="tensorrt", completes=True),
        backend="The TensorRT backend runs engines, on the kind of GPU that they were built for.",
        inputs=_COMPLETES,
        outputs=_COMPLETES,
        max_batch_size="The server reads it from the engine as well.",
    )


def _forest(start: Proposal) -> Proposal:
    kind = {"LightGBM": "lightgbm", "treelite": "treelite_checkpoint"}.get(start.format, "")
    facts = dict(start.facts)
    if start.format == "XGBoost":
        names = {"JSON": "xgboost_json", "UBJSON": "xgboost_ubj"}
        kind = names.get(facts.get("Format", ""), "xgboost")
    objective = facts.get("Objective", "")
    classes = _number(facts.get("Classes", ""))
    classifies = "binary" in objective or "multi" in objective or classes > 1
    inputs = tuple(replace(port, shape=port.shape, dims=(port.dims or (1,))[-1:]) for port in start.inputs)
    parameters = (("model_type", kind), ("output_class", "true" if classifies else "false"))
    made = replace(
        start,
        backend="fil",
        inputs=inputs,
        outputs=(Port("output__0", "TYPE_FP32", (1,), (-1, 1)),),
        max_batch_size=1024,
        dynamic_batching=True,
        parameters=parameters,
    )
    answer = "the class" if classifies else "the value"
    return explained(
        made,
        backend="The FIL backend runs forests of decision trees.",
        inputs=f"All {facts.get('Features', '')} features come as one tensor, which is always called input__0.",
        outputs=f"It answers {answer} of each row; predict_proba and output_class in parameters change that.",
        max_batch_size="A row is small: FIL gains by large batches.",
        dynamic_batching="The server joins requests that wait into one batch; nothing is delayed for it.",
    )


def _python(start: Proposal) -> Proposal:
    facts = dict(start.facts)
    completes = facts.get("Completes", "")
    made = explained(replace(start, backend="python"), backend="The Python backend runs model.py.")
    if "input" in completes or "output" in completes:
        told = f"auto_complete_config tells the server: {completes}."
        made = replace(made, inputs=(), outputs=(), completes=True)
        return explained(made, inputs=told, outputs=told, max_batch_size=told)
    decoupled = facts.get("Answers", "").startswith("through") and "decoupled" not in completes
    word = "The tensors that the code asks for by name." if made.inputs else "The code names none that can be told."
    return explained(
        replace(made, decoupled=decoupled),
        inputs=f"{word} {_NOT_TOLD}",
        outputs="The tensors that the code makes by name.",
        max_batch_size="The code does not tell whether its tensors have a batch dimension.",
        decoupled="It answers through a response sender, as decoupled models do." if decoupled else "",
    )


def _vllm(start: Proposal) -> Proposal:
    made = replace(start, backend="vllm", completes=True, kind="KIND_MODEL", count=1)
    return explained(
        made,
        backend="The vLLM backend runs language models.",
        inputs="The backend brings its own inputs and outputs.",
        outputs="The backend brings its own inputs and outputs.",
        max_batch_size="vLLM joins requests itself.",
        kind="vLLM chooses the GPUs itself, so the server leaves that to the model.",
    )


_TENSORRT_LLM = (
    (("input_ids", "TYPE_INT32", (-1,)), ("input_lengths", "TYPE_INT32", ()), ("request_output_len", "TYPE_INT32", ())),
    (("output_ids", "TYPE_INT32", (-1, -1)), ("sequence_length", "TYPE_INT32", (-1,))),
)


def _tensorrt_llm(start: Proposal) -> Proposal:
    inputs, outputs = (
        tuple(Port(name, kind, dims, (-1, *dims)) for name, kind, dims in side) for side in _TENSORRT_LLM
    )
    size = _number(dict(start.facts).get("Max batch size", "")) or BATCH
    made = replace(
        start,
        backend="tensorrtllm",
        inputs=inputs,
        outputs=outputs,
        max_batch_size=size,
        decoupled=True,
        parameters=(("gpt_model_type", "inflight_fused_batching"), ("decoupled_mode", "true")),
    )
    return explained(
        made,
        backend="The TensorRT-LLM backend runs engines of trtllm-build.",
        inputs="The least that the backend asks for; its documentation lists some fifty optional ones.",
        outputs="The least that the backend gives.",
        max_batch_size="What the engine was built for.",
        decoupled="Tokens are streamed as they come.",
    )


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() else 0


def _with_instances(made: Proposal, gpus: tuple[int, ...]) -> Proposal:
    if "kind" in made.reasons:
        return made
    several = f"GPUs {', '.join(map(str, gpus))}" if len(gpus) > 1 else f"GPU {gpus[0]}" if gpus else ""
    found = f"Left to the server: here that is {several}." if gpus else "Left to the server: without a GPU, the CPU."
    return explained(made, kind=found)


_MAKERS: Mapping[str, Maker] = {
    "ONNX": _onnx,
    "OpenVINO IR": _openvino,
    "TensorFlow SavedModel": _saved_model,
    "TensorFlow GraphDef": _graph_def,
    "TorchScript": _torchscript,
    "PyTorch AOTInductor": _torch_package,
    "PyTorch exported program": _torch_package,
    "TensorRT plan": _tensorrt,
    "XGBoost": _forest,
    "LightGBM": _forest,
    "treelite": _forest,
    "Python": _python,
    "vLLM": _vllm,
    "TensorRT-LLM engine": _tensorrt_llm,
}
_FILES = {
    "ONNX": "model.onnx",
    "OpenVINO IR": "model.xml",
    "TensorFlow SavedModel": "model.savedmodel",
    "TensorFlow GraphDef": "model.graphdef",
    "TorchScript": "model.pt",
    "PyTorch AOTInductor": "model.pt2",
    "PyTorch exported program": "model.pt2",
    "TensorRT plan": "model.plan",
    "LightGBM": "model.txt",
    "treelite": "checkpoint.tl",
    "Python": "model.py",
    "vLLM": "model.json",
}
