"""A server's command line as far as it decides what loads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from studio import TYPE_CHECKING
from studio.core.checking.profile import Profile, Resource
from studio.core.failure import CoreError
from studio.core.serving.arguments import option_arguments
from studio.core.serving.kinds import ControlMode
from studio.value_class import replace

if TYPE_CHECKING:
    from typing import Final

    from studio.core.serving.launch import LaunchSpec

_SWITCHES = frozenset({"--disable-auto-complete-config"})
_BOOLEANS = frozenset({"--model-namespacing", "--exit-on-error", "--strict-model-config"})
_TRUE, _FALSE = frozenset({"true", "1", "on"}), frozenset({"false", "0", "off"})


def with_flags(profile: Profile, flags: str | Sequence[str]) -> Profile:
    """The profile as a server with these flags would have it; what decides nothing is passed over.

    Raises CoreError for a flag whose value is none.
    """
    if not flags:
        return profile
    changed = profile
    for name, value in _pairs(_words(flags) if isinstance(flags, str) else list(flags)):
        apply = FLAGS.get(name)
        if apply is None:
            continue
        try:
            changed = apply(changed, value)
        except ValueError as error:
            raise CoreError(f"Read the server's flag {name}", f"“{value}” is no value of it.") from error
    return changed


def put(flags: str, name: str, value: str) -> str:
    """The flags with one of them set, in its place or at the end; without it where the value is empty.

    Raises CoreError where the flags cannot be split.
    """
    import shlex

    words = _words(flags)
    kept: list[str] = []
    index = 0
    while index < len(words):
        own = words[index].partition("=")[0] == name
        # Its value may be the next word.
        takes = own and "=" not in words[index] and name not in _SWITCHES | _BOOLEANS
        if not own:
            kept.append(words[index])
        elif value:
            kept.append(name if name in _SWITCHES else f"{name}={value}")
            value = ""
        index += 2 if takes and index + 1 < len(words) and not words[index + 1].startswith("--") else 1
    if value:
        kept.append(name if name in _SWITCHES else f"{name}={value}")
    return shlex.join(kept)


def _words(flags: str) -> list[str]:
    import shlex

    try:
        return shlex.split(flags)
    except ValueError as error:
        raise CoreError("Read the server's flags", f"{error}.") from error


def of_launch(spec: LaunchSpec, profile: Profile) -> Profile:
    """The profile of a server that is launched this way; GPUs and backends are the given profile's."""
    base = replace(profile, control=spec.control, load=spec.load, cache=spec.cache_bytes > 0)
    return with_flags(base, [*option_arguments(spec), *spec.arguments])


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    index = 0
    while index < len(words):
        name, equals, value = words[index].partition("=")
        index += 1
        if not name.startswith("--"):
            continue
        follows = index < len(words) and not words[index].startswith("--")
        if not equals and name in FLAGS and name not in _SWITCHES and follows:
            value, index = words[index], index + 1
        yield name, value or ("true" if name in _SWITCHES | _BOOLEANS else "")


def _boolean(value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ValueError(value)


def _resource(profile: Profile, value: str) -> Profile:
    name, count, *device = value.split(":")
    if len(device) > 1:
        raise ValueError(value)
    given = Resource(name, int(count), device[0] if device else "")
    return replace(profile, resources=(*profile.resources, given))


def _backend_option(profile: Profile, value: str) -> Profile:
    backend, _, setting = value.rpartition(",")
    name, equals, text = setting.partition("=")
    if not equals:
        raise ValueError(value)
    if name == "default-max-batch-size" and backend in ("", "onnxruntime"):
        profile = replace(profile, default_max_batch_size=int(text))
    return replace(profile, backend_options=(*profile.backend_options, (backend, name, text)))


def _auto_complete(profile: Profile, value: str) -> Profile:
    return replace(profile, auto_complete=not _boolean(value))


def _exit_on_error(profile: Profile, value: str) -> Profile:
    """What one model's failure does to the others; it decides nothing about any model."""
    _boolean(value)
    return profile


FLAGS: Final[Mapping[str, Callable[[Profile, str], Profile]]] = {
    "--disable-auto-complete-config": _auto_complete,
    "--strict-model-config": _auto_complete,
    "--model-config-name": lambda profile, value: replace(profile, config_name=value),
    "--model-namespacing": lambda profile, value: replace(profile, namespacing=_boolean(value)),
    "--model-control-mode": lambda profile, value: replace(profile, control=ControlMode(value)),
    "--load-model": lambda profile, value: replace(profile, load=(*profile.load, value)),
    "--exit-on-error": _exit_on_error,
    "--rate-limit": lambda profile, value: replace(profile, rate_limit=value == "execution_count"),
    "--rate-limit-resource": _resource,
    "--cache-config": lambda profile, _value: replace(profile, cache=True),
    "--response-cache-byte-size": lambda profile, value: replace(profile, cache=int(value) > 0),
    "--min-supported-compute-capability": lambda profile, value: replace(profile, compute_capability=float(value)),
    "--backend-directory": lambda profile, value: replace(profile, backend_directory=value),
    "--repoagent-directory": lambda profile, value: replace(profile, agent_directory=value),
    "--backend-config": _backend_option,
    "--host-policy": lambda profile, value: replace(
        profile, host_policies=profile.host_policies | {value.partition(",")[0]}
    ),
    "--model-repository": lambda profile, value: replace(profile, repositories=(*profile.repositories, value)),
    "--model-store": lambda profile, value: replace(profile, repositories=(*profile.repositories, value)),
}
"""Every flag whose value is read, and what it makes of a profile."""
