"""What the server fills in, family by family, against its own rules and against what a real one served."""

from pathlib import Path

import pytest

from studio.core.checking.deduction import Deduction, deduce
from studio.core.files.repository import scan
from tests.core.repositories import drafts
from tests.corpus import corpus, verdicts

_NOTHING = Deduction("", "", "")


@pytest.mark.parametrize(
    ("given", "files", "found"),
    [
        (_NOTHING, {"model.savedmodel": True}, ("tensorflow", "tensorflow_savedmodel", "model.savedmodel")),
        (_NOTHING, {"model.graphdef": False}, ("tensorflow", "tensorflow_graphdef", "model.graphdef")),
        (_NOTHING, {"model.plan": False, "model.onnx": False}, ("tensorrt", "tensorrt_plan", "model.plan")),
        (_NOTHING, {"model.plan": True, "model.onnx": True}, ("onnxruntime", "onnxruntime_onnx", "model.onnx")),
        (_NOTHING, {"model.xml": False}, ("openvino", "", "model.xml")),
        (_NOTHING, {"model.pt": False}, ("pytorch", "pytorch_libtorch", "model.pt")),
        (_NOTHING, {"model.py": False, "model.pt": False}, ("pytorch", "pytorch_libtorch", "model.pt")),
        (_NOTHING, {"model.py": False}, ("python", "", "model.py")),
        (Deduction("python", "", ""), {"model.onnx": False}, ("python", "", "model.py")),
        (Deduction("python", "", "my.py"), {}, ("python", "", "my.py")),
        (Deduction("", "onnxruntime_onnx", ""), {}, ("onnxruntime", "onnxruntime_onnx", "model.onnx")),
        (Deduction("", "", "model.plan"), {}, ("tensorrt", "tensorrt_plan", "model.plan")),
        (Deduction("", "pytorch_libtorch", ""), {}, ("pytorch", "pytorch_libtorch", "model.pt")),
        (Deduction("pytorch", "", ""), {}, ("pytorch", "pytorch_libtorch", "model.pt")),
        (
            Deduction("tensorflow", "", ""),
            {"model.savedmodel": True},
            ("tensorflow", "tensorflow_savedmodel", "model.savedmodel"),
        ),
        (Deduction("tensorflow", "", ""), {}, ("tensorflow", "", "")),
        (Deduction("", "ensemble", ""), {"model.onnx": False}, ("", "ensemble", "")),
        (Deduction("", "python", ""), {"model.py": False}, ("", "python", "")),
        (Deduction("mine", "anything", ""), {"model.py": False}, ("mine", "anything", "")),
        (Deduction("", "", "other.bin"), {"model.py": False}, ("", "", "other.bin")),
    ],
)
def test_families(given: Deduction, files: dict[str, bool], found: tuple[str, str, str]) -> None:
    result = deduce("m", given, files)
    assert (result.backend, result.platform, result.filename) == found
    assert not result.undeducible


def test_the_name_of_the_folder_is_the_last_hint() -> None:
    assert deduce("model.identity.x", _NOTHING, {}) == Deduction("identity.x", "", "model.identity.x")
    assert deduce("model", _NOTHING, {"model.bin": False}).undeducible


def test_the_second_form_of_pytorch_came_with_its_release() -> None:
    assert deduce("m", _NOTHING, {"model.pt2": False}, (24, 10)).undeducible
    assert deduce("m", _NOTHING, {"model.pt2": False}, (26, 3)).platform == "torch_aoti"


@pytest.mark.parametrize(
    ("backend", "platform", "fits"),
    [
        ("onnxruntime", "onnxruntime_onnx", True),
        ("onnxruntime", "tensorrt_plan", False),
        ("tensorflow", "", False),
        ("python", "onnxruntime_onnx", True),
        ("pytorch", "torch_aoti", True),
    ],
)
def test_pairs(backend: str, platform: str, fits: bool) -> None:
    assert Deduction(backend, platform, "").is_pair is fits


def test_what_a_real_server_completed_is_deduced_alike() -> None:
    root = corpus()
    compared = 0
    for name, verdict in verdicts("probes").items():
        if "name=" in " ".join(verdict["flags"]):
            continue
        found = scan(Path(root, "probes", name))
        texts = drafts(found)
        for model, served in verdict["config"].items():
            folder = found.model(model)
            if folder is None:
                continue  # its link leads to a place that the archive does not hold
            config = texts[model].config if model in texts else None
            given = Deduction(config.backend, config.platform, config.default_model_filename) if config else _NOTHING
            result = deduce(model, given, folder.first_names)
            expected = Deduction(served["backend"], served["platform"], served["default_model_filename"])
            assert result == expected, name
            compared += 1
    assert compared > 50
