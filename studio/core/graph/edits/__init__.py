"""Gestures on a graph: each a function from a view to one edit of its text, in as few bytes as possible.

They raise CoreError where a gesture makes no sense. Apply one by `model.edit(edit.title, edit.apply)`.
"""

from studio.core.graph.edits.clipboard import copy, duplicate, paste
from studio.core.graph.edits.ensemble_tensors import (
    add_input,
    add_output,
    expose,
    move_own,
    remove_own,
    retype_own,
    set_optional,
)
from studio.core.graph.edits.settings import set_max_inflight, set_namespace, set_version
from studio.core.graph.edits.steps import add_step, add_steps, insert_on_wire, remove_steps, reorder, replace_model
from studio.core.graph.edits.tensors import rename_tensor
from studio.core.graph.edits.wires import connect, disconnect, disconnect_port, move_wire

__all__ = [
    "add_input",
    "add_output",
    "add_step",
    "add_steps",
    "connect",
    "copy",
    "disconnect",
    "disconnect_port",
    "duplicate",
    "expose",
    "insert_on_wire",
    "move_own",
    "move_wire",
    "paste",
    "remove_own",
    "remove_steps",
    "rename_tensor",
    "reorder",
    "replace_model",
    "retype_own",
    "set_max_inflight",
    "set_namespace",
    "set_optional",
    "set_version",
]
