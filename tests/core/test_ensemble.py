"""The graph of an ensemble: who writes what, what gets data, and why something does not."""

from hypothesis import given
from hypothesis import strategies as st

from studio.core.config.ensemble import Graph, Port, cycle, graph, step_models
from studio.core.config.model_config import config
from studio.text.parse import parse


def _graph(inputs: str, outputs: str, *steps: str) -> Graph:
    """Each step is "model: in1 in2 -> out1 out2", ports named as the tensors."""
    lines = [f'input {{ name: "{name}" }}' for name in inputs.split()]
    lines += [f'output {{ name: "{name}" }}' for name in outputs.split()]
    lines += ["ensemble_scheduling {", *map(_step, steps), "}"]
    return graph(config(parse("\n".join(lines))))


def _step(step: str) -> str:
    model, _, flow = step.partition(":")
    reads, _, writes = flow.partition("->")
    maps = [f'input_map {{ key: "i_{name}" value: "{name}" }}' for name in reads.split()]
    maps += [f'output_map {{ key: "o_{name}" value: "{name}" }}' for name in writes.split()]
    return f'step {{ model_name: "{model}" {" ".join(maps)} }}'


def test_tensors_know_who_writes_and_who_reads_them() -> None:
    drawn = _graph("image", "label", "prepare: image -> pixels", "net: pixels -> scores", "name: scores image -> label")
    assert list(drawn.tensors) == ["image", "pixels", "scores", "label"]
    image = drawn.tensors["image"]
    assert (image.is_input, image.producers) == (True, ())
    assert image.consumers == (Port(0, "prepare", "i_image"), Port(2, "name", "i_image"))
    assert drawn.tensors["label"].is_output
    assert drawn.tensors["label"].producers == (Port(2, "name", "o_label"),)
    assert drawn.ready == {"image", "pixels", "scores", "label"}
    assert [step.model_name for step in drawn.steps] == ["prepare", "net", "name"]


def test_what_lacks_a_source_is_not_ready_and_names_it() -> None:
    drawn = _graph("a", "c", "m: a gone -> b", "n: b -> c")
    assert drawn.ready == {"a"}
    assert drawn.missing_source("c") == "gone"
    assert drawn.missing_source("gone") is None


def test_a_circle_never_gets_ready() -> None:
    drawn = _graph("a", "c", "m: a c -> b", "n: b -> c")
    assert drawn.ready == {"a"}
    assert drawn.missing_source("c") in (None, "b")


def test_tensors_that_feed_nothing_and_tensors_that_no_step_mentions() -> None:
    drawn = _graph("a unused", "b lost", "m: a -> b rest")
    assert drawn.feeds_nothing("rest")
    assert not drawn.feeds_nothing("a")
    assert [name for name in drawn.tensors if not drawn.is_mapped(name)] == ["unused", "lost"]


def test_a_tensor_with_two_writers_keeps_both() -> None:
    drawn = _graph("a", "b", "m: a -> b", "n: a -> b")
    assert [port.model for port in drawn.tensors["b"].producers] == ["m", "n"]


def test_the_models_of_the_steps_come_once_each() -> None:
    text = 'ensemble_scheduling { step { model_name: "m" } step { model_name: "k" } step { model_name: "m" } step { } }'
    assert step_models(config(parse(text))) == ("m", "k")


def test_circles_between_ensembles() -> None:
    steps = {"a": ("m", "b"), "b": ("c",), "c": ("a",), "d": ("a",), "e": ("e",)}
    found = {name: cycle(name, lambda each: steps.get(each, ())) for name in steps}
    assert found == {"a": ("a", "b", "c"), "b": ("b", "c", "a"), "c": ("c", "a", "b"), "d": (), "e": ("e",)}


_NAMES = st.sampled_from("abcdef")
_STEP = st.tuples(st.lists(_NAMES, min_size=1, max_size=3), st.lists(_NAMES, min_size=1, max_size=2))


@given(st.lists(_NAMES, max_size=3), st.lists(_STEP, max_size=5))
def test_readiness_is_the_least_fixed_point(inputs: list[str], steps: list[tuple[list[str], list[str]]]) -> None:
    texts = [f"m: {' '.join(set(reads))} -> {' '.join(set(writes))}" for reads, writes in steps]
    drawn = _graph(" ".join(inputs), "", *texts)
    sources: dict[str, set[str]] = {}
    for reads, writes in steps:
        for name in writes:
            sources.setdefault(name, set()).update(reads)
    expected = {name for name in inputs if drawn.is_mapped(name)}
    for _ in range(10):
        expected |= {name for name, needed in sources.items() if needed <= expected}
    assert drawn.ready == expected
