"""What a file proposes for a new model, the text that is written for it, and how it is recognised."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from studio.core.checking.findings import Severity
from studio.core.checking.profile import Profile
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.repository import scan
from studio.core.new_model.proposal import Proposal, batch_problem, wire_shape, with_batch
from studio.core.new_model.recognition import is_repository, name_of, recognise
from studio.core.new_model.rendering import config_text, files
from studio.core.new_model.templates import callable_models, has_callable, propose_template, template, templates
from studio.core.new_model.trial import findings
from studio.resources import resource
from studio.text.format import formatted
from studio.text.parse import parse
from tests.core.artifact_files import FILES

CLASSIFIER = resource("example", "models", "classifier", "1", "model.onnx")


def only(*paths: Path) -> Proposal:
    """The one proposal for what was dropped."""
    (found,) = recognise(paths).proposals
    return found


def saved(path: Path, shape: list[int | str], *, external: bool = False) -> Path:
    """An ONNX file that adds weights to its input."""
    weights = numpy_helper.from_array(np.ones(1, np.float32), "w")
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", sides[:1], sides[1:], [weights])
    path.parent.mkdir(parents=True, exist_ok=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path, save_as_external_data=external, location=f"{path.stem}.bin", size_threshold=0)
    return path


def test_an_onnx_file_that_batches() -> None:
    made = only(CLASSIFIER)
    assert config_text(made) == (
        'name: "classifier"\nbackend: "onnxruntime"\nmax_batch_size: 8\n\n'
        'input [\n  {\n    name: "pixels"\n    data_type: TYPE_FP32\n    dims: [ 3, 64, 64 ]\n  }\n]\n'
        'output [\n  {\n    name: "probabilities"\n    data_type: TYPE_FP32\n    dims: [ 10 ]\n  }\n]\n\n'
        "dynamic_batching { }\n"
    )
    assert "first dimension of every tensor is dynamic" in made.reasons["max_batch_size"]
    assert [name for name, _ in files(made)] == ["config.pbtxt", "1/model.onnx"]
    assert all(made.reasons[key] for key in ("backend", "inputs", "outputs", "dynamic_batching", "kind"))


def test_without_batching_the_dims_get_their_batch_dimension_back() -> None:
    made = only(CLASSIFIER)
    alone = with_batch(made, 0)
    assert alone.inputs[0].dims == (-1, 3, 64, 64)
    assert not alone.dynamic_batching
    assert "max_batch_size" not in config_text(alone)
    assert with_batch(alone, 8).inputs == made.inputs
    assert wire_shape(made.inputs[0], 8) == "[N, 3, 64, 64]"
    assert wire_shape(alone.inputs[0], 0) == "[-1, 3, 64, 64]"


def test_a_fixed_first_dimension_says_why_there_is_no_batch(tmp_path: Path) -> None:
    made = only(saved(tmp_path / "net.onnx", [2, 3]))
    assert (made.max_batch_size, made.dynamic_batching, made.inputs[0].dims) == (0, False, (2, 3))
    assert made.reasons["max_batch_size"] == batch_problem(made)
    assert "“x” is 2" in batch_problem(made)


def test_scalars_are_reshaped_only_where_the_server_lets_them(tmp_path: Path) -> None:
    batched = config_text(only(saved(tmp_path / "one.onnx", ["n"])))
    assert batched.count("dims: [ 1 ]\n    reshape { shape: [ ] }") == 2
    alone = config_text(only(saved(tmp_path / "none.onnx", [])))
    assert alone.count("dims: [ 1 ]") == 2
    assert "reshape" not in alone


@pytest.mark.parametrize(
    ("file", "backend", "target"),
    [
        ("scripted.pt", 'backend: "pytorch"', "1/model.pt"),
        ("model.graphdef", 'platform: "tensorflow_graphdef"', "1/model.graphdef"),
        ("text.xml", 'backend: "openvino"', "1/model.xml"),
        ("xgboost.json", 'string_value: "xgboost_json"', "1/xgboost.json"),
        ("xgboost.ubj", 'string_value: "xgboost_ubj"', "1/xgboost.ubj"),
        ("xgboost.model", 'string_value: "xgboost"', "1/xgboost.model"),
        ("lightgbm.txt", 'string_value: "lightgbm"', "1/model.txt"),
        ("xgboost.tl", 'string_value: "treelite_checkpoint"', "1/checkpoint.tl"),
    ],
)
def test_each_format_gets_its_backend_and_file_name(file: str, backend: str, target: str) -> None:
    made = only(FILES / file)
    assert backend in config_text(made)
    assert target in dict(files(made))


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.iterdir()))
def test_every_text_is_sound_and_laid_out_as_the_formatter_would(file: str) -> None:
    try:
        made = only(FILES / file)
    except CoreError:
        # Pickles and other things that no server loads.
        assert file in ("dict.pt", "legacy.pt", "weights.pt", "xgboost3.tl")
        return
    document = parse(config_text(made))
    assert document.ok
    assert formatted(document).text == document.text


def test_what_a_torchscript_file_does_not_tell_is_marked_as_a_guess() -> None:
    made = only(FILES / "scripted.pt")
    assert all(port.assumed for port in made.inputs)
    assert "guess" in made.reasons["inputs"]


def test_an_engine_completes_itself(tmp_path: Path) -> None:
    (tmp_path / "resnet.plan").write_bytes(b"ftrt" + bytes(20) + bytes([10, 3, 0, 26]) + bytes(64))
    made = only(tmp_path / "resnet.plan")
    assert made.completes
    assert config_text(made) == 'name: "resnet"\nbackend: "tensorrt"\n'


def test_python_code_that_completes_itself_or_does_not(tmp_path: Path) -> None:
    code = (resource("templates", "identity") / "1" / "model.py").read_text("utf-8")
    (tmp_path / "model.py").write_text(code)
    made = only(tmp_path / "model.py")
    assert [port.name for port in (*made.inputs, *made.outputs)] == ["input", "output"]
    completing = code.replace(
        "    def execute",
        "    @staticmethod\n    def auto_complete_config(config):\n"
        '        config.add_input({"name": "x", "data_type": "TYPE_FP32", "dims": [1]})\n'
        '        config.add_output({"name": "y", "data_type": "TYPE_FP32", "dims": [1]})\n'
        "        return config\n\n    def execute",
        1,
    )
    (tmp_path / "other.py").write_text(completing)
    other = only(tmp_path / "other.py")
    assert config_text(other) == 'name: "other"\nbackend: "python"\n'
    assert dict(files(other))["1/model.py"] == len(completing)


def test_weights_beside_the_file_come_along_and_must_be_there(tmp_path: Path) -> None:
    path = saved(tmp_path / "big.onnx", ["n", 3], external=True)
    made = only(path)
    assert [source.target for source in made.sources] == ["1/model.onnx", "1/big.bin"]
    assert not made.refusal
    (tmp_path / "big.bin").unlink()
    assert "big.bin is missing" in only(path).refusal


def test_what_is_dropped_with_a_model_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    (tmp_path / "notes.md").write_text("x")
    made = only(CLASSIFIER, tmp_path / "labels.txt", tmp_path / "notes.md")
    assert [source.target for source in made.sources] == ["1/model.onnx", "labels.txt", "1/notes.md"]
    code = resource("example", "models", "tokenizer", "1")
    made = only(code / "words.py", code / "model.py")
    assert [source.target for source in made.sources] == ["1/model.py", "1/words.py"]


def test_modules_that_the_code_imports_come_along(tmp_path: Path) -> None:
    made = only(resource("example", "models", "tokenizer", "1", "model.py"))
    assert [source.target for source in made.sources] == ["1/model.py", "1/words.py"]
    (tmp_path / "model.py").write_text("import deep\nimport numpy\nclass TritonPythonModel:\n    pass\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "__init__.py").write_text("from .. import other\nimport model\n")
    (tmp_path / "other.py").write_text("not python at all\n")
    (tmp_path / "unused.py").write_text("")
    assert [source.target for source in only(tmp_path / "model.py").sources] == ["1/model.py", "1/deep", "1/other.py"]


def test_several_models_are_several_proposals(tmp_path: Path) -> None:
    other = saved(tmp_path / "net.onnx", ["n", 3])
    assert [made.name for made in recognise([CLASSIFIER, other]).proposals] == ["classifier", "net"]


def test_folders() -> None:
    models = resource("example", "models")
    assert recognise([models]).repository == models
    assert is_repository(models)
    folder = only(models / "tokenizer")
    assert config_text(replace(folder, name="other")).count('name: "other"') == 1
    assert folder.is_fixed
    version = only(models / "tokenizer" / "1")
    assert version.name == "tokenizer"
    assert {"1/model.py", "1/words.py", "1/vocabulary.txt"} <= set(dict(files(version)))


def test_a_language_model_stays_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"], "torch_dtype": "bfloat16"}))
    (folder / "model.safetensors").write_bytes(b"x")
    made = only(folder)
    assert config_text(made) == (
        'name: "llama"\nbackend: "vllm"\n\ninstance_group [\n  {\n    count: 1\n    kind: KIND_MODEL\n  }\n]\n'
    )
    assert made.size == 0
    assert json.loads(made.texts[0].text)["model"] == str(folder)


@pytest.mark.parametrize("name", ["anchor-1.png", "nothing.onnx"])
def test_what_is_no_model_is_named(name: str) -> None:
    with pytest.raises(CoreError, match=r"no model|there is no") as caught:
        recognise([resource("example", "samples", "images") / name])
    assert name in caught.value.attempted


@pytest.mark.parametrize("name", ["pipe.onnx", "pipe.json", "pipe.py"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(CoreError):
        recognise([tmp_path / name])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/My net (2).onnx", "My_net_2"),
        ("/data/resnet/1/model.onnx", "resnet"),
        ("/data/1/model.onnx", "data"),
        ("/model.onnx", "model"),
        ("/a/saved.savedmodel", "saved"),
    ],
)
def test_names_follow_the_file_or_its_folder(path: str, name: str) -> None:
    assert name_of(Path(path)) == name


# Templates


@pytest.mark.parametrize("key", [each.key for each in templates()])
def test_a_template_is_laid_out_well_and_has_no_problem(key: str, tmp_path: Path) -> None:
    called = draft((resource("templates", "identity") / "config.pbtxt").read_bytes())
    chosen = template(key)
    made = propose_template(chosen, called, "other") if chosen.calls else propose_template(chosen)
    text = config_text(replace(made, name="new"))
    assert 'name: "new"' in text
    assert formatted(parse(text)).text == text
    assert "1/model.py" in dict(files(made))
    found = findings(replace(made, name="new"), scan(tmp_path), {"other": called}, Profile(()))
    assert [each.message for each in found if each.severity is Severity.ERROR] == []


def test_a_model_that_calls_another_has_its_interface() -> None:
    called = draft(resource("example", "models", "classifier", "config.pbtxt").read_bytes())
    made = propose_template(template("bls"), called, "classifier")
    config = draft(config_text(made)).config
    assert [t.name for t in config.inputs] == [t.name for t in called.config.inputs]
    assert config.max_batch_size == called.config.max_batch_size
    assert config.parameters["model"] == "classifier"
    with pytest.raises(CoreError, match="no model here"):
        propose_template(template("bls"))
    assert callable_models({"classifier": called, "empty": draft("")}) == ("classifier",)
    assert has_callable({"classifier": called})
    assert not has_callable({"empty": draft("")})


# What the checker says beforehand


def test_the_checker_looks_at_a_proposal_and_writes_nothing(tmp_path: Path) -> None:
    made = only(CLASSIFIER)
    assert findings(made, scan(tmp_path), {}, Profile(())) == ()
    wrong = replace(made, inputs=(replace(made.inputs[0], name="pixel"),))
    found = findings(wrong, scan(tmp_path), {}, Profile(()))
    assert any("pixel" in each.message for each in found if each.severity is Severity.ERROR)
    assert list(tmp_path.iterdir()) == []


def test_the_checker_looks_at_a_copied_folder(tmp_path: Path) -> None:
    folder = only(resource("example", "models", "tokenizer"))
    assert [f.message for f in findings(folder, None, {}, Profile(())) if f.severity is Severity.ERROR] == []
