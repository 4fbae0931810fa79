"""What a graph promises, held against a real server: Python models of ensembles, steps that convert, and verdicts."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as triton

from studio.core.checking.profile import Profile
from studio.core.checking.served import read_drafts
from studio.core.config.draft import draft
from studio.core.files.example import expected_labels, write_example
from studio.core.files.repository import scan
from studio.core.graph.bls import bls_model
from studio.core.graph.build import graph_view
from studio.core.graph.edits import connect
from studio.core.graph.elements import PortId
from studio.core.graph.graph import GraphView
from studio.core.graph.models import Catalogue
from studio.core.graph.wiring import verdict
from tests.core.graph.worlds import model_text
from tests.engines.conftest import Serve, fp32

pytestmark = [pytest.mark.engine]

SAME = """\
import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        given = pb_utils.get_input_tensor_by_name(request, "i").as_numpy()
        return pb_utils.InferenceResponse([pb_utils.Tensor("o", given)])
"""


def _view(repository: Path, name: str) -> GraphView:
    found = scan(repository)
    drafts = read_drafts(found)
    return graph_view(drafts[name], Catalogue(found, drafts, Profile(gpus=())))


def _write(repository: Path, name: str, config: str, source: str = "") -> None:
    (repository / name / "1").mkdir(parents=True, exist_ok=True)
    (repository / name / "config.pbtxt").write_text(config)
    if source:
        (repository / name / "1" / "model.py").write_text(source)


def _files(client: triton.InferenceServerClient, model: str, given: str, files: list[bytes]) -> dict[str, object]:
    sent = triton.InferInput(given, [len(files), 1], "BYTES")
    sent.set_data_from_numpy(np.array(files, dtype=np.object_).reshape(-1, 1))
    answer = client.infer(model, [sent])
    return {each.name: answer.as_numpy(each.name).tolist() for each in answer.get_response().outputs}


def test_a_python_model_answers_as_its_ensemble_does(serve: Serve, tmp_path: Path) -> None:
    repository = write_example(tmp_path / "example")
    for name in ("image_pipeline", "text_pipeline"):
        made = bls_model(_view(repository, name), f"{name}_py")
        _write(repository, f"{name}_py", made.config, made.source)
        for labels in made.labels:
            (repository / f"{name}_py" / labels).write_bytes((repository / name / labels).read_bytes())
    served = serve(repository).wait()
    states = {name: row.get("reason", row["state"]) for name, row in served.index().items()}
    assert set(states.values()) == {"READY"}, states
    samples = [tmp_path / "example" / "samples" / name for name in sorted(expected_labels(tmp_path / "example"))]
    with triton.InferenceServerClient(served.server.addresses.grpc) as client:
        for model, given, kind in (("image_pipeline", "image", "images"), ("text_pipeline", "text", "texts")):
            files = [path.read_bytes() for path in samples if path.parent.name == kind][:3]
            assert files, kind
            expected = _files(client, model, given, files)
            assert _files(client, f"{model}_py", given, files) == expected
        with pytest.raises(triton.InferenceServerException, match="preprocess"):
            _files(client, "image_pipeline_py", "image", [b"no image"])


def test_a_step_that_converts_makes_a_wire_fit(serve: Serve, tmp_path: Path) -> None:
    """The template that is offered, written and loaded: the ensemble answers with the converted tensor."""
    first = model_text({"i": ("TYPE_FP32", "2, 3, 1")}, {"o": ("TYPE_FP32", "2, 3, 1")}, 4)
    second = model_text({"i": ("TYPE_INT64", "1, 2, 3")}, {"o": ("TYPE_INT64", "1, 2, 3")}, 4)
    _write(tmp_path, "a", first, SAME)
    _write(tmp_path, "b", second, SAME)
    _write(tmp_path, "e", _ensemble("a", "b", 4, {"a": ("TYPE_FP32", "2, 3, 1"), "b": ("TYPE_INT64", "1, 2, 3")}))
    found = verdict(_view(tmp_path, "e"), PortId(2, "out", "o"), PortId(3, "in", "i"))
    offer = next(each for each in found.offers if each.kind == "template")
    _write(tmp_path, "e", offer.edit.apply(draft((tmp_path / "e" / "config.pbtxt").read_text())).document.text)
    _write(tmp_path, offer.model, *(text for _name, text in offer.files))
    served = serve(tmp_path).wait()
    answer = served.infer("e", x=fp32([1.5, 2, 3, 4, 5, 6], [1, 2, 3, 1]))
    assert answer == {"y": ([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])}


def _ensemble(first: str, second: str, batch: int, kinds: dict[str, tuple[str, str]]) -> str:
    (given, gives), (wanted, wants) = kinds[first], kinds[second]
    return f"""platform: "ensemble"
max_batch_size: {batch}
input [ {{ name: "x" data_type: {given} dims: [ {gives} ] }} ]
output [ {{ name: "y" data_type: {wanted} dims: [ {wants} ] }} ]
ensemble_scheduling {{
  step [
    {{ model_name: "{first}" model_version: -1 input_map {{ key: "i" value: "x" }} }},
    {{ model_name: "{second}" model_version: -1 output_map {{ key: "o" value: "y" }} }}
  ]
}}
"""


def test_a_verdict_is_that_of_the_server(serve: Serve, tmp_path: Path) -> None:
    """Every pair of six models, wired: the ensemble loads where the verdict says that the wire will do."""
    kinds = {
        "plain": ("TYPE_FP32", "3", 0),
        "batched": ("TYPE_FP32", "3", 4),
        "rows": ("TYPE_FP32", "-1, 3", 0),
        "open": ("TYPE_FP32", "-1", 4),
        "square": ("TYPE_FP32", "3, 3", 0),
        "whole": ("TYPE_INT64", "3", 4),
    }
    for name, (kind, dims, batch) in kinds.items():
        _write(tmp_path, name, model_text({"i": (kind, dims)}, {"o": (kind, dims)}, batch), SAME)
    ends = {name: (kind, dims) for name, (kind, dims, _batch) in kinds.items()}
    expected = {}
    for (first, second), batch in itertools.product(itertools.product(kinds, kinds), (0, 4)):
        name = f"e_{first}_{second}_{batch}"
        own = {key: (kind, _own(dims, kinds[key][2], batch)) for key, (kind, dims) in ends.items()}
        _write(tmp_path, name, _ensemble(first, second, batch, own))
        view = _view(tmp_path, name)
        expected[name] = verdict(view, PortId(2, "out", "o"), PortId(3, "in", "i")).ok
        wired = connect(view, PortId(2, "out", "o"), PortId(3, "in", "i")).apply(view.draft)
        _write(tmp_path, name, wired.document.text)
    served = serve(tmp_path).wait()
    index = served.index()
    differing = {
        name: index[name].get("reason", "")
        for name, ok in expected.items()
        if (index[name].get("state") == "READY") != ok
    }
    assert not differing
    assert {True, False} <= set(expected.values())


def _own(dims: str, theirs: int, batch: int) -> str:
    """The dims that an ensemble must declare for a tensor of a model that batches, or does not."""
    if theirs and not batch:
        return f"-1, {dims}"
    return dims
