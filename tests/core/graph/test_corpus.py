"""Every real ensemble: it opens, its graph is that of its text, and each gesture on it changes what it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.core.config.draft import Draft, draft
from studio.core.config.model_config import Config
from studio.core.graph.build import graph_view
from studio.core.graph.differences.difference import Difference, difference
from studio.core.graph.edits import (
    add_steps,
    copy,
    disconnect,
    duplicate,
    expose,
    remove_steps,
    rename_tensor,
    reorder,
)
from studio.core.graph.graph import GraphEdit, GraphView
from studio.failure import Failure
from studio.text.edit import change
from studio.text.parse import render
from tests.corpus import corpus_files


def _ensembles() -> Iterator[tuple[Path, bytes, GraphView]]:
    for path in corpus_files():
        data = path.read_bytes()
        if b"ensemble" in data:
            text = draft(data)
            yield path, data, graph_view(text, lambda _name: None)


def test_every_ensemble_opens_and_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    counted = Counter[str]()
    for path, data, view in _ensembles():
        assert render(view.draft.document) == data, path
        steps = view.draft.config.steps
        assert [node.model for node in view.nodes[2:]] == [step.model_name for step in steps], path
        mapped = {(node.index, port.id.side, port.name, port.tensor) for node in view.nodes[2:] for port in node.ports}
        assert mapped == set(_mapped(view.draft.config)), path
        assert not difference(view, graph_view(view.draft, view.resolve, view)), path
        assert difference(None, view) == Difference(view.nodes, added_wires=view.wires)
        counted.update(ensembles=1, steps=len(steps), wires=len(view.wires))
    with capsys.disabled():
        print(f"\nensembles as graphs: {dict(counted)}")


def _mapped(config: Config) -> Iterator[tuple[int, str, str, str]]:
    for index, step in enumerate(config.steps):
        yield from ((index, "in", port, tensor) for port, tensor in step.input_map.items())
        yield from ((index, "out", port, tensor) for port, tensor in step.output_map.items())


def test_each_gesture_on_every_ensemble_changes_what_it_must() -> None:
    made = Counter[str]()
    for path, _data, view in _ensembles():
        if view.draft.document.ok and view.steps:
            for name, gesture, holds in _GESTURES:
                try:
                    edit = gesture(view)
                    after = edit.apply(view.draft) if edit else None
                except Failure:
                    # What a broken text cannot take is refused in words; most can.
                    made[f"{name} refused"] += 1
                    continue
                if after is not None:
                    made[name] += 1
                    assert after.document.ok, (path, name)
                    assert holds(view, after), (path, name, change(view.draft.document, after.document))
    refused = sum(count for name, count in made.items() if name.endswith("refused"))
    assert refused * 20 <= made.total(), made


def _steps(draft: Draft) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    return [(step.model_name, step.input_map, step.output_map) for step in draft.config.steps]


def _rename(view: GraphView) -> GraphEdit | None:
    tensor = next(iter(view.steps[0].output_map.values()), "")
    return rename_tensor(view, tensor, "renamed_here") if tensor else None


def _renamed(view: GraphView, after: Draft) -> bool:
    old = next(iter(view.steps[0].output_map.values()))
    before, now = view.draft.document.text, after.document.text
    same = [_swap(maps, old) for maps in _steps(view.draft)] == _steps(after)
    return same and now.replace("renamed_here", old).replace("'", '"') == before.replace("'", '"')


def _swap(step: tuple[str, dict[str, str], dict[str, str]], old: str) -> tuple[str, dict[str, str], dict[str, str]]:
    model, *maps = step
    reads, writes = ({key: "renamed_here" if each == old else each for key, each in names.items()} for names in maps)
    return model, reads, writes


def _expose(view: GraphView) -> GraphEdit | None:
    ports = (port for node in view.nodes[2:] for port in node.outputs)
    inner = (port for port in ports if port.tensor and port.tensor not in {out.name for out in view.nodes[1].inputs})
    found = next(inner, None)
    return expose(view, found.id) if found else None


def _disconnect(view: GraphView) -> GraphEdit | None:
    wire = next((wire for wire in view.wires if wire.source.node > 1 and wire.target.node > 1), None)
    return disconnect(view, wire.id) if wire else None


_GESTURES: list[tuple[str, Callable[[GraphView], GraphEdit | None], Callable[[GraphView, Draft], bool]]] = [
    ("add", lambda v: add_steps(v, ["new"]), lambda v, d: _steps(d) == [*_steps(v.draft), ("new", {}, {})]),
    (
        "remove",
        lambda v: remove_steps(v, [2], heal=False),
        lambda v, d: [s[0] for s in _steps(d)] == [s[0] for s in _steps(v.draft)][1:],
    ),
    ("rename", _rename, _renamed),
    (
        "expose",
        _expose,
        lambda v, d: _steps(d) == _steps(v.draft) and len(d.config.outputs) == len(v.draft.config.outputs) + 1,
    ),
    ("disconnect", _disconnect, lambda v, d: len(graph_view(d, v.resolve).wires) == len(v.wires) - 1),
    (
        "reorder",
        lambda v: reorder(v, 2, 1),
        lambda v, d: sorted(map(str, _steps(d))) == sorted(map(str, _steps(v.draft))),
    ),
    (
        "duplicate",
        lambda v: duplicate(v, [2]),
        lambda v, d: _steps(d)[:-1] == _steps(v.draft) and _steps(d)[-1][0] == v.steps[0].model_name,
    ),
]


def test_a_copied_step_of_every_ensemble_reads_as_one() -> None:
    for path, _data, view in _ensembles():
        if view.draft.document.ok and view.steps:
            fragment = copy(view, [2])
            assert _steps(draft(f"ensemble_scheduling {{ {fragment} }}")) == _steps(view.draft)[:1], path
