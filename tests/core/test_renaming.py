"""Renaming a tensor in all configurations that name it."""

from __future__ import annotations

from pathlib import Path

from studio.core.assist.names import ModelSymbol, TensorSymbol
from studio.core.assist.renaming import ConfigText, name_at, places, renamed, tensor_problem
from studio.core.config.draft import draft

_NET = 'input { name: \'x\' }\ninput { name: "y" }\noutput { name: "x" }\n'
_STEP = 'step {{ model_name: "{model}" input_map {{ key: "x" value: "x" }} output_map {{ key: "x" value: "out" }} }}'
_ENSEMBLES = {"net": False, "pipe": True, "outer": True}


def _text(model: str, text: str, path: str = "config.pbtxt") -> ConfigText:
    return ConfigText(model, Path("models", model, path), draft(text))


def _pipe(model: str) -> str:
    return f'platform: "ensemble"\nensemble_scheduling {{ {_STEP.format(model=model)} }}\n'


_TEXTS = (
    _text("net", _NET),
    _text("net", _NET, "configs/small.pbtxt"),
    _text("pipe", _pipe("net")),
    _text("outer", _pipe("pipe")),
)
_INPUT = TensorSymbol("net", "input", "x")


def test_an_input_is_renamed_in_each_configuration_and_in_the_maps_of_ensembles() -> None:
    found = list(renamed(places(_TEXTS, _ENSEMBLES, _INPUT), "image"))
    assert [(each.text.path.as_posix(), each.count) for each in found] == [
        ("models/net/config.pbtxt", 1),
        ("models/net/configs/small.pbtxt", 1),
        ("models/pipe/config.pbtxt", 1),
    ]
    assert found[0].after == _NET.replace("'x'", "'image'"), "the quotes are another kind, or the output changed too"
    assert found[2].after == _pipe("net").replace('input_map { key: "x"', 'input_map { key: "image"')


def test_a_tensor_of_an_ensemble_is_renamed_where_another_ensemble_runs_it() -> None:
    found = {
        each.text.model: each for each in renamed(places(_TEXTS, _ENSEMBLES, TensorSymbol("pipe", "any", "x")), "q")
    }
    assert found.keys() == {"pipe", "outer"}
    assert found["pipe"].after == _pipe("net").replace('value: "x"', 'value: "q"')
    assert found["outer"].after == _pipe("pipe").replace('key: "x"', 'key: "q"')


def test_names_of_other_lengths_and_with_quotes_stay_whole() -> None:
    text = _text("pipe", _pipe("net"))
    (found,) = renamed(places([text], _ENSEMBLES, TensorSymbol("pipe", "any", "out")), 'a "b" \\')
    again = _text("pipe", found.after)
    assert [each.name.symbol for each in places([again], _ENSEMBLES, TensorSymbol("pipe", "any", 'a "b" \\'))]


def test_a_name_that_another_tensor_has_will_not_do() -> None:
    assert "already" in tensor_problem(_TEXTS, _ENSEMBLES, _INPUT, "y")
    assert tensor_problem(_TEXTS, _ENSEMBLES, _INPUT, "") == "A tensor needs a name."
    assert tensor_problem(_TEXTS, _ENSEMBLES, _INPUT, "x") == ""
    assert tensor_problem(_TEXTS, _ENSEMBLES, TensorSymbol("net", "output", "x"), "y") == "", "an input is no output"


def test_the_name_at_a_place() -> None:
    text = _pipe("net")
    held = draft(text)
    found = name_at("pipe", held, _ENSEMBLES, text.index('"x"') + 1)
    assert found is not None
    assert found.symbol == _INPUT
    found = name_at("pipe", held, _ENSEMBLES, text.index('"net"'))
    assert found is not None
    assert found.symbol == ModelSymbol("net")
    assert name_at("pipe", held, _ENSEMBLES, 0) is None
