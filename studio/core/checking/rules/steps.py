"""Ensembles against the models of their steps."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.applicability import of_ensembles
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.ensemble import has_steps, renaming
from studio.core.checking.rules.flow import agreement, batch, declared
from studio.core.checking.rules.interfaces import interface
from studio.core.checking.rules.words import CODES, nearest, quoted
from studio.core.config.ensemble import cycle, step_models
from studio.core.config.step_config import StepConfig
from studio.text.tree import Path as TextPath


@of_ensembles
def step_missing(context: Context, model: ModelView) -> Iterator[Finding]:
    """Steps that name a model which the repository lacks, or which the server could not read."""
    if not has_steps(model):
        return
    lacking = [step for step in model.config.steps if step.model_name and not context.is_available(step.model_name)]
    for step in lacking:
        there = context.model(step.model_name) is not None
        message = (
            f"The step's model “{step.model_name}” cannot be read by the server, so neither can the ensemble."
            if there
            else f"There is no model “{step.model_name}” in the repository."
        )
        meant = "" if there else nearest(step.model_name, _others(context, model))
        yield model.problem(
            "ens-step-missing",
            message,
            phase="3",
            server=f"ensemble {model.name} contains models that are not available or ambiguous: {step.model_name}",
            path=(*step.path, "model_name"),
            fixes=[renaming(step.path, "model_name", meant)],
        )


def _others(context: Context, model: ModelView) -> list[str]:
    return [folder.name for folder in context.repository.models if folder.name != model.name]


@of_ensembles
def circular(context: Context, model: ModelView) -> Iterator[Finding]:
    """Ensembles that run one another in a circle."""
    if not has_steps(model):
        return
    chain = cycle(model.name, lambda name: _steps_of(context, name))
    if not chain:
        return
    step = next(step for step in model.config.steps if step.model_name == (*chain, model.name)[1])
    yield model.problem(
        "ens-circular",
        "These ensembles run one another in a circle: " + " → ".join((*chain, model.name)) + ".",
        phase="3",
        server=f"circular dependency between ensembles: {model.name} -> ... -> {chain[-1]} -> {model.name}",
        path=(*step.path, "model_name"),
    )


def _steps_of(context: Context, name: str) -> tuple[str, ...]:
    used = context.model(name)
    return step_models(used.config) if used and has_steps(used) else ()


@of_ensembles
def steps_ready(context: Context, model: ModelView) -> Iterator[Finding]:
    """Steps whose model or version the server does not load. It goes through all of them and tells of the last."""
    for step, used in reversed(list(_loaded_steps(context, model))):
        error = next((each for each in context.judged(used) if each.severity is Severity.ERROR), None)
        if error is None:
            yield from _version(model, step, used)
            continue
        reason = error.server_text.removeprefix(f"failed to load model '{used.name}': ")
        if used.is_ensemble and error.phase in ("3", "5"):
            yield _invalid(model, step, used, error)
            continue
        code = CODES.get(error.rule, "Invalid argument")
        states = (f"version {version} is at UNAVAILABLE state: {code}: {reason};" for version in used.versions)
        yield model.problem(
            "ens-dependency-not-loaded",
            f"The step's model “{used.name}” does not load, so neither does the ensemble. {error.message}",
            phase="5",
            server=f"ensemble '{model.name}' depends on '{used.name}' which has no loaded version. Model "
            f"'{used.name}' loading failed with error: {''.join(states) or reason}",
            path=(*step.path, "model_name"),
        )


def _invalid(model: ModelView, step: StepConfig, used: ModelView, error: Finding) -> Finding:
    return model.problem(
        "ens-dependency-invalid",
        f"The step's ensemble “{used.name}” is not sound, so neither is this one. {error.message}",
        phase="5",
        server=f"ensemble '{model.name}' depends on '{used.name}' which is not valid. Model '{used.name}' failed with "
        f"error: {error.server_text}",
        path=(*step.path, "model_name"),
    )


def _version(model: ModelView, step: StepConfig, used: ModelView) -> Iterator[Finding]:
    """A version that the server does not load; left out means version 0, not the latest."""
    if step.model_version in (-1, *used.versions):
        return
    left_out = not model.given(*step.path, "model_version")
    yield model.problem(
        "ens-required-version",
        f"The step leaves out model_version, which means version 0 of “{used.name}”. -1 means the latest one."
        if left_out
        else f"The server does not load version {step.model_version} of “{used.name}”.",
        phase="5",
        server=f"ensemble '{model.name}' depends on '{used.name}' whose required version {step.model_version} is not "
        "loaded.",
        path=(*step.path, "model_version"),
        fixes=[_latest(step.path)],
    )


def _latest(step: TextPath) -> Fix:
    return Fix("Use the latest version (-1)", edit=lambda draft: draft.set(*step, "model_version", -1))


@of_ensembles
def mappings(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each step against its model and the steps before it: batch size, maps, data types and shapes."""
    if not has_steps(model):
        return
    known = declared(model)
    for step, written in _loaded_steps(context, model):
        used, is_certain = interface(context, written)
        yield from batch(model, used)
        yield from _unknown_inputs(model, step, used, is_certain=is_certain)
        yield from _unmapped_inputs(model, step, used)
        reads = (step.input_map, used.config.inputs, used)
        yield from agreement(model, (*step.path, "input_map"), reads, known)
        yield from _unknown_outputs(model, step, used, is_certain=is_certain)
        yield from _same_outputs(model, step, used)
        writes = (step.output_map, used.config.outputs, used)
        yield from agreement(model, (*step.path, "output_map"), writes, known)


def _unknown_inputs(model: ModelView, step: StepConfig, used: ModelView, *, is_certain: bool) -> Iterator[Finding]:
    names = [tensor.name for tensor in used.config.inputs]
    for port, tensor in step.input_map.items() if names or is_certain else ():
        if port not in names:
            free = [name for name in names if name not in step.input_map]
            yield _unknown_port(
                model,
                "ens-map-input-unknown",
                (step, used, port, "input_map"),
                f"in ensemble {model.name}, ensemble tensor {tensor} is mapping to non-existing input {port} in model "
                f"{used.name}",
                (names, free),
            )


def _unknown_outputs(model: ModelView, step: StepConfig, used: ModelView, *, is_certain: bool) -> Iterator[Finding]:
    names = [tensor.name for tensor in used.config.outputs]
    for port, tensor in step.output_map.items() if names or is_certain else ():
        if port not in names:
            free = [name for name in names if name not in step.output_map]
            yield _unknown_port(
                model,
                "ens-map-output-unknown",
                (step, used, port, "output_map"),
                f"in ensemble {model.name}, ensemble tensor {tensor} is mapped from non-existing output {port} in "
                f"model {used.name}",
                (names, free),
            )


def _same_outputs(model: ModelView, step: StepConfig, used: ModelView) -> Iterator[Finding]:
    seen: set[str] = set()
    for tensor in used.config.outputs:
        if tensor.name in seen and tensor.name in step.output_map:
            target = step.output_map[tensor.name]
            yield model.problem(
                "ens-outputs-same-tensor",
                f"The model “{used.name}” has two outputs “{tensor.name}”.",
                phase="5",
                server=f"in ensemble {model.name}, multiple outputs in model {used.name} are mapped to the same "
                f"ensemble tensor {target}",
                path=model.map_entry((*step.path, "output_map"), tensor.name),
            )
        seen.add(tensor.name)


def _unknown_port(
    model: ModelView,
    rule: str,
    place: tuple[StepConfig, ModelView, str, str],
    server: str,
    names: tuple[list[str], list[str]],
) -> Finding:
    step, used, port, side = place
    known, free = names
    entry = model.map_entry((*step.path, side), port)
    meant = nearest(port, free) or (free[0] if len(free) == 1 and len(known) == 1 else "")
    word = side.removesuffix("_map")
    return model.problem(
        rule,
        f"The model “{used.name}” has no {word} “{port}”. It has {quoted(known) or 'none'}.",
        phase="5",
        server=server,
        path=entry,
        fixes=[renaming(entry, "key", meant)],
    )


def _unmapped_inputs(model: ModelView, step: StepConfig, used: ModelView) -> Iterator[Finding]:
    for tensor in used.config.inputs:
        if tensor.name and not tensor.optional and tensor.name not in step.input_map:
            yield model.problem(
                "ens-input-not-mapped",
                f"The step gives no tensor to the input “{tensor.name}” of “{used.name}”.",
                phase="5",
                server=f"in ensemble {model.name}, input {tensor.name} in model {used.name} is not mapped to any "
                "ensemble tensors",
                path=(*step.path, "input_map"),
            )


def _loaded_steps(context: Context, model: ModelView) -> Iterator[tuple[StepConfig, ModelView]]:
    """The steps whose model is known well enough to be held against the ensemble."""
    for step in model.config.steps if has_steps(model) else ():
        used = context.model(step.model_name)
        if used and used.is_sound and context.is_available(used.name):
            yield step, used


RULES = (step_missing, circular, steps_ready, mappings)
