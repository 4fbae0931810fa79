"""The rate limiter, which counts resources over all models that are loaded together."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding
from studio.core.checking.profile import Profile
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.context import Context, ModelView
from studio.named_tuple import NamedTuple
from studio.text.tree import Path as TextPath


class _Need(NamedTuple):
    """One resource that an instance group asks for."""

    name: str
    is_global: bool
    amount: int
    gpus: tuple[int, ...]
    path: TextPath


@needs("instance_group")
def resources(context: Context, model: ModelView) -> Iterator[Finding]:
    """Resources that are both global and of a device, and those of which the server has too few."""
    if not context.profile.rate_limit or not model.root.has("instance_group"):
        return
    others = _first_users(context)
    seen: dict[str, bool] = {}
    for need in _needs(model):
        clash = seen.setdefault(need.name, need.is_global) != need.is_global
        # Which of two models comes first is a race in the server: here it is the one that sorts first.
        rival = others.get((need.name, not need.is_global))
        if clash or (rival is not None and rival < model.name):
            yield model.problem(
                "rl-global-and-device",
                f"The resource “{need.name}” is global in one instance group and of a device in another.",
                phase="4f",
                server=f'Resource "{need.name}" is present as both global and device-specific resource in the model '
                "configuration.",
                path=(*need.path, "global"),
            )
        limit = _limit(context.profile, need)
        if limit is not None and need.amount > limit:
            yield model.problem(
                "rl-resource-limit",
                f"This group needs {need.amount} of the resource “{need.name}”; the server has {limit}.",
                phase="4f",
                server=f'Resource count for "{need.name}" is limited to {limit} which will prevent scheduling of one '
                f"or more model instances, the minimum required count is {need.amount}",
                path=(*need.path, "count"),
            )


def _first_users(context: Context) -> dict[tuple[str, bool], str]:
    """The first model by name that uses a resource as global, and the first that uses it as a device's."""
    known = context.memory.get(__name__)
    if isinstance(known, dict):
        return known
    found: dict[tuple[str, bool], str] = {}
    context.memory[__name__] = found
    for name in sorted(context.names):
        model = context.model(name)
        for need in _needs(model) if model and model.is_sound else ():
            found.setdefault((need.name, need.is_global), name)
    return found


def _needs(model: ModelView) -> Iterator[_Need]:
    for group in model.root.each("instance_group"):
        for each in group.child("rate_limiter").each("resources"):
            yield _Need(each.text("name"), each.flag("global"), each.number("count"), group.numbers("gpus"), each.path)


def _limit(profile: Profile, need: _Need) -> int | None:
    """What the server was told to have; None where it was told nothing and makes as many as are needed."""
    if not profile.resources:
        return None
    limits = {each.device: each.count for each in profile.resources if each.name == need.name}
    if need.is_global:
        return limits.get("global", limits.get("", 0))
    return min((limits.get(str(gpu), limits.get("", 0)) for gpu in need.gpus), default=limits.get("", 0))


RULES = (resources,)
