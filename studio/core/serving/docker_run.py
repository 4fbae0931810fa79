"""A container as the `docker run` that makes it."""

from __future__ import annotations

import csv
import io
import shlex

from studio.core.serving.container import MODELS, Container
from studio.core.serving.gpus import Gpus

_BREAK = " \\\n  "


def docker_run(container: Container, host: str = "") -> str:
    """The command, broken over lines. `host` is the engine where it is not the one that Docker's command line takes."""
    return _BREAK.join(" ".join(shlex.quote(word) for word in group) for group in _words(container, host))


def shell_script(container: Container, host: str = "") -> str:
    """A script that starts it, prints its id, and ends."""
    return f"#!/bin/sh\nset -eu\nexec {docker_run(container, host)}\n"


def _words(container: Container, host: str) -> list[list[str]]:
    engine = ["docker", "--host", host] if host else ["docker"]
    words = [[*engine, "run", "--detach"]]
    words += [["--label", f"{name}={value}"] for name, value in container.labels]
    if not container.gpus.none:
        words.append(["--gpus", _gpus(container.gpus)])
    memory = ["--ipc", container.ipc] if container.ipc else ["--shm-size", f"{container.shared_memory_mb}m"]
    words.append([*memory, "--network", container.network])
    if limits := _limits(container):
        words.append(limits)
    words.append(["--user", container.user, "--cap-drop", container.drop, "--security-opt", container.security])
    # A mount rather than -v, which makes a folder that is missing and gives it to root.
    words.append(["--mount", _listed(["type=bind", f"src={container.folder}", f"dst={MODELS}", "readonly"])])
    words.append([word for here, inside in container.published for word in ("-p", f"{container.bind}:{here}:{inside}")])
    words += [["-e", f"{name}={value}"] for name, value in container.environment]
    words += [["-e", name] for name in container.inherited]
    first, *rest = container.command
    return [*words, [container.image], [first, *rest]]


def _limits(container: Container) -> list[str]:
    memory = ["--memory", f"{container.memory_mb}m"] if container.memory_mb else []
    return [*memory, *(["--cpus", f"{container.cpus:g}"] if container.cpus else [])]


def _gpus(gpus: Gpus) -> str:
    """The option is read as comma-separated values: what holds a comma is quoted."""
    return "all" if gpus.all else _listed([f"device={','.join(gpus.ids)}"])


def _listed(values: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()
