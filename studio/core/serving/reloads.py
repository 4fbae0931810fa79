"""What a reload came to: in place, in full, or nothing at all; from the log, the statistics and the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from studio.core.serving.logs.model_log import Load
from studio.value_class import dataclass

ReloadKind = Literal["in place", "full", "nothing changed", "failed", "not known"]
_GROUPS = "instance_group"
CACHE_WORDS = "the response cache may answer as before for inputs that it has seen"


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of a model on one side of a reload.

    `executions` counts since it was taken in, None where the server does not tell; `config` is as the server reports
    it.
    """

    executions: int | None = None
    config: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reload:
    """The outcome, in words that rest on what was seen. `at` in seconds since the epoch."""

    kind: ReloadKind
    evidence: str
    at: float = 0.0
    keeps_cache: bool = False
    """Whether answers of what was there before are still in the server's response cache, which outlives it (2.51)."""

    @property
    def words(self) -> str:
        """The outcome in a few words."""
        told = {"in place": "reloaded in place", "full": "reloaded in full", "not known": "reloaded"}
        return told.get(self.kind, "the reload failed, what was there runs on" if self.kind == "failed" else self.kind)


def outcome(before: Before, after: Before, first: Load | None, last: Load | None, *, has_log: bool) -> Reload:
    """What a reload that the server said yes to came to. `first` and `last` are the model's loads in the log around it.

    Triton does nothing where no file changed; where only the instance groups did it makes and ends instances in place,
    and the others go on; else it takes the model in anew beside the old one (2.51).
    """
    if has_log and (last.number if last else 0) == (first.number if first else 0):
        return Reload("nothing changed", "no file of it has changed since it was loaded, so the server did nothing")
    counted = _by_counts(before, after)
    if counted is not None and counted.kind == "full":
        return counted
    if has_log and last is not None:
        logged = _by_log(before, after, last)
        if logged is not None:
            return logged
    return counted or _by_config(before, after, has_log=has_log)


def _by_counts(before: Before, after: Before) -> Reload | None:
    if not before.executions or after.executions is None:
        return None
    if after.executions < before.executions:
        return Reload("full", "its statistics began anew")
    if not _same(before, after):
        return Reload("in place", "its statistics went on, and version and instances that stay never stopped")
    return None


def _by_log(before: Before, after: Before, last: Load) -> Reload | None:
    if last.is_initialized:
        return Reload("full", "the backend took the model in anew")
    wanted = instances(after.config)
    if wanted and last.made < wanted:
        stayed = f"{wanted - last.made} of {wanted} instances stayed"
        made = f", {last.made} made" if last.made else ""
        return Reload("in place", f"{stayed}{made}")
    if wanted and last.made and (_same(before, after) or not _only_groups(before, after)):
        return Reload("full", f"all {wanted} instances were made anew" if wanted > 1 else "its instance was made anew")
    return None


def _by_config(before: Before, after: Before, *, has_log: bool) -> Reload:
    if before.config is None or after.config is None:
        return Reload("not known", "the server tells neither its log nor its configuration")
    if _same(before, after):
        if has_log:
            return Reload("not known", "its configuration is the same, and its log does not say what was done")
        return Reload("not known", "its configuration is the same; whether its files were taken in anew is not told")
    if _only_groups(before, after):
        return Reload("not known", "only its instance groups changed, and nothing tells whether any stayed")
    return Reload("full", "more than its instance groups changed")


def keeps_cache(kind: ReloadKind, before: Before, after: Before) -> bool:
    """Whether a response cache, where the server has one, may still answer for what was there before."""
    caches = (((each.config or {}).get("response_cache") or {}).get("enable") for each in (before, after))
    return kind in ("full", "not known") and all(caches)


def _same(before: Before, after: Before) -> bool:
    return before.config == after.config


def _only_groups(before: Before, after: Before) -> bool:
    return _without_groups(before.config) == _without_groups(after.config)


def _without_groups(config: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (config or {}).items() if name != _GROUPS}


def instances(config: Mapping[str, Any] | None) -> int:
    """How many instances a configuration in force asks for; 0 where it tells none."""
    return sum(count for count, _ in placed_instances(config))


def placed_instances(config: Mapping[str, Any] | None) -> tuple[tuple[int, str], ...]:
    """How many instances where: "CPU", "GPU 0". A group on several GPUs has its count on each of them."""
    found: dict[str, int] = {}
    for group in (config or {}).get(_GROUPS) or ():
        count = int(group.get("count") or 1)
        is_on_gpu = group.get("kind") == "KIND_GPU"
        devices = [f"GPU {number}" for number in group.get("gpus") or ()] or (["GPU"] if is_on_gpu else ["CPU"])
        for device in devices if is_on_gpu else ["CPU"]:
            found[device] = found.get(device, 0) + count
    return tuple((count, device) for device, count in found.items())
