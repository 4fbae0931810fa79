"""Checks of a repository, in the order in which the server would make them.

To add a rule, write a function in the file of its family, with `needs` where it looks at one field only, and put it
into that file's list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

from studio.core.checking.allowances import allowed, template_note
from studio.core.checking.bounded import bounded
from studio.core.checking.evidence import Files
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.rules import (
    backend,
    batching,
    decoupled,
    ensemble,
    instances,
    labels,
    layout,
    libraries,
    lint,
    model_files,
    outside,
    parse,
    policies,
    python_backend,
    ragged,
    rates,
    readings,
    sequence,
    server,
    states,
    steps,
    tensors,
    warmup,
)
from studio.core.checking.rules.applicability import is_asked, needed
from studio.core.checking.rules.context import Context, ModelView, Rule
from studio.core.config.draft import Draft
from studio.core.config.ensemble import step_models
from studio.core.files.repository import Repository

_LAYOUT_RULES: tuple[Rule, ...] = (*layout.FOLDER_RULES, *outside.FOLDER_RULES)
_FOLDER_RULES: tuple[Rule, ...] = (*_LAYOUT_RULES, *parse.RULES)
"""What is asked of every folder, readable or not."""
_POLL_RULES: tuple[Rule, ...] = (
    *policies.AGENT_RULES,
    *backend.POLL_RULES,
    *batching.RULES,
    *sequence.RULES,
    *backend.SCHEDULING_RULES,
    *ensemble.RULES,
    *policies.POLL_RULES,
)
"""What one sound configuration is asked on its own (phase 2)."""
_TENSOR_RULES: tuple[Rule, ...] = (*tensors.RULES, *ragged.RULES)
"""Asked in phase 2 where backends may complete nothing, else after they have (phase 4e)."""
_LOAD_RULES: tuple[Rule, ...] = (
    *steps.RULES,
    *decoupled.RULES,
    *layout.VERSION_RULES,
    *backend.LOAD_RULES,
    *libraries.RUNTIME_RULES,
    *instances.RULES,
    *ragged.BACKEND_RULES,
    *python_backend.RULES,
    *model_files.RULES,
    *labels.RULES,
    *libraries.STRATEGY_RULES,
    *warmup.RULES,
    *rates.RULES,
    *states.RULES,
    *tensors.LOAD_RULES,
)
"""What follows once every configuration of the repository is known (phases 3 to 5)."""
_LINT_RULES: tuple[Rule, ...] = (*outside.RULES, *lint.RULES, *labels.LINT_RULES, *backend.LINT_RULES)
"""What the server does not check, and a person would want to know."""

RULES: list[Rule] = [*_FOLDER_RULES, *_POLL_RULES, *_TENSOR_RULES, *layout.NAME_RULES, *_LOAD_RULES, *_LINT_RULES]


def check_each(
    repository: Repository, drafts: Mapping[str, Draft], profile: Profile
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """The findings of one model after the other, those of the repository itself first under "".

    `drafts` are the configurations by the name of their folder; a model without an entry has none.
    It can be left after any of them: that is how a check is cancelled, and how it tells how far it has come.
    """
    context = model_context(repository, drafts, profile)
    yield "", tuple(each for each in server.repository(repository, profile) if not profile.ignores(each.rule, ""))
    for name in context.names:
        yield name, _model(context, name)


def check_models(
    repository: Repository, names: Iterable[str], drafts: Mapping[str, Draft], profile: Profile
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """The findings of these models and of the ensembles that use them, however far; each is told once."""
    context = model_context(repository, drafts, profile)
    users, told = _users(drafts), set[str]()
    for name in names:
        for each in _affected(name, users) if name not in told else ():
            if each not in told:
                told.add(each)
                yield each, _model(context, each)


def check_model(
    repository: Repository, name: str, drafts: Mapping[str, Draft], profile: Profile
) -> tuple[Finding, ...]:
    """The findings of one model and of the ensembles that use it, however far."""
    return tuple(found for _name, several in check_models(repository, (name,), drafts, profile) for found in several)


def _users(drafts: Mapping[str, Draft]) -> dict[str, list[str]]:
    """The ensembles that use each model."""
    users: dict[str, list[str]] = {}
    for each, draft in drafts.items():
        for used in step_models(draft.config) if draft.config.steps else ():
            users.setdefault(used, []).append(each)
    return users


def _affected(name: str, users: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The model and the ensembles whose findings an edit of it can change."""
    found = {name: None}
    waiting = [name]
    while waiting:
        new = [user for user in users.get(waiting.pop(), ()) if user not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return tuple(found)


def model_context(repository: Repository, drafts: Mapping[str, Draft], profile: Profile) -> Context:
    """What rules are given to look at the models of a repository; it also answers for one model after the other."""
    return Context(repository, drafts, profile, _polls, _loads, _mended, Files(repository.bounds))


def first_error(findings: Iterable[Finding], model: str) -> str:
    """What the server's log would say of why a model does not load, "" where it does, as far as the rules know."""
    errors = (each for each in findings if each.model == model and each.severity is Severity.ERROR)
    # Of some failures the server says nothing: it crashes, or hangs.
    return next((each.server_text.partition("\n")[0] for each in errors), "")


def _polls(context: Context, model: ModelView) -> Iterator[Finding]:
    if context.profile.is_template(model.name):
        yield from _asked(context, model, _LAYOUT_RULES)
        yield template_note(model)
        return
    yield from _asked(context, model, _FOLDER_RULES)
    if _is_judged(model):
        chosen = _chosen(False, context.profile.auto_complete, model.root.names & _TELLING, model.is_ensemble)
        yield from _asked(context, model, chosen)


def _loads(context: Context, model: ModelView) -> Iterator[Finding]:
    if context.profile.is_template(model.name):
        return
    if not model.is_sound and not model.folder.is_stray:
        yield from readings.shared(context, model)
    if _is_judged(model):
        chosen = _chosen(True, context.profile.auto_complete, model.root.names & _TELLING, model.is_ensemble)
        yield from _asked(context, model, chosen)


def _mended(context: Context, model: ModelView, finding: Finding) -> Finding:
    # Loaded with the first finding: of a sound model there is none.
    from studio.core.checking.rules.fixes import mended

    return mended(context, model, finding)


def _asked(context: Context, model: ModelView, rules: Iterable[Rule]) -> Iterator[Finding]:
    for rule in rules:
        findings = rule(context, model)
        # Nearly every rule finds nothing, and is asked of each model.
        first = next(findings, None)
        if first is not None:
            yield from allowed(context.profile, model, bounded(chain((first,), findings)))


_FIRST_4E = _LOAD_RULES.index(labels.RULES[0])
_TELLING = frozenset(needed(rule) for rule in RULES) - {""}
"""The fields that some rule needs."""


@cache
def _chosen(late: bool, completes: bool, written: frozenset[str], is_ensemble: bool) -> tuple[Rule, ...]:
    """The rules for a configuration that writes these fields, when it is polled or later, when it is loaded."""
    completed, strict = (_TENSOR_RULES, ()) if completes else ((), _TENSOR_RULES)
    rules = (
        (*_LOAD_RULES[:_FIRST_4E], *completed, *_LOAD_RULES[_FIRST_4E:], *_LINT_RULES)
        if late
        else (*_POLL_RULES, *strict, *layout.NAME_RULES)
    )
    return tuple(rule for rule in rules if is_asked(rule, written, is_ensemble))


def _model(context: Context, name: str) -> tuple[Finding, ...]:
    model = context.model(name)
    return context.judged(model) if model else ()


def _is_judged(model: ModelView) -> bool:
    return model.is_sound and not model.folder.is_stray
