"""A model repository for the tests of the client and the metrics: Python models, each for one behaviour."""

from pathlib import Path

from studio.core.config.datatypes import DATA_TYPES

_HEAD = """import json
import time

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
"""

_ECHO = """
    def execute(self, requests):
        responses = []
        for request in requests:
            outputs = []
            for tensor in request.inputs():
                name = "OUT" + tensor.name()[2:]
                outputs.append(pb_utils.Tensor.from_dlpack(name, tensor.to_dlpack())
                               if name == "OUT_BF16" else pb_utils.Tensor(name, tensor.as_numpy()))
            responses.append(pb_utils.InferenceResponse(outputs))
        return responses
"""
_ARITHMETIC = """
    def execute(self, requests):
        time.sleep({sleep})
        return [pb_utils.InferenceResponse([pb_utils.Tensor(
            "OUT", {expression}.astype(np.float32)) for x in [r.inputs()[0].as_numpy()]]) for r in requests]
"""
_SLOW = """
    def execute(self, requests):
        for request in requests:
            time.sleep(float(request.inputs()[0].as_numpy()[0]))
        return [pb_utils.InferenceResponse([pb_utils.Tensor("OUT", r.inputs()[0].as_numpy())]) for r in requests]
"""
_FAILING = """
    def execute(self, requests):
        if requests[0].inputs()[0].as_numpy()[0] == 2:
            raise pb_utils.TritonModelException("the whole batch failed")
        return [pb_utils.InferenceResponse(error=pb_utils.TritonError("the lid is closed")) for _ in requests]
"""
_BROKEN = """
    def initialize(self, args):
        raise ValueError("no such weights")

    def execute(self, requests):
        return []
"""
_DECOUPLED = """
    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            for i in range(3):
                sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("OUT", np.array([i], np.float32))]))
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
"""
_TELLS = """
    def execute(self, requests):
        told = [json.dumps({"parameters": json.loads(r.parameters() or "{}"), "id": r.request_id(),
                            "sequence": r.correlation_id(), "flags": r.flags(), "timeout": r.timeout(),
                            "outputs": sorted(r.requested_output_names())}) for r in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("OUT", np.array([t.encode()], np.object_)),
                                            pb_utils.Tensor("EXTRA", np.array([1], np.int32))]) for t in told]
"""
_CANCELLABLE = """
    def initialize(self, args):
        self.cancelled, self.begun = 0, args["model_repository"] + "/begun.txt"

    def execute(self, requests):
        responses = []
        for request in requests:
            end = time.monotonic() + float(request.inputs()[0].as_numpy()[0])
            open(self.begun, "w").close()
            while time.monotonic() < end:
                if request.is_cancelled():
                    self.cancelled += 1
                    break
                time.sleep(0.005)
            told = np.array([self.cancelled], np.float32)
            responses.append(pb_utils.InferenceResponse([pb_utils.Tensor("OUT", told)]))
        return responses
"""
_WRITER = """
    def initialize(self, args):
        self.cancelled = 0

    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            text = pb_utils.get_input_tensor_by_name(request, "text_input").as_numpy().ravel()[0]
            count = pb_utils.get_input_tensor_by_name(request, "max_tokens")
            for word in text.split() * (int(count.as_numpy().ravel()[0]) if count else 1):
                if request.is_cancelled():
                    self.cancelled += 1
                    break
                if word == b"fail":
                    sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError("out of words")))
                    break
                if word == b"cancelled?":
                    word = str(self.cancelled).encode()
                time.sleep(0.01)
                sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("text_output", np.array([word], object))]))
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
"""

_ONE = """input [ { name: "IN" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "OUT" data_type: TYPE_FP32 dims: [ -1 ] } ]
"""
_ALL_TYPES = "".join(
    f'input {{ name: "IN_{k.wire}" data_type: {k.config} dims: [ -1, -1 ] optional: true }}\n'
    f'output {{ name: "OUT_{k.wire}" data_type: {k.config} dims: [ -1, -1 ] }}\n'
    for k in DATA_TYPES
)
_LABELLED = """input [ { name: "IN" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "OUT" data_type: TYPE_FP32 dims: [ 3 ] label_filename: "labels.txt" } ]
"""
_WRITER_CONFIG = """model_transaction_policy { decoupled: true }
input [ { name: "text_input" data_type: TYPE_STRING dims: [ 1 ] },
  { name: "max_tokens" data_type: TYPE_INT32 dims: [ 1 ] optional: true },
  { name: "stream" data_type: TYPE_BOOL dims: [ 1 ] optional: true } ]
output [ { name: "text_output" data_type: TYPE_STRING dims: [ 1 ] } ]
"""
_TELLS_CONFIG = """input [ { name: "IN" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "OUT" data_type: TYPE_STRING dims: [ 1 ] }, { name: "EXTRA" data_type: TYPE_INT32 dims: [ 1 ] } ]
dynamic_batching { priority_levels: 3 default_priority_level: 2
  default_queue_policy { default_timeout_microseconds: 9000000 allow_timeout_override: true } }
"""
_SEQUENCE = """sequence_batching { max_sequence_idle_microseconds: 60000000 control_input [
  { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0, 1 ] } ] } ] }
"""
_STEP = """ {{ model_name: "{model}" model_version: -1
    input_map {{ key: "IN" value: "{given}" }} output_map {{ key: "OUT" value: "{made}" }} }}"""


def _ensemble(*models: str) -> str:
    names = ["IN", *(f"between_{i}" for i in range(1, len(models))), "OUT"]
    steps = ",".join(_STEP.format(model=m, given=names[i], made=names[i + 1]) for i, m in enumerate(models))
    return f'platform: "ensemble"\nmax_batch_size: 8\n{_ONE}ensemble_scheduling {{ step [{steps} ] }}\n'


MODELS: dict[str, tuple[str, str]] = {
    "all_types": (_ALL_TYPES, _ECHO),
    "double": (
        f"max_batch_size: 8\n{_ONE}dynamic_batching {{ }}\n",
        _ARITHMETIC.format(sleep=0.002, expression="(x * 2)"),
    ),
    "add_one": (f"max_batch_size: 8\n{_ONE}", _ARITHMETIC.format(sleep=0.004, expression="(x + 1)")),
    "cached": (f"{_ONE}response_cache {{ enable: true }}\n", _ARITHMETIC.format(sleep=0.002, expression="(x * 3)")),
    "slow": (_ONE, _SLOW),
    "failing": (_ONE, _FAILING),
    "decoupled": (f"{_ONE}model_transaction_policy {{ decoupled: true }}\n", _DECOUPLED),
    "cancellable": (_ONE, _CANCELLABLE),
    "writer": (_WRITER_CONFIG, _WRITER),
    "labelled": (_LABELLED, _ARITHMETIC.format(sleep=0, expression="(x * 1)")),
    "tells": (f"max_batch_size: 4\n{_TELLS_CONFIG}", _TELLS),
    "sequence": (f"max_batch_size: 4\n{_TELLS_CONFIG.split('dynamic_batching')[0]}{_SEQUENCE}", _TELLS),
    "pipeline": (_ensemble("double", "add_one"), ""),
    "doubled_twice": (_ensemble("double", "double"), ""),
}
BROKEN = {"broken": (_ONE, _BROKEN)}


def write(folder: Path) -> Path:
    """The repository, with a model that cannot be loaded beside those that can."""
    for name, (config, code) in {**MODELS, **BROKEN}.items():
        version = folder / name / "1"
        version.mkdir(parents=True)
        head = "" if "platform" in config else 'backend: "python"\ninstance_group [ { kind: KIND_CPU } ]\n'
        (folder / name / "config.pbtxt").write_text(f'name: "{name}"\n{head}{config}', "utf-8")
        if "labels.txt" in config:
            (folder / name / "labels.txt").write_text("low\nmiddle\nhigh\n", "utf-8")
        if code:
            (version / "model.py").write_text(_HEAD + code.lstrip("\n"), "utf-8")
    return folder
