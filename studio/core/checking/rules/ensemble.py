"""What the server checks in an ensemble's configuration on its own."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import of_ensembles
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.words import nearest
from studio.core.config.draft import Draft
from studio.core.config.ensemble import Graph, Port, graph
from studio.core.config.model_config import TensorConfig
from studio.text.tree import Path as TextPath


@of_ensembles
def static(_context: Context, model: ModelView) -> Iterator[Finding]:
    """What the server checks in an ensemble's configuration alone."""
    if not has_steps(model):
        return
    yield from _forbidden(model)
    drawn = graph(model.config)
    yield from _steps(model, drawn)
    yield from _inputs(model, drawn)
    yield from _outputs(model, drawn)
    yield from _unused(model, drawn)


def _forbidden(model: ModelView) -> Iterator[Finding]:
    texts = {
        "instance_group": ("ens-instance-group", "instance group should not be specified for ensemble"),
        "optimization": ("ens-optimization", "optimization should not be specified for ensemble"),
        "model_warmup": ("ens-warmup", "model_warmup can not be specified for ensemble"),
    }
    for field, (rule, text) in texts.items():
        # An empty list is as good as none.
        if model.root.count(field):
            yield model.problem(
                "ig-ensemble-forbidden" if field == "instance_group" else rule,
                f"An ensemble cannot have “{field}”: that belongs to the models of its steps.",
                phase="2",
                server=f"{text} '{_title(model)}'",
                path=(field,),
                fixes=[_clearing(field)],
            )


def _clearing(field: str) -> Fix:
    return Fix(f"Remove “{field}”", edit=lambda draft: draft.clear(field))


def _steps(model: ModelView, drawn: Graph) -> Iterator[Finding]:
    """Each step in turn: what it lacks, then what it writes again."""
    if not model.config.steps:
        yield model.problem(
            "ens-no-step",
            "The ensemble has no step.",
            phase="2",
            server=f"must specify 'step' for ensemble '{_title(model)}'",
            path=("ensemble_scheduling",),
        )
    again = _written_again(drawn)
    for index, step in enumerate(model.config.steps):
        given = (("model_name", step.model_name), ("input_map", step.input_map), ("output_map", step.output_map))
        for field, value in given:
            if not value:
                yield model.problem(
                    f"ens-step-{field.replace('_', '-')}",
                    f"Step {index + 1} has no {field}.",
                    phase="2",
                    server=f"must specify '{field}' in step {index} of ensemble '{_title(model)}'",
                    path=step.path,
                )
        for tensor, port in again.get(index, ()):
            yield _written_twice(model, drawn, tensor, port)


def _written_again(drawn: Graph) -> dict[int, list[tuple[str, Port]]]:
    """The outputs that write a tensor which is written already, by their step."""
    found: dict[int, list[tuple[str, Port]]] = {}
    for tensor in drawn.tensors.values():
        for port in tensor.producers[1:]:
            found.setdefault(port.step, []).append((tensor.name, port))
    return found


def _written_twice(model: ModelView, drawn: Graph, tensor: str, port: Port) -> Finding:
    return model.problem(
        "ens-tensor-written-twice",
        f"The tensor “{tensor}” is written by more than one output.",
        phase="2",
        server=f"ensemble tensor '{tensor}' can appear in an output map only once for ensemble "
        f"'{_title(model)}' step {port.step}",
        path=model.map_entry((*drawn.steps[port.step].path, "output_map"), port.name),
    )


def _inputs(model: ModelView, drawn: Graph) -> Iterator[Finding]:
    for tensor in model.config.inputs:
        if not drawn.is_mapped(tensor.name):
            yield model.problem(
                "ens-input-unused",
                f"No step uses the ensemble's input “{tensor.name}”.",
                phase="2",
                server=f"ensemble input '{tensor.name}' for ensemble {_title(model)}' is not used",
                path=tensor.path,
            )


def _outputs(model: ModelView, drawn: Graph) -> Iterator[Finding]:
    for tensor in model.config.outputs:
        if not drawn.is_mapped(tensor.name):
            yield _unmapped_output(model, drawn, tensor)
        elif tensor.name not in drawn.ready:
            yield _unwritten_output(model, drawn, tensor)


def _unmapped_output(model: ModelView, drawn: Graph, tensor: TensorConfig) -> Finding:
    written = [name for name, each in drawn.tensors.items() if each.producers and name not in drawn.outputs]
    meant = nearest(tensor.name, written)
    return model.problem(
        "ens-output-unmapped",
        f"No step writes the ensemble's output “{tensor.name}”.",
        phase="2",
        server=f"ensemble output '{tensor.name}' for ensemble {_title(model)}' is not used",
        path=tensor.path,
        fixes=[renaming(tensor.path, "name", meant)],
    )


def _unwritten_output(model: ModelView, drawn: Graph, tensor: TensorConfig) -> Finding:
    source = drawn.missing_source(tensor.name)
    because = f": at least one of its depending tensors, '{source}', is not connected" if source is not None else ""
    reason = f", since nothing writes “{source}”" if source is not None else ""
    return model.problem(
        "ens-output-not-written",
        f"The ensemble's output “{tensor.name}” never gets data{reason}.",
        phase="2",
        server=f"output '{tensor.name}' for ensemble '{_title(model)}' is not written{because}",
        path=tensor.path,
    )


def _unused(model: ModelView, drawn: Graph) -> Iterator[Finding]:
    # The server comes to the tensor first that its text mentions last, and names that one alone.
    for tensor in reversed(tuple(drawn.tensors.values())):
        # What no step mentions, and what is written but feeds an output, was judged above.
        if not drawn.is_mapped(tensor.name) or (tensor.is_output and tensor.name in drawn.ready):
            continue
        unwritten = tensor.name not in drawn.ready
        if (unwritten and tensor.is_output) or not (unwritten or drawn.feeds_nothing(tensor.name)):
            continue
        port, side = (tensor.consumers[0], "input_map") if tensor.consumers else (tensor.producers[0], "output_map")
        yield model.problem(
            "ens-tensor-unused",
            _unused_message(drawn, tensor.name),
            phase="2",
            server=f"ensemble tensor '{tensor.name}' is unused in ensemble '{_title(model)}'",
            path=model.map_entry((*drawn.steps[port.step].path, side), port.name),
            fixes=[_unused_fix(model, drawn, tensor.name)],
        )


def _unused_message(drawn: Graph, name: str) -> str:
    tensor = drawn.tensors[name]
    if not tensor.producers and not tensor.is_input:
        return f"No step writes the tensor “{name}”, and it is no input of the ensemble."
    if name in drawn.ready:
        return f"Nothing reads the tensor “{name}”, and it is no output of the ensemble."
    return f"The tensor “{name}” never gets data."


def _unused_fix(model: ModelView, drawn: Graph, name: str) -> Fix | None:
    """A tensor that is read but not written is most often one that is written but not read, misspelled."""
    tensor = drawn.tensors[name]
    if tensor.producers or tensor.is_input or len(tensor.consumers) != 1:
        return None
    port = tensor.consumers[0]
    others = [each for each, found in drawn.tensors.items() if found.producers or found.is_input]
    own = drawn.steps[port.step].output_map.values()
    meant = nearest(name, [each for each in others if each not in own])
    entry = model.map_entry((*drawn.steps[port.step].path, "input_map"), port.name)
    return renaming(entry, "value", meant)


def has_steps(model: ModelView) -> bool:
    """Whether it is an ensemble with steps that can be judged."""
    return model.is_ensemble and model.config.scheduling == "ensemble_scheduling"


def renaming(parent: TextPath, field: str | int, name: str) -> Fix | None:
    """A fix that gives a field another name; None for an empty one."""

    def edit(draft: Draft) -> Draft:
        return draft.set(*parent, field, name)

    return Fix(f"Change it to “{name}”", edit=edit) if name else None


def _title(model: ModelView) -> str:
    return model.config.name or model.name


RULES = (static,)
