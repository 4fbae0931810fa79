"""What gestures write: one change each, as a person would have written it."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest

from studio.core.failure import CoreError
from studio.core.graph.candidates import candidates
from studio.core.graph.edits import (
    add_step,
    add_steps,
    connect,
    copy,
    disconnect,
    disconnect_port,
    expose,
    insert_on_wire,
    move_wire,
    paste,
    remove_own,
    remove_steps,
    rename_tensor,
    replace_model,
    set_max_inflight,
    set_namespace,
)
from studio.core.graph.edits.ordering import run_order
from studio.core.graph.elements import PortId, WireId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.models import Resolve
from studio.core.graph.new_ensemble import empty_ensemble, ensemble_of
from tests.core.graph.test_files import example
from tests.core.graph.worlds import World, model_text, tensors

_F3, _F23 = ("TYPE_FP32", "3"), ("TYPE_FP32", "2, 3")
PIXELS = WireId(PortId(2, "out", "pixels"), PortId(3, "in", "pixels"))
SHOWN = WireId(PortId(3, "out", "probabilities"), PortId(1, "in", "probabilities"))


def lines(view: GraphView, edit: GraphEdit) -> list[str]:
    """The lines that an edit takes out and puts in."""
    before, after = view.draft.document.text.splitlines(), edit.apply(view.draft).document.text.splitlines()
    return [line[0] + line[1:].strip() for line in difflib.ndiff(before, after) if line[0] in "-+"]


def test_wires() -> None:
    view = example()
    assert lines(view, disconnect(view, PIXELS)) == [
        '-output_map { key: "pixels" value: "pixels" }',
        '-input_map { key: "pixels" value: "pixels" }',
    ]
    assert lines(view, disconnect(view, SHOWN)) == [
        '-output_map { key: "probabilities" value: "probabilities" }',
        '+output_map { key: "probabilities" value: "classifier_probabilities" }',
        '-input_map { key: "probabilities" value: "probabilities" }',
        '+input_map { key: "probabilities" value: "classifier_probabilities" }',
    ]
    back = example()
    again = connect(back, SHOWN.target, SHOWN.source)
    assert lines(back, again) == [], "it is there already"
    assert lines(view, move_wire(view, PIXELS, PIXELS.target, PortId(4, "in", "probabilities"))) == [
        '-input_map { key: "pixels" value: "pixels" }',
        '-input_map { key: "probabilities" value: "probabilities" }',
        '+input_map { key: "probabilities" value: "pixels" }',
    ]
    assert lines(view, disconnect_port(view, PortId(0, "out", "image"))) == [
        '-input_map { key: "image" value: "image" }'
    ]


def test_an_output_is_one_of_the_ensembles_only() -> None:
    view = example()
    with pytest.raises(CoreError, match="is the ensemble's output “score” already"):
        connect(view, PortId(4, "out", "score"), PortId(1, "in", "label"))
    with pytest.raises(CoreError, match="through a step only"):
        connect(view, PortId(0, "out", "image"), PortId(1, "in", "label"))
    with pytest.raises(CoreError, match="both inputs"):
        connect(view, PortId(2, "in", "image"), PortId(1, "in", "label"))


def test_a_step_on_a_wire_and_behind_a_port() -> None:
    view = example()
    put = insert_on_wire(view, PIXELS, "preprocess", ("image", "pixels")).apply(view.draft)
    maps = [(step.model_name, step.input_map, step.output_map) for step in put.config.steps]
    assert maps[1:3] == [
        ("preprocess", {"image": "pixels"}, {"pixels": "preprocess_pixels"}),
        ("classifier", {"pixels": "preprocess_pixels"}, {"probabilities": "probabilities"}),
    ]
    assert '      input_map { key: "image" value: "pixels" }\n' in put.document.text
    after = view.draft.with_text(add_step(view, "classifier", "pixels", PIXELS.source).apply(view.draft).document.text)
    assert [step.model_name for step in after.config.steps] == ["preprocess", "classifier", "classifier", "postprocess"]
    with pytest.raises(CoreError, match="no input and output"):
        insert_on_wire(view, PIXELS, "tokenizer")


def test_removal_heals_where_the_server_would_take_it() -> None:
    models = {"a": model_text({"i": _F3}, {"o": _F3}), "odd": model_text({"i": _F3}, {"o": _F23})}
    made = ensemble_of("e", ["a"], World(models, "").catalogue)
    view = World(models, made.document.text).view()
    for model in ("a", "a"):
        wire = next(wire for wire in view.wires if wire.target == PortId(1, "in", "o"))
        view = World(models, insert_on_wire(view, wire.id, model).apply(view.draft).document.text).view()
    assert [len(view.nodes), len(view.wires)] == [5, 4]
    healed = remove_steps(view, [3]).apply(view.draft)
    assert [len(step.input_map) for step in healed.config.steps] == [1, 1]
    assert {each.rule for each in World(models, "").findings(healed)} == {"ens-dependency-not-loaded"}, "no code there"
    cut = remove_steps(view, [3], heal=False).apply(view.draft)
    assert sorted(len(step.input_map) for step in cut.config.steps) == [0, 1]


def test_names_and_own_tensors() -> None:
    view = example()
    assert lines(view, rename_tensor(view, "pixels", "picture")) == [
        '-output_map { key: "pixels" value: "pixels" }',
        '+output_map { key: "pixels" value: "picture" }',
        '-input_map { key: "pixels" value: "pixels" }',
        '+input_map { key: "pixels" value: "picture" }',
    ]
    for name in ("", "score"):
        with pytest.raises(CoreError, match="name"):
            rename_tensor(view, "pixels", name)
    assert lines(view, expose(view, PortId(2, "out", "pixels"))) == [
        "+},",
        "+{",
        '+name: "pixels"',
        "+data_type: TYPE_FP32",
        "+dims: [ 3, 64, 64 ]",
    ]
    kept = remove_own(view, PortId(1, "in", "probabilities")).apply(view.draft)
    assert kept.config.steps == view.draft.config.steps
    assert len(kept.config.outputs) == 2


def test_settings_of_a_step_and_of_the_ensemble() -> None:
    view = example()
    assert lines(view, set_namespace(view, 3, "other")) == ['+model_namespace: "other"']
    assert lines(view, set_max_inflight(view, 4)) == ["+max_inflight_requests: 4"]


def test_another_model_keeps_the_wires_that_fit() -> None:
    models = {
        "a": model_text({"i": _F3}, {"o": _F3}),
        "b": model_text({"x": _F23, "y": _F3}, {"o": _F3, "p": _F23}),
    }
    view = World(models, ensemble_of("e", ["a"], World(models, "").catalogue).document.text).view()
    assert lines(view, replace_model(view, 2, "b")) == [
        '-model_name: "a"',
        '+model_name: "b"',
        '-input_map { key: "i" value: "i" }',
        '+input_map { key: "y" value: "i" }',
    ]


def test_steps_travel_between_ensembles() -> None:
    view, other = example(), example("text_pipeline")
    fragment = copy(view, [2, 3])
    pasted = paste(other, fragment).apply(other.draft)
    steps = pasted.config.steps
    assert [step.model_name for step in steps] == ["tokenizer", "text_classifier", "preprocess", "classifier"]
    assert steps[2].input_map == {}
    assert steps[3].input_map == {"pixels": "pixels"}
    assert steps[3].output_map == {"probabilities": "probabilities_2"}
    assert "# -1 is the latest version." in pasted.document.text
    for nonsense in ("", "hello", "name: 3", "step {"):
        with pytest.raises(CoreError, match="no steps"):
            paste(other, nonsense)


def test_an_edit_takes_the_text_that_it_was_made_for() -> None:
    view = example()
    with pytest.raises(CoreError, match="changed meanwhile"):
        disconnect(view, PIXELS).apply(view.draft.set("name", "other"))


def test_a_new_ensemble_is_wired_and_reads_as_written_by_hand() -> None:
    view = example()
    made = ensemble_of("mine", ["postprocess", "classifier", "preprocess"], view.resolve)
    assert made.config.max_batch_size == 16
    assert [tensor.name for tensor in made.config.inputs] == ["image"]
    assert [tensor.name for tensor in made.config.outputs] == ["label", "score"]
    assert [step.output_map for step in made.config.steps][:2] == [
        {"pixels": "preprocess_pixels"},
        {"probabilities": "classifier_probabilities"},
    ]
    assert '      input_map { key: "image" value: "image" }\n' in made.document.text
    unknown = ensemble_of("mine", ["nobody", "nobody"], view.resolve)
    assert [step.model_name for step in unknown.config.steps] == ["nobody", "nobody"]


def test_the_first_steps_of_an_empty_ensemble_give_it_their_batch_size() -> None:
    resolve = example().resolve
    view = World({}, empty_ensemble("e").document.text).view()
    first = add_steps(_with(view, resolve), ["preprocess", "classifier"]).apply(view.draft)
    assert first.config.max_batch_size == 16
    assert first.document.text.count("max_batch_size") == 1


def test_the_batch_size_that_came_of_the_steps_follows_a_smaller_one_down() -> None:
    texts = {f"m{size}": model_text({"in": _F3}, {"out": _F3}, size) for size in (8, 4, 0)}
    derived = World(texts, empty_ensemble("e").document.text)
    first = add_steps(derived.view(), ["m8"]).apply(derived.view().draft)
    for model, expected in (("m4", 4), ("m0", 8)):
        view = derived.view(first)
        assert add_steps(view, [model]).apply(view.draft).config.max_batch_size == expected
    chosen = derived.view(first.set("max_batch_size", 6))
    assert add_steps(chosen, ["m4"]).apply(chosen.draft).config.max_batch_size == 6


def test_steps_are_ordered_as_they_run_and_those_of_a_circle_stay_behind() -> None:
    texts = {name: model_text({"in": _F3}, {"out": _F3}) for name in "abcd"}
    wiring = {"c": ("t2", "t3"), "b": ("t1", "t2"), "a": ("x", "t1"), "d": ("t9", "t9")}
    steps = "".join(
        f'  step {{  # {name}\n    model_name: "{name}"\n    model_version: -1\n'
        f'    input_map {{ key: "in" value: "{reads}" }}\n    output_map {{ key: "out" value: "{writes}" }}\n  }}\n'
        for name, (reads, writes) in wiring.items()
    )
    own = f'name: "e"\nplatform: "ensemble"\n{tensors("input", {"x": _F3})}{tensors("output", {"t3": _F3})}'
    view = World(texts, f"{own}ensemble_scheduling {{\n{steps}}}\n").view()
    edit = run_order(view)
    assert edit is not None
    after = edit.apply(view.draft)
    assert [step.model_name for step in after.config.steps] == ["a", "b", "c", "d"]
    assert [after.document.text.index(f"# {name}") for name in "abcd"] == sorted(
        after.document.text.index(f"# {name}") for name in "abcd"
    )
    assert run_order(World(texts, after.document.text).view()) is None


def _with(view: GraphView, resolve: Resolve) -> GraphView:
    return replace(view, resolve=resolve)


def test_candidates_from_either_end_and_for_a_wire() -> None:
    view = example()
    names = ["classifier", "postprocess", "preprocess", "text_classifier", "tokenizer"]
    ahead = candidates(view, PIXELS.source, names)
    assert [(each.model, each.port) for each in ahead if each.ok] == [("classifier", "pixels")]
    refused = next(each for each in ahead if each.model == "postprocess")
    assert (
        refused.reason
        == "“postprocess.probabilities” takes FP32 [N,10], but “preprocess.pixels” gives FP32 [N,3,64,64]."
    )
    behind = candidates(view, PIXELS.target, names)
    assert [(each.model, each.port) for each in behind if each.ok] == [("preprocess", "pixels")]
    assert not any(each.ok for each in candidates(view, PIXELS, names))
    assert {each.model for each in candidates(view, None, [*names, "image_pipeline"], "TEXT")} == {"text_classifier"}
    text = example("text_pipeline")
    between = candidates(text, WireId(PortId(0, "out", "text"), PortId(2, "in", "text")), ["postprocess", "same"])
    assert [each.ok for each in between] == [False]
