"""The environment variables that an embedded server runs with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studio.core.serving.gpus import Gpus
from studio.engines.files import EngineFiles
from studio.environment import model_environment

_OF_THE_SYSTEM = tuple(f"{top}/{name}" for top in ("/usr", "") for name in ("lib", "lib64", "lib/x86_64-linux-gnu"))
"""Where the system's loader looks by itself."""


def server_environment(
    files: EngineFiles,
    library_dir: str,
    gpus: Gpus | None = None,
    more: Iterable[str] = (),
    given: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What models may have of ours, with the engine's programs and libraries first.

    `gpus` None leaves what is visible as it is. `more` are names of variables that the person lets models have,
    `given` those with a value of their own; a search path of theirs comes behind the engine's.
    """
    own_values = given or {}
    environment = model_environment(more) | dict(own_values)
    # The stub is moved away from its libraries, so its relative library path no longer holds.
    # The system's own folders come last anyway, and must not come before what the person set.
    own = "" if library_dir in _OF_THE_SYSTEM else library_dir
    libraries = [str(files.libraries), own, environment.get("LD_LIBRARY_PATH", "")]
    environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    # The stub takes the python3 that is first on PATH.
    environment["PATH"] = f"{files.python.parent}:{environment.get('PATH', '')}"
    if gpus is not None and not gpus.all and "CUDA_VISIBLE_DEVICES" not in own_values:
        environment["CUDA_VISIBLE_DEVICES"] = ",".join(gpus.ids)
    return environment
