"""The names in configurations, and the outline of them."""

from __future__ import annotations

from collections import Counter

from studio.core.assist.names import ModelSymbol, Symbol, TensorSymbol, names
from studio.core.assist.outline import foldable, outline
from studio.core.config.draft import draft

_ENSEMBLE = """\
name: "chain"
platform: "ensemble"
input [ { name: "RAW" data_type: TYPE_FP32 dims: [ 4 ] } ]
output { name: 'DO\\x4eE' data_type: TYPE_FP32 dims: [ 4 ] }
ensemble_scheduling {
  step {
    model_name: "first"
    input_map { key: "IN" value: "RAW" }
    output_map { key: "OUT" value: "DONE" }
  }
}
"""


def _symbols(text: str, model: str, ensembles: dict[str, bool]) -> Counter[Symbol]:
    return Counter(each.symbol for each in names(model, draft(text), ensembles))


def test_the_names_of_an_ensemble_share_one_space() -> None:
    found = _symbols(_ENSEMBLE, "chain", {"chain": True, "first": False})
    assert found == {
        ModelSymbol("chain"): 1,
        ModelSymbol("first"): 1,
        TensorSymbol("chain", "any", "RAW"): 2,
        TensorSymbol("chain", "any", "DONE"): 2,
        TensorSymbol("first", "input", "IN"): 1,
        TensorSymbol("first", "output", "OUT"): 1,
    }


def test_the_ports_of_an_ensemble_inside_another_have_no_side() -> None:
    found = _symbols(_ENSEMBLE, "chain", {"chain": True, "first": True})
    assert found[TensorSymbol("first", "any", "OUT")] == 1


def test_inputs_and_outputs_of_a_model_are_two_things() -> None:
    text = """\
input { name: "X" }
output { name: "X" }
batch_input { kind: BATCH_ELEMENT_COUNT target_name: "N" source_input: "X" }
batch_output { target_name: "X" source_input: "X" }
model_warmup { name: "w" inputs { key: "X" value { dims: 1 } } }
"""
    found = _symbols(text, "m", {})
    assert found[TensorSymbol("m", "input", "X")] == 4
    assert found[TensorSymbol("m", "output", "X")] == 2


def test_the_span_of_a_name_leaves_its_quotes_out_where_it_is_written_plainly() -> None:
    written = {_ENSEMBLE[slice(*each.span)] for each in names("chain", draft(_ENSEMBLE), {})}
    assert {"RAW", "first", "'DO\\x4eE'"} <= written


def test_a_broken_text_has_the_names_that_can_be_read() -> None:
    text = _ENSEMBLE.replace('value: "RAW" }', 'value: "RAW"')
    assert TensorSymbol("chain", "any", "RAW") in _symbols(text, "chain", {})


def test_the_outline_names_tensors_and_steps() -> None:
    found = outline(draft(_ENSEMBLE))
    assert [each.title for each in found] == ["name", "platform", "RAW", "DO\\x4eE", "ensemble_scheduling"]
    assert [each.title for each in found[-1].children] == ["first"]
    for each in found:
        assert each.span.start <= each.name_span.start <= each.name_span.end <= each.span.end


def test_what_spans_lines_can_be_folded_and_so_can_runs_of_comments() -> None:
    text = "# one\n# two\nname: 'x'\n# alone\ninput [\n  {\n    name: 'a'\n  }\n]\n"
    found = [(text[slice(*span)].split("\n")[0], is_comment) for span, is_comment in foldable(draft(text))]
    assert found == [("[", False), ("{", False), ("# one", True)]
