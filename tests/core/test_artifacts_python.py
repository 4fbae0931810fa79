"""`model.py` files: what is found in them without running them."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.artifacts import reader
from studio.core.artifacts.python import Completion, PythonModel, python_model, read_python
from studio.resources import resource
from tests.core.artifact_files import damaged, refused, sparse
from tests.corpus import corpus_files
from tests.fixtures.examples import examples

_MODEL = """
import numpy as np
import torch
import triton_python_backend_utils as pb_utils

OUTPUT = "scores"


class TritonPythonModel:
    FIRST = "image"

    @staticmethod
    def auto_complete_config(config):
        inputs = [
            {"name": "image", "data_type": "TYPE_UINT8", "dims": [-1, 3]},
            {"name": "text", "data_type": "TYPE_STRING", "dims": [1], "optional": True},
        ]
        for each in inputs:
            if each["name"] not in []:
                config.add_input(each)
        config.add_output({"name": OUTPUT, "data_type": "TYPE_FP32", "dims": compute()})
        config.set_max_batch_size(8)
        config.set_dynamic_batching()
        config.set_model_transaction_policy({"decoupled": True})
        return config

    def initialize(self, args):
        self.second: str = "text"
        raise SystemExit("this must never run")

    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            image = pb_utils.get_input_tensor_by_name(request, self.FIRST)
            text = pb_utils.get_input_tensor_by_name(request, name=self.second)
            more = [pb_utils.get_input_tensor_by_name(request, name) for name in ("a", "b")]
            lost = pb_utils.get_input_tensor_by_name(request, f"input_{len(more)}")
            asked = pb_utils.InferenceRequest(model_name="other", inputs=[pb_utils.Tensor("inner", image)])
            plain = torch.Tensor([1.0])
            scores = pb_utils.Tensor(OUTPUT, np.zeros(1))
            boxes = pb_utils.Tensor.from_dlpack("boxes", plain)
            sender.send(pb_utils.InferenceResponse([scores, boxes]))
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "model.py"
    path.write_text(textwrap.dedent(text))
    return path


def _read(folder: Path, text: str) -> PythonModel:
    return python_model(_written(folder, text))


def test_a_model_tells_all_that_it_names(tmp_path: Path) -> None:
    found = _read(tmp_path, _MODEL)
    assert (found.has_class, found.line, found.streams, found.unnamed) == (True, 9, True, 1)
    assert found.methods == ("auto_complete_config", "initialize", "execute")
    assert [each.name for each in found.inputs] == ["image", "text", "a", "b"]
    assert [each.name for each in found.outputs] == ["scores", "boxes"]
    assert found.calls == ("other",)
    lines = (tmp_path / "model.py").read_text().splitlines()
    for each in (*found.inputs[:2], found.outputs[1]):
        assert "Tensor" in lines[each.line - 1] or "get_input" in lines[each.line - 1]


def test_what_it_completes_is_read_from_its_literals(tmp_path: Path) -> None:
    done = _read(tmp_path, _MODEL).completes
    assert done
    assert [(each.name, each.data_type and each.data_type.wire, each.shape, each.optional) for each in done.inputs] == [
        ("image", "UINT8", (-1, 3), False),
        ("text", "BYTES", (1,), True),
    ]
    assert [(each.name, each.data_type and each.data_type.wire, each.shape) for each in done.outputs] == [
        ("scores", "FP32", None)
    ]
    assert (done.max_batch_size, done.dynamic_batching, done.decoupled) == (8, True, True)


def test_the_artifact_joins_both(tmp_path: Path) -> None:
    path = _written(tmp_path, _MODEL)
    assert reader(path) is read_python
    found = read_python(path)
    shapes = {each.name: each.shape for each in (*found.partial_inputs, *found.partial_outputs)}
    assert shapes == {"image": (-1, -1, 3), "text": (-1, 1), "a": None, "b": None, "scores": None, "boxes": None}
    facts = dict(found.facts)
    assert facts["Completes"] == "2 inputs, 1 output, max batch size 8, dynamic batching, decoupled"
    assert facts["Calls"] == "other"
    assert found.notes == ("In 1 place the name of a tensor is computed, so it cannot be told.",)


def test_names_are_told_where_they_can_be(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        """
        import triton_python_backend_utils as pb
        NAMES = ["p", "q"]
        class TritonPythonModel:
            def execute(self, requests):
                for name in NAMES:
                    pb.get_input_tensor_by_name(requests[0], name)
                pb.get_input_tensor_by_name(requests[0], NAMES[0])
                name = "local"
                pb.Tensor(name, 1)
                return helper()
        def helper():
            name = "elsewhere"
            return [pb.Tensor(name, 1), Tensor("no", 1), np.Tensor("no", 1)]
        """,
    )
    # Within one function a name has all the values that it is ever given.
    assert [each.name for each in found.inputs] == ["p", "q", "local"]
    assert {each.name for each in found.outputs} == {"p", "q", "local", "elsewhere"}
    assert found.unnamed == 1


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("x = 1\n", False),
        ("from other import TritonPythonModel\n", True),
        ("from other import *\n", True),
        ("from other import M as TritonPythonModel\n", True),
        ("TritonPythonModel = make()\n", True),
        ("try:\n    class TritonPythonModel: pass\nexcept ValueError: pass\n", True),
    ],
)
def test_the_class_may_come_from_elsewhere(tmp_path: Path, text: str, known: bool) -> None:
    assert _read(tmp_path, text).has_class is known
    notes = read_python(tmp_path / "model.py").notes
    assert any("no class TritonPythonModel" in note for note in notes) is not known


def test_a_model_without_execute_is_noted(tmp_path: Path) -> None:
    assert "no method execute" in read_python(_written(tmp_path, "class TritonPythonModel:\n    pass\n")).notes[0]


def test_nothing_that_is_computed_is_taken_for_known(tmp_path: Path) -> None:
    text = """
    class TritonPythonModel:
        @staticmethod
        def auto_complete_config(config):
            size = read() if flag else 4
            config.add_input({"name": f"x{size}", "data_type": "TYPE_FP32", "dims": [size]})
            config.add_input({**other})
            config.add_output(make())
            config.set_max_batch_size(size)
            return config
    """
    assert _read(tmp_path, text).completes == Completion(is_whole=False)


def test_syntax_errors_name_the_line(tmp_path: Path) -> None:
    refused(read_python, _written(tmp_path, "x = 1\ndef f(:\n    pass\n"), "line 2: invalid syntax")
    (tmp_path / "model.py").write_bytes(b"\xff\xfe\x00")
    refused(read_python, tmp_path / "model.py", "line 1|no Python text")
    refused(python_model, _written(tmp_path, "x = '''\n"), "line 1: unterminated")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 90_000,
        "-" * 90_000 + "1",
        "a" + ".b" * 90_000,
        "a" + "()" * 90_000,
        "x = [" + "x, " * 200_000 + "]",
        "if 1: pass\n" + "elif 1: pass\n" * 20_000,
        "f(" * 90 + ")" * 90,
        "#" * (2 << 20),
    ],
)
def test_hostile_texts_end(tmp_path: Path, text: str) -> None:
    body = f"class TritonPythonModel: pass\n{text}"
    damaged(read_python, tmp_path / "model.py", body.encode(), len(body), 0, ord("c"))


def test_names_that_multiply_are_given_up(tmp_path: Path) -> None:
    """Each list holds the one before many times: in full that would be 200 to the power of 6 names."""
    lists = "\n".join(f"x{n} = [{f'x{n - 1}, ' * 200}]" for n in range(1, 7))
    text = f"x0 = 'a'\n{lists}\nclass TritonPythonModel:\n    def execute(self):\n"
    text += "        for n in x6: pb.Tensor(n)\n" * 20
    assert _read(tmp_path, text).outputs == ()


def test_huge_files_are_refused_at_once(tmp_path: Path) -> None:
    refused(read_python, sparse(tmp_path / "model.py", b"#"), "more than the")


def test_doubtful_escapes_are_no_errors(tmp_path: Path) -> None:
    assert _read(tmp_path, 'class TritonPythonModel:\n    x = "\\d"\n').has_class


@pytest.mark.parametrize("name", ["preprocess", "postprocess", "tokenizer"])
def test_the_example_models_are_read(name: str) -> None:
    found = python_model(resource("example", "models", name, "1", "model.py"))
    assert "execute" in found.methods
    assert found.inputs
    assert found.outputs
    assert not found.unnamed


def test_the_corpus_is_read() -> None:
    """Every sound file has a class with methods, but for the probes that are made without."""
    odd = {"python-no-class": "has_class", "python-no-execute": "methods"}
    for path in corpus_files("model.py"):
        probe = path.parents[2].name
        if probe == "python-syntax-error":
            refused(read_python, path, "line 1")
        elif path.stat().st_size:
            found = python_model(path)
            assert bool(found.has_class) is (odd.get(probe) != "has_class"), path
            assert bool(found.methods) is (probe not in odd), path


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2300), at=st.integers(0, 2300), byte=st.integers(0, 255))
def test_damage_ends_in_a_core_error(tmp_path: Path, cut: int, at: int, byte: int) -> None:
    data = _MODEL.encode()
    damaged(read_python, tmp_path / "model.py", data, cut if cut < 1200 else len(data), at, byte)
