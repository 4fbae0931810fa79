"""What leaves a graph: positions, a Mermaid chart, a Python model; and the heat that comes in."""

import ast
import json
from pathlib import Path

import pytest

from studio.core.checking.served import read_drafts
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.repository import scan
from studio.core.graph.bls import bls_model
from studio.core.graph.build import graph_view
from studio.core.graph.graph import GraphView
from studio.core.graph.heat import Load, heat
from studio.core.graph.mermaid import mermaid
from studio.core.graph.models import Catalogue
from studio.core.graph.positions import (
    Frame,
    Positions,
    positions_path,
    read_positions,
    rename_in_positions,
    write_positions,
)
from studio.paths import data_dir
from studio.resources import resource
from tests.core.graph.worlds import CPU, World, model_text, tensors

_F3 = ("TYPE_FP32", "3")


def example(name: str = "image_pipeline") -> GraphView:
    """An ensemble of the example."""
    repository = scan(resource("example", "models"))
    drafts = read_drafts(repository)
    return graph_view(drafts[name], Catalogue(repository, drafts, CPU))


def test_positions_come_back_as_they_were_kept(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    repository.mkdir()
    kept = Positions({"b#2": (-3, 4), "a": (0, 16), "#inputs": (1, 2)}, (Frame("Before “it”", 1, 2, 30, 40),))
    path = write_positions(repository, "e", kept)
    assert path == tmp_path / "models.trireme" / "graphs" / "e.json"
    assert read_positions(repository, "e") == kept
    assert list(json.loads(path.read_text())["nodes"]) == ["#inputs", "a", "b#2"]
    moved = Positions({**kept.nodes, "a": (5, 5)}, kept.frames)
    before = path.read_text().splitlines()
    write_positions(repository, "e", moved)
    after = path.read_text().splitlines()
    assert [line for line in after if line not in before] == ['  "a": [5, 5],']
    assert not list(repository.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"nodes": 3, "frames": {}}',
        '{"nodes": {"a": [1]}, "frames": [{"title": 3}, 5]}',
        "[" * 9999,
        '{"nodes": {"a": [1, 1' + "0" * 400 + "]}}",
    ],
)
def test_a_file_that_makes_no_sense_holds_no_positions(tmp_path: Path, text: str) -> None:
    path = positions_path(tmp_path / "models", "e")
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert read_positions(tmp_path / "models", "e") == Positions()
    assert read_positions(tmp_path / "models", "other") == Positions()


def test_a_link_among_the_positions_reaches_no_other_file(tmp_path: Path) -> None:
    repository, other = tmp_path / "models", tmp_path / "other.json"
    repository.mkdir()
    other.write_text('{"nodes": {"a": [1, 2]}}')
    path = positions_path(repository, "e")
    path.parent.mkdir(parents=True)
    path.symlink_to(other)
    assert read_positions(repository, "e") == Positions()
    with pytest.raises(CoreError, match="leads out of its folder"):
        write_positions(repository, "e", Positions({"a": (5, 5)}))
    assert other.read_text() == '{"nodes": {"a": [1, 2]}}'


def test_positions_follow_a_models_new_name_and_back(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    repository.mkdir()
    kept = Positions({"old": (1, 2), "old#2": (3, 4), "older": (5, 6), "inputs": (0, 0)}, (Frame("f", 1, 2, 3, 4),))
    write_positions(repository, "user", kept)
    write_positions(repository, "old", Positions({"x": (7, 8)}))
    before = {path.name: path.read_bytes() for path in positions_path(repository, "user").parent.iterdir()}
    rename_in_positions(repository, "old", "new")
    assert read_positions(repository, "new") == Positions({"x": (7, 8)})
    assert set(read_positions(repository, "user").nodes) == {"new", "new#2", "older", "inputs"}
    assert read_positions(repository, "user").frames == kept.frames
    rename_in_positions(repository, "new", "old")
    assert {path.name: path.read_bytes() for path in positions_path(repository, "user").parent.iterdir()} == before
    rename_in_positions(tmp_path / "none", "a", "b")
    assert not (tmp_path / "none.trireme").exists()


def test_positions_go_to_the_data_folder_where_the_parent_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.core.files.saving.os.access", lambda path, _mode: tmp_path not in Path(path).parents)
    path = positions_path(tmp_path / "nest" / "models", "e")
    assert data_dir() in path.parents


def test_the_heat_is_the_share_of_all_steps_time() -> None:
    view = example()
    found = heat(view, {"preprocess": Load(10, 1, 2), "classifier": Load(10, 4, 5), "postprocess": Load(0, 0, 0)})
    assert [round(found[node].share, 2) for node in (2, 3, 4)] == [0.25, 0.75, 0.0]
    assert heat(view, {}) == {}
    assert heat(view, {"classifier": Load(0, 0, 0)})[3].share == 0
    assert heat(view, {"classifier": Load(float("inf"), 1, 1)})[3].share == 0


def test_a_model_of_two_steps_shares_its_rate() -> None:
    world = World({"a": model_text({"i": _F3}, {"o": _F3})}, _two_steps())
    found = heat(world.view(), {"a": Load(10, 1, 1)})
    assert [each.share for each in found.values()] == [0.5, 0.5]
    assert {each.load.rate for each in found.values()} == {5}


def _two_steps(own: str = "") -> str:
    maps = 'input_map { key: "i" value: "x" } output_map { key: "o" value: "t" }'
    first = f'step {{ model_name: "a" model_version: -1 {maps} }}'
    second = first.replace("-1", "2").replace('"t"', r'"y\""').replace('"x"', '"t"')
    return f"{own}ensemble_scheduling {{\n  {first}\n  {second}\n}}\n"


def test_a_chart_has_each_step_and_wire_and_escapes_what_mermaid_reads() -> None:
    own = tensors("input", {"x": _F3}) + tensors("output", {'y\\"': _F3})
    world = World({"a": model_text({"i": _F3}, {"o": _F3})}, _two_steps(own))
    assert mermaid(world.view()) == (
        'flowchart LR\n  i0(["x"])\n  s0["a"]\n  s1["a v2"]\n  o0(["y#34;"])\n'
        '  i0 --> s0\n  s0 -- "t" --> s1\n  s1 --> o0\n'
    )


def test_a_python_model_has_the_steps_in_the_order_of_the_data() -> None:
    made = bls_model(example(), "by_hand")
    tree = ast.parse(made.source)
    assigned = [each for each in tree.body if isinstance(each, ast.Assign)]
    values = {ast.unparse(each.targets[0]): ast.literal_eval(each.value) for each in assigned}
    assert [step[0] for step in values["STEPS"]] == ["preprocess", "classifier", "postprocess"]
    assert values["INPUTS"] == ["image"]
    assert made.labels == ("labels.txt",)
    config = draft(made.config)
    assert (config.config.name, config.config.backend, config.config.is_ensemble) == ("by_hand", "python", False)
    assert "# All classes, for who wants the runners-up." in made.config


def test_a_graph_without_an_order_makes_no_python_model() -> None:
    loop = _two_steps(tensors("output", {"t": _F3})).replace('value: "x"', 'value: "t"')
    with pytest.raises(CoreError, match="never gets “t”"):
        bls_model(World({"a": model_text({"i": _F3}, {"o": _F3})}, loop).view(), "n")
    world = World({"a": model_text({"i": _F3}, {"o": _F3}, decoupled=True)}, _two_steps())
    with pytest.raises(CoreError, match="decoupled"):
        bls_model(world.view(), "n")
