"""OpenVINO models: real ones, written by OpenVINO, and hostile XML."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.artifacts import reader
from studio.core.artifacts.openvino import read_openvino
from tests.core.artifact_files import FILES, damaged, refused, sparse, tensors
from tests.fixtures.examples import examples


def _net(layers: str, edges: str = "", version: str = "10") -> str:
    return f'<?xml version="1.0"?><net version="{version}"><layers>{layers}</layers><edges>{edges}</edges></net>'


def _layer(number: int, kind: str, port: str, side: str, more: str = "") -> str:
    return f'<layer id="{number}" name="{kind}_{number}" type="{kind}"{more}><{side}>{port}</{side}></layer>'


def _written(folder: Path, text: str) -> Path:
    path = folder / "model.xml"
    path.write_text(text)
    return path


def test_a_model_tells_parameters_and_results() -> None:
    path = FILES / "model.xml"
    assert reader(path) is read_openvino
    found = read_openvino(path)
    inputs, outputs = tensors(found)
    assert inputs == [("image", "FP32", (-1, 3, 8, 8)), ("lens", "INT64", (-1,))]
    assert outputs == [("probs", "FP32", (-1, 3, 8, 8)), ("size", "INT64", (4,)), ("Result_10", "INT64", (-1,))]
    assert dict(found.facts) == {"IR version": "11", "Layers": "9"}
    assert found.external == ("model.bin",)


def test_missing_weights_are_noted_and_others_never_opened(tmp_path: Path) -> None:
    path = _written(tmp_path, (FILES / "model.xml").read_text())
    assert "model.bin, are missing" in read_openvino(path).notes[0]
    (tmp_path / "model.bin").symlink_to("/nowhere/at/all")
    assert read_openvino(path).notes == ()
    assert read_openvino(FILES / "text.xml").external == ()


def test_strings_and_scalars() -> None:
    assert tensors(read_openvino(FILES / "text.xml")) == ([("text", "BYTES", (2,))], [("text", "BYTES", (2,))])


def test_results_of_older_models_are_named_by_what_feeds_them(tmp_path: Path) -> None:
    layers = (
        _layer(0, "Parameter", '<port id="0" precision="U8" names="a\\,b,c"><dim>1</dim></port>', "output")
        + _layer(1, "ReLU", '<port id="7" precision="FP16" names="y"/>', "output")
        + _layer(2, "Result", '<port id="0" precision="FP16"/>', "input")
        + _layer(3, "Result", '<port id="0" precision="BOOL"><dim>-1</dim></port>', "input")
    )
    edges = '<edge from-layer="1" from-port="7" to-layer="2" to-port="0"/>'
    inputs, outputs = tensors(read_openvino(_written(tmp_path, _net(layers, edges))))
    assert inputs == [("a,b", "UINT8", (1,))]
    assert outputs == [("y", "FP16", ()), ("Result_3", "BOOL", (-1,))]


def test_any_rank_and_odd_types(tmp_path: Path) -> None:
    any_rank = (
        '<layer id="0" name="x" type="Parameter"><data shape="..."/><output><port precision="I32"/></output></layer>'
    )
    odd = _layer(1, "Parameter", '<port id="0" precision="U4" names="odd"/>', "output")
    found = read_openvino(_written(tmp_path, _net(any_rank + odd)))
    assert [(each.name, each.shape) for each in found.partial_inputs] == [("x", None)]
    assert found.inputs == ()
    assert "“odd” has a data type" in found.notes[0]


def test_layers_within_loops_are_not_the_models_own(tmp_path: Path) -> None:
    port = '<port id="0" precision="I8"/>'
    body = _net(_layer(5, "Parameter", port, "output")).removeprefix('<?xml version="1.0"?>')
    outer = f'<layer id="1" name="l" type="Loop"><body>{body}</body></layer>' + _layer(2, "Result", port, "input")
    found = read_openvino(_written(tmp_path, _net(outer)))
    assert tensors(found) == ([], [("Result_2", "INT8", ())])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("hello", "damaged in line 1"),
        ("<html/>", "not <net>"),
        (_net(""), "holds no layers"),
        ("<net><layers>\n<layer></layers></net>", "damaged in line 2"),
        (_net(_layer(0, "Parameter", '<port precision="I8"><dim>1e9</dim></port>', "output")), "dimension is “1e9”"),
        ("<a>" * 200, "nested too deeply|not <net>"),
        ("<net>" * 200, "nested too deeply"),
        (_net('<layer type="Relu"/>' * 200_001), "more than 200,000 layers"),
        (_net(_layer(0, "Result", f"<port>{'<dim>1</dim>' * 65}</port>", "input")), "more than 64 dimensions"),
        ('<?xml version="1.0" encoding="nonsense"?><net/>', "not known|damaged"),
    ],
)
def test_broken_models_are_said_so(tmp_path: Path, text: str, words: str) -> None:
    refused(read_openvino, _written(tmp_path, text), words)


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE net [<!ENTITY e0 "ha">{lines}]><net>&e11;</net>'
    refused(read_openvino, _written(tmp_path, bomb), "declares a document type")


def test_nothing_outside_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<layers/>")
    text = f'<!DOCTYPE net [<!ENTITY x SYSTEM "{secret.as_uri()}">]><net>&x;</net>'
    refused(read_openvino, _written(tmp_path, text), "declares a document type")
    refused(read_openvino, _written(tmp_path, f'<!DOCTYPE net SYSTEM "{secret.as_uri()}"><net/>'), "document type")


def test_huge_files_are_refused_at_once(tmp_path: Path) -> None:
    refused(read_openvino, sparse(tmp_path / "model.xml", b"<net>"), "more than the")


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 3100), at=st.integers(0, 3100), byte=st.integers(0, 255))
def test_damage_ends_in_a_core_error(tmp_path: Path, cut: int, at: int, byte: int) -> None:
    data = (FILES / "model.xml").read_bytes()
    damaged(read_openvino, tmp_path / "model.xml", data, cut if cut < 1500 else len(data), at, byte)
