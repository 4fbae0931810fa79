"""How long the full check of a large repository takes beside `google.protobuf.text_format` parsing its files."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from studio.core import garbage
from studio.core.checking.check import check_each, check_model
from studio.core.checking.profile import Profile
from studio.core.checking.served import read_drafts
from studio.core.config.draft import Draft
from studio.core.files.repository import Repository, scan

MODELS = 10_000
_EDITS = 40
_BACKENDS = (
    ("onnxruntime", "model.onnx"),
    ("python", "model.py"),
    ("tensorrt", "model.plan"),
    ("pytorch", "model.pt"),
    ("onnxruntime", "model.onnx"),
    ("python", "model.py"),
)
_PYTHON = "class TritonPythonModel:\n    def execute(self, requests):\n        return []\n"
_LABELS = "".join(f"label {number}\n" for number in range(1000))
_MODEL = """\
# Made by the training pipeline; see the model card.
name: "{name}"
backend: "{backend}"
max_batch_size: {batch}
input [
  {{
    name: "images"
    data_type: TYPE_FP32
    format: FORMAT_NCHW
    dims: [ 3, 224, 224 ]
  }},
  {{
    name: "threshold"
    data_type: TYPE_FP32
    dims: [ 1 ]
    reshape: {{ shape: [ ] }}
  }}
]
output [
  {{
    name: "scores"
    data_type: TYPE_FP32
    dims: [ 1000 ]
    label_filename: "labels.txt"
  }}
]
instance_group [ {{ count: 2 kind: {kind} }} ]
{scheduling}
parameters {{ key: "owner" value {{ string_value: "vision" }} }}
"""
_DYNAMIC = "dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 200 }"
_SEQUENCE = """\
sequence_batching {
  control_input [
    { name: "START" control [ { kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ] } ] },
    { name: "READY" control [ { kind: CONTROL_SEQUENCE_READY int32_false_true: [ 0, 1 ] } ] }
  ]
}"""
_ENSEMBLE = """\
name: "{name}"
platform: "ensemble"
max_batch_size: 8
input [ {{ name: "IMAGES" data_type: TYPE_FP32 dims: [ 3, 224, 224 ] }} ]
input [ {{ name: "T" data_type: TYPE_FP32 dims: [ 1 ] }} ]
output [ {{ name: "A" data_type: TYPE_FP32 dims: [ 1000 ] }}, {{ name: "B" data_type: TYPE_FP32 dims: [ 1000 ] }} ]
ensemble_scheduling {{
  step [
    {{
      model_name: "{first}"
      model_version: -1
      input_map {{ key: "images" value: "IMAGES" }}
      input_map {{ key: "threshold" value: "T" }}
      output_map {{ key: "scores" value: "A" }}
    }},
    {{
      model_name: "{second}"
      model_version: -1
      input_map {{ key: "images" value: "IMAGES" }}
      input_map {{ key: "threshold" value: "T" }}
      output_map {{ key: "scores" value: "B" }}
    }}
  ]
}}
"""


def make(folder: Path, models: int = MODELS) -> None:
    """A repository of so many models: five of six plain, one an ensemble of two; one of twenty with a mistake."""
    for index in range(models):
        path = folder / f"model_{index:05}"
        (path / "1").mkdir(parents=True)
        if index % 6 == 5:
            text = _ENSEMBLE.format(name=path.name, first=f"model_{index - 5:05}", second=f"model_{index - 4:05}")
        else:
            text = _plain(path, index)
        (path / "config.pbtxt").write_text(text)


def _plain(path: Path, index: int) -> str:
    backend, file = _BACKENDS[index % 6]
    (path / "1" / file).write_text(_PYTHON if backend == "python" else "")
    (path / "labels.txt").write_text(_LABELS)
    text = _MODEL.format(
        name=path.name,
        backend=backend,
        batch=8,
        kind="KIND_CPU" if index % 3 else "KIND_GPU",
        scheduling=_SEQUENCE if index % 11 == 0 else _DYNAMIC,
    )
    return text.replace("dims: [ 1000 ]", "dims: [ 0 ]") if index % 20 == 7 else text


def _seconds(work: Callable[[], object]) -> float:
    # Time of this process alone: the reference and the check are to be held against each other, not against others.
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _reference(files: list[bytes]) -> None:
    for data in files:
        text_format.Parse(data, model_config_pb2.ModelConfig())


def reference_seconds(path: Path) -> float:
    """What `text_format` takes to parse the configurations of a repository."""
    files = [file.read_bytes() for file in sorted(path.glob("*/config.pbtxt"))]
    return _seconds(lambda: _reference(files))


def _edits(repository: Repository, drafts: dict[str, Draft], profile: Profile) -> float:
    """The median milliseconds from an edited text to the findings of what it can touch."""
    taken: list[float] = []
    names = list(drafts)[:: len(drafts) // _EDITS]
    for name in names:
        edited = drafts[name].set("max_batch_size", 16)
        taken.append(_seconds(partial(check_model, repository, name, {**drafts, name: edited}, profile)))
    return sorted(taken)[len(taken) // 2] * 1000


def run(models: int = MODELS) -> dict[str, float]:
    """Seconds for scan, reading and check, for the reference, and the milliseconds of a check after an edit."""
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), models)
        return _measure(Path(name))


def _count(repository: Repository, drafts: dict[str, Draft], profile: Profile) -> int:
    """How many findings there are, without pauses for garbage, as in the program."""
    with garbage.paused():
        return sum(len(found) for _, found in check_each(repository, drafts, profile))


def _measure(path: Path) -> dict[str, float]:
    profile = Profile(gpus=(0,))
    files = [file.read_bytes() for file in sorted(path.glob("*/config.pbtxt"))]
    found: list[Repository] = []
    texts: list[dict[str, Draft]] = []
    scanned = _seconds(lambda: found.append(scan(path)))
    read = _seconds(lambda: texts.append(read_drafts(found[0])))
    counted: list[int] = []
    judged = _seconds(lambda: counted.append(_count(found[0], texts[0], profile)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reference = _seconds(lambda: _reference(files))
    return {
        "models": len(files),
        "findings": counted[0],
        "scan_s": round(scanned, 2),
        "read_s": round(read, 2),
        "check_s": round(judged, 2),
        "text_format_s": round(reference, 2),
        "ratio": round((read + judged) / reference, 2),
        "edit_ms": round(_edits(found[0], texts[0], profile), 2),
        "memory_mb": round(memory),
    }


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else MODELS)))
