"""Rename what the cursor of the text is at: a tensor of an ensemble everywhere in it, else the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.failure import CoreError
from studio.core.graph.build import graph_view
from studio.core.graph.edits.tensors import rename_tensor
from studio.core.graph.graph import GraphView
from studio.ui.editor.in_front import tab_in_front, text_in_front
from studio.ui.widgets.dialogs import prompt

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.core.config.model_config import Config
    from studio.ui.room.context import Context


def rename_here(context: Context) -> None:
    """Asks for the new name."""
    text, tab = text_in_front(context), tab_in_front(context)
    if text is None or tab is None:
        return
    text.flush()
    word, model = text.hover.word_here(), tab.model
    if word not in _tensors(model.draft.config):
        context.run("rename_model")
        return
    view = graph_view(model.draft, lambda _name: None)
    told = "Its name in all maps, and where it is an input or output of the ensemble."
    context.ask(
        lambda window: prompt(
            window,
            f"Rename {word}",
            told,
            word,
            "Rename",
            lambda name: _problem(view, word, name),
            lambda name: _rename(model, view, word, name),
        )
    )


def _tensors(config: Config) -> frozenset[str]:
    """The tensors of an ensemble by name; none of another model."""
    if not config.is_ensemble:
        return frozenset()
    maps = [tensor for step in config.steps for tensor in (*step.input_map.values(), *step.output_map.values())]
    return frozenset([*maps, *(own.name for own in (*config.inputs, *config.outputs))])


def _problem(view: GraphView, tensor: str, name: str) -> str:
    try:
        rename_tensor(view, tensor, name)
    except CoreError as failure:
        return failure.reason
    return ""


def _rename(model: OpenModel, view: GraphView, tensor: str, name: str) -> None:
    edit = rename_tensor(view, tensor, name)
    model.edit(edit.title, edit.apply)
