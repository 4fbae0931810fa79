"""Random gestures on graphs, undo, redo and saves: graph and text always agree, and undo gives the first bytes back."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
import shiboken6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication

from studio.app.editing.open_model import OpenModel
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.reading import read
from studio.core.files.repository import scan
from studio.core.graph import edits
from studio.core.graph.build import graph_view
from studio.core.graph.differences.difference import difference
from studio.core.graph.elements import INPUTS, OUTPUTS, Node, PortId
from studio.core.graph.graph import GraphEdit
from studio.core.graph.models import Catalogue
from studio.text.parse import render
from tests.core.graph.worlds import CPU, model_text
from tests.fixtures.examples import examples

_T = TypeVar("_T")
_F3, _F23, _I3 = ("TYPE_FP32", "3"), ("TYPE_FP32", "2, 3"), ("TYPE_INT64", "3")
MODELS = {
    "a": model_text({"i": _F3}, {"o": _F3, "p": _I3}, 8),
    "b": model_text({"i": _F3, "j": _I3}, {"o": _F23}, 8),
    "c": model_text({"x": _F23}, {"y": _F3}, 4),
}
LISTED = """\
# file: what it is for
name: "e"
platform: "ensemble"  # file
max_batch_size: 4

input [
  {
    # own: the input
    name: "in"
    data_type: TYPE_FP32
    dims: [ 3 ]  # own
  }
]
output [ { name: "out" data_type: TYPE_FP32 dims: [ 3 ] } ]  # file

ensemble_scheduling {
  # file: the steps
  step [
    {
      # step: first
      model_name: "a"
      model_version: -1
      input_map { key: "i" value: "in" }  # entry
      output_map { key: "o" value: "between" }
    },
    {
      model_name: "a"  # step
      model_version: -1
      input_map {
        key: "i"
        value: "between"  # entry
      }
      output_map { key: "o" value: "out" }
    }
  ]
}
# file: the end
"""
LOOSE = """\
platform: 'ensemble'\r
input { name: 'in' data_type: TYPE_FP32 dims: 3 }; output { name: 'out', data_type: TYPE_FP32, dims: [3] } # own\r
ensemble_scheduling: < step < model_name: 'b', model_version: -1 input_map < key: 'i' value: 'in' >\r
  input_map: [ { key: 'j' value: 'gone' } ] output_map { key: 'o' value: 't' } > # step\r
  step { model_name: 'missing' input_map { value: 't' key: 'k' } output_map { key: 'v' value: 'out' } }\r
>\r
"""
EMPTY = 'platform: "ensemble"'
_COMMENT = re.compile(r"#.*")
_TAKING = {"remove_steps", "remove_own", "disconnect_port"}


def _told(node: Node) -> Node:
    """A node without the id that tells it from others of its kind."""
    ports = [tuple(replace(port, id=port.id._replace(node=0)) for port in side) for side in (node.inputs, node.outputs)]
    return replace(node, id=0, inputs=ports[0], outputs=ports[1])


class Machine(RuleBasedStateMachine):
    """One open ensemble under random edits."""

    text = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="trireme-graph-")
        root = Path(self.folder.name, "models")
        for name, text in {**MODELS, "e": self.text}.items():
            (root / name / "1").mkdir(parents=True)
            (root / name / "config.pbtxt").write_text(text, newline="")
        repository = scan(root)
        drafts = {name: draft(text) for name, text in MODELS.items()}
        self.resolve = Catalogue(repository, drafts, CPU)
        folder = repository.model("e")
        assert folder is not None
        assert folder.config_path is not None
        data, stamp = read(folder.config_path)
        self.path = folder.config_path
        self.model = OpenModel(folder, draft(data), stamp)
        self.view = graph_view(self.model.draft, self.resolve)
        self.nodes = {node.id: node for node in self.view.nodes}
        self.wires = {wire.id: wire for wire in self.view.wires}
        self.gone: tuple[int, ...] = ()
        self.model.changed.connect(self._follow)

    def teardown(self) -> None:
        while self.model.undo_stack.canUndo():
            self.model.undo_stack.undo()
        assert render(self.model.draft.document) == self.text.encode()
        self.folder.cleanup()
        # The stack's commands hold the model and the model the stack: left to the collector, Qt loses count of them.
        self.model.changed.disconnect(self._follow)
        self.model.undo_stack.clear()
        shiboken6.delete(self.model)

    def _follow(self, _before: object, after: object) -> None:
        """What a scene does: it follows by differences alone."""
        view = graph_view(self.model.draft, self.resolve, self.view, self.gone)
        patch = difference(self.view, view)
        for node in patch.removed:
            del self.nodes[node]
        self.nodes |= {node.id: node for node in (*patch.added, *patch.changed)}
        for wire in patch.removed_wires:
            del self.wires[wire]
        self.wires |= {each.id: each for each in (*patch.added_wires, *patch.changed_wires)}
        self.view = view

    @invariant()
    def the_scene_is_the_graph_of_the_text(self) -> None:
        fresh = graph_view(self.model.draft, self.resolve)
        assert self.nodes == dict(self.view.by_id)
        assert self.wires == {wire.id: wire for wire in self.view.wires}
        assert len(self.wires) == len(self.view.wires)
        assert len({node.id for node in self.view.nodes}) == len(self.view.nodes)
        old = {node.id: node.id if node.index < 0 else fresh.nodes[node.index + 2].id for node in self.view.nodes}
        ends = [
            (wire.source._replace(node=old[wire.source.node]), wire.target._replace(node=old[wire.target.node]))
            for wire in self.view.wires
        ]
        assert ends == [(wire.source, wire.target) for wire in fresh.wires]
        assert [_told(node) for node in self.view.nodes] == [_told(node) for node in fresh.nodes]
        assert [wire.problem for wire in self.view.wires] == [wire.problem for wire in fresh.wires]
        assert self.view.problems == fresh.problems
        assert self.model.draft.document.ok

    def make(self, name: str, *given: object, **named: object) -> None:
        """Makes one gesture; one that makes no sense changes nothing."""
        before = self.model.draft
        try:
            edit: GraphEdit = getattr(edits, name)(self.view, *given, **named)
            after = edit.apply(before)
        except CoreError:
            return
        self.gone = edit.gone
        kept = {node.id for node in self.view.nodes} - set(edit.gone)
        self.model.edit(edit.title, edit.apply)
        self.gone = ()
        assert self.model.draft.document.text == after.document.text
        assert kept <= set(self.nodes), "a node that was not removed has another id"
        assert not set(edit.gone) & set(self.nodes)
        self._keeps_comments(name, before.document.text, after.document.text)

    def _keeps_comments(self, name: str, before: str, after: str) -> None:
        lost = Counter(_COMMENT.findall(before)) - Counter(_COMMENT.findall(after))
        allowed = ("# entry",) + (("# step", "# own") if name in _TAKING else ())
        assert all(comment.startswith(allowed) for comment in lost), (name, lost, before, after)

    def _pick(self, data: st.DataObject, several: Sequence[_T]) -> _T | None:
        return data.draw(st.sampled_from(several)) if several else None

    def _ports(self, *sides: str) -> list[PortId]:
        return [port.id for node in self.view.nodes for port in node.ports if port.id.side in sides]

    def _steps(self) -> list[int]:
        return [node.id for node in self.view.nodes if node.kind == "step"]

    @rule(names=st.lists(st.sampled_from("abcx"), min_size=1, max_size=2))
    def add(self, names: list[str]) -> None:
        if len(self._steps()) < 8:
            self.make("add_steps", names)

    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        source, target = self._pick(data, self._ports("out")), self._pick(data, self._ports("in"))
        if source and target:
            self.make("connect", source, target)

    @rule(data=st.data())
    def add_at_port(self, data: st.DataObject) -> None:
        end = self._pick(data, self._ports("in", "out"))
        if end and len(self._steps()) < 8:
            self.make("add_step", "a", "i" if end.side == "out" else "o", end)

    @rule(data=st.data(), how=st.sampled_from(("disconnect", "insert_on_wire", "insert", "move_target", "move_source")))
    def change_wire(self, data: st.DataObject, how: str) -> None:
        wire = self._pick(data, self.view.wires)
        if wire is None:
            return
        if how == "disconnect":
            self.make("disconnect", wire.id)
        elif how == "insert_on_wire":
            self.make(
                "insert_on_wire",
                wire.id,
                data.draw(st.sampled_from("abc")),
                data.draw(st.sampled_from((None, ("i", "o")))),
            )
        elif how == "insert":
            node = self._pick(data, self._steps())
            self.make("insert_on_wire", wire.id, node)
        else:
            old = wire.target if how == "move_target" else wire.source
            new = self._pick(data, self._ports(old.side))
            self.make("move_wire", wire.id, old, new)

    @rule(data=st.data(), how=st.sampled_from(("disconnect_port", "expose")))
    def change_port(self, data: st.DataObject, how: str) -> None:
        port = self._pick(data, self._ports("in", "out"))
        if port:
            self.make(how, port)

    @rule(data=st.data(), heal=st.booleans())
    def remove(self, data: st.DataObject, heal: bool) -> None:
        steps = self._steps()
        if steps:
            self.make("remove_steps", data.draw(st.lists(st.sampled_from(steps), min_size=1, max_size=3)), heal=heal)

    @rule(data=st.data(), how=st.sampled_from(("duplicate", "paste", "keep")))
    def copy(self, data: st.DataObject, how: str) -> None:
        steps = self._steps()
        if not steps or len(steps) > 8:
            return
        chosen = data.draw(st.lists(st.sampled_from(steps), min_size=1, max_size=2))
        if how == "duplicate":
            self.make("duplicate", chosen)
        else:
            self.make("paste", edits.copy(self.view, chosen), keep_incoming=how == "keep")

    @rule(data=st.data(), how=st.sampled_from(("set_version", "set_namespace", "reorder", "replace_model")))
    def change_step(self, data: st.DataObject, how: str) -> None:
        node = self._pick(data, self._steps())
        values = {"set_version": (-1, 1), "set_namespace": ("n", ""), "reorder": (0, 9), "replace_model": ("a", "c")}[
            how
        ]
        if node is not None:
            self.make(how, node, data.draw(st.sampled_from(values)))

    @rule(data=st.data(), name=st.sampled_from(("in", "t1", "t2", "in2", 'q"')))
    def rename(self, data: st.DataObject, name: str) -> None:
        tensors = sorted({port.tensor for node in self.view.nodes for port in node.ports if port.tensor is not None})
        if tensors:
            self.make("rename_tensor", data.draw(st.sampled_from(tensors)), name)

    @rule(
        data=st.data(),
        how=st.sampled_from(("add_input", "add_output", "remove_own", "move_own", "retype_own", "optional")),
    )
    def change_own(self, data: st.DataObject, how: str) -> None:
        own = [port.id for node in (INPUTS, OUTPUTS) for port in self.view.nodes[node].ports]
        if how.startswith("add"):
            self.make(how)
        elif own:
            port = data.draw(st.sampled_from(own))
            given = {"remove_own": (), "move_own": (0,), "retype_own": ("TYPE_INT64", [2]), "optional": (True,)}[how]
            self.make("set_optional" if how == "optional" else how, port, *given)

    @rule(count=st.integers(1, 4))
    def undo(self, count: int) -> None:
        for _ in range(count):
            self.model.undo_stack.undo()

    @rule()
    def redo(self) -> None:
        self.model.undo_stack.redo()

    @rule(most=st.sampled_from((0, 5)))
    def limit(self, most: int) -> None:
        self.make("set_max_inflight", most)

    @rule()
    def save(self) -> None:
        assert self.model.save()
        assert self.path.read_bytes() == render(self.model.draft.document)
        assert not self.model.is_unsaved


@pytest.mark.parametrize("text", [LISTED, LOOSE, EMPTY], ids=["listed", "loose", "empty"])
def test_graph_and_text_agree_whatever_is_done(application: QCoreApplication, text: str) -> None:
    machine = type("Machine", (Machine,), {"text": text})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(15),
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )


def test_a_step_that_comes_back_by_undo_is_the_same_node(application: QCoreApplication) -> None:
    machine = type("Machine", (Machine,), {"text": LISTED})()
    before = {node.id: node for node in machine.view.nodes}
    machine.make("remove_steps", [2])
    machine.model.undo_stack.undo()
    assert machine.nodes == before
    machine.teardown()
