"""The example repository as it is written: its shape, its configurations, its model files, its samples."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from google.protobuf import text_format
from PIL import Image
from tritonclient.grpc.model_config_pb2 import ModelConfig, ModelInstanceGroup

from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from studio.core.checking.server_flags import with_flags
from studio.core.checking.target import EMBEDDED_BACKENDS
from studio.core.failure import CoreError
from studio.core.files.example import expected_labels, write_example

ENSEMBLES = {"image_pipeline", "text_pipeline"}
MODELS = ENSEMBLES | {"preprocess", "classifier", "postprocess", "tokenizer", "text_classifier"}
ONNX_FILES = ["classifier/1/model.onnx", "classifier/2/model.onnx", "text_classifier/1/model.onnx"]
TYPES: dict[int, str] = {onnx.TensorProto.FLOAT: "TYPE_FP32", onnx.TensorProto.INT64: "TYPE_INT64"}


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example, freshly written."""
    write_example(tmp_path / "example")
    return tmp_path / "example"


def config(example: Path, model: str) -> ModelConfig:
    """A model's configuration, parsed as the server's own library does."""
    text = (example / "models" / model / "config.pbtxt").read_text(encoding="utf-8")
    return text_format.Parse(text, ModelConfig())


def names(path: Path) -> list[str]:
    """The lines of a label file."""
    return path.read_text(encoding="utf-8").splitlines()


def test_is_written_to_a_new_and_to_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for target in (tmp_path / "deep" / "new", tmp_path / "empty"):
        repository = write_example(target)
        assert repository == target / "models"
        assert {path.name for path in repository.iterdir()} == MODELS


def test_touches_nothing_in_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(CoreError, match="not an empty folder"):
        write_example(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_says_so_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CoreError, match="not an empty folder"):
        write_example(tmp_path / "file")
    with pytest.raises(CoreError, match="that you can write to"):
        write_example(tmp_path / "file" / "below")


def test_holds_no_folder_that_triton_would_warn_about(example: Path) -> None:
    for model in (example / "models").iterdir():
        folders = [entry.name for entry in model.iterdir() if entry.is_dir()]
        assert folders, model
        assert all(name.isdigit() for name in folders), (model, folders)
    assert not list(example.rglob("__pycache__"))


@pytest.mark.parametrize("model", sorted(MODELS))
def test_configuration_is_written_with_care(example: Path, model: str) -> None:
    parsed = config(example, model)
    text = (example / "models" / model / "config.pbtxt").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert parsed.name == model
    assert parsed.max_batch_size >= 16
    if model in ENSEMBLES:
        steps = [config(example, step.model_name) for step in parsed.ensemble_scheduling.step]
        assert min(step.max_batch_size for step in steps) == parsed.max_batch_size
    else:
        assert parsed.HasField("dynamic_batching")
        assert [(g.count, g.kind) for g in parsed.instance_group] == [(2, ModelInstanceGroup.KIND_CPU)]


def test_only_the_classifiers_are_cached(example: Path) -> None:
    cached = {model for model in MODELS if config(example, model).response_cache.enable}
    assert cached == {"classifier", "text_classifier"}


@pytest.mark.parametrize("model", sorted(MODELS))
def test_label_files_fit_their_outputs(example: Path, model: str) -> None:
    for output in config(example, model).output:
        if output.label_filename:
            assert len(names(example / "models" / model / output.label_filename)) == output.dims[0]
        else:
            assert output.name != "probabilities"


def test_all_copies_of_a_label_file_agree(example: Path) -> None:
    models = example / "models"
    for group in (("classifier", "postprocess", "image_pipeline"), ("text_classifier", "text_pipeline")):
        assert len({(models / model / "labels.txt").read_bytes() for model in group}) == 1


@pytest.mark.parametrize("file", ONNX_FILES)
def test_onnx_file_is_sound_small_and_what_the_configuration_says(example: Path, file: str) -> None:
    path = example / "models" / file
    model = onnx.load(path, load_external_data=False)
    onnx.checker.check_model(model, full_check=True)
    assert path.stat().st_size < 500_000
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)
    parsed = config(example, file.split("/")[0])
    for tensors, declared in ((model.graph.input, parsed.input), (model.graph.output, parsed.output)):
        assert [described(tensor) for tensor in tensors] == [
            (d.name, text_format.MessageToString(d).split("data_type: ")[1].split()[0], list(d.dims)) for d in declared
        ]


def described(tensor: onnx.ValueInfoProto) -> tuple[str, str, list[int]]:
    """Name, data type and dims, after a first dimension that is open."""
    kind = tensor.type.tensor_type
    assert kind.shape.dim[0].dim_param == "batch"
    return tensor.name, TYPES[kind.elem_type], [dim.dim_value for dim in kind.shape.dim[1:]]


def test_vocabulary_has_as_many_words_as_the_model_knows(example: Path) -> None:
    model = onnx.load(example / "models/text_classifier/1/model.onnx")
    rows = [t.dims[0] for t in model.graph.initializer if t.name.endswith(".table")]
    words = names(example / "models/tokenizer/1/vocabulary.txt")
    assert rows == [3 + len(words)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("kind", "model"), [("images", "classifier"), ("texts", "text_classifier")])
def test_samples_cover_every_label(example: Path, kind: str, model: str) -> None:
    expected = {name: label for name, label in expected_labels(example).items() if name.startswith(kind)}
    assert len(expected) >= 20
    assert set(expected.values()) == set(names(example / "models" / model / "labels.txt"))
    assert set(expected) == {f"{kind}/{path.name}" for path in (example / "samples" / kind).iterdir()}


def test_sample_images_are_whole_and_of_several_sizes_and_formats(example: Path) -> None:
    seen = set()
    for path in (example / "samples/images").iterdir():
        with Image.open(path) as image:
            seen.add((image.format, image.size))
            assert np.asarray(image.convert("L")).std() > 10
    assert {kind for kind, _ in seen} == {"PNG", "JPEG"}
    assert len(seen) >= 3


def test_the_second_example_is_a_pipeline_of_a_torchscript_module(tmp_path: Path) -> None:
    write_example(tmp_path / "example", torchscript=True)
    example = tmp_path / "example"
    assert {path.name for path in (example / "models").iterdir()} == {"pipeline", "preprocess", "classifier"}
    classifier, pipeline = config(example, "classifier"), config(example, "pipeline")
    assert (classifier.input[0].name, classifier.output[0].name) == ("input__0", "output__0")
    assert sum(group.count for group in classifier.instance_group) == 2
    assert classifier.response_cache.enable
    assert classifier.platform == "pytorch_libtorch"
    assert [step.model_name for step in pipeline.ensemble_scheduling.step] == ["preprocess", "classifier"]
    known = names(example / "models" / "classifier" / "labels.txt")
    labels = expected_labels(example)
    assert len(labels) == len(known)
    for name, label in labels.items():
        assert (example / "samples" / name).read_bytes()[:2] == b"\xff\xd8"
        assert label in known


def test_nothing_is_found_in_the_second_example(tmp_path: Path) -> None:
    repository = write_example(tmp_path / "example", torchscript=True)
    for backends in (None, EMBEDDED_BACKENDS):
        verdict = check_path(repository, with_flags(Profile(backends=backends), "--cache-config=local,size=1000000"))
        assert not [*verdict.findings, *(each for model in verdict.models for each in model.findings)]


def test_the_module_tells_no_folder_of_the_machine_that_wrote_it(tmp_path: Path) -> None:
    repository = write_example(tmp_path / "example", torchscript=True)
    with zipfile.ZipFile(repository / "classifier" / "1" / "model.pt") as archive:
        assert not [name for name in archive.namelist() if name.endswith(".debug_pkl")]
