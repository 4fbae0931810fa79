"""What Docker's errors mean, and what to do about them."""

from __future__ import annotations

import re

from studio.engines.failure import EngineError

_ATTEMPT = "Start the container"

# Pattern, reason, remedy. Texts of Docker, the NVIDIA container toolkit, and docker-py.
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (
        r"could not select device driver \S* with capabilities: \[\[gpu",
        "Docker cannot pass a GPU to a container here: the NVIDIA Container Toolkit is missing.",
        "Install nvidia-container-toolkit and restart Docker, or start without a GPU.",
    ),
    (
        r"nvml error: driver not loaded",
        "the NVIDIA driver is not loaded on this machine.",
        "Run nvidia-smi to see why, or start without a GPU.",
    ),
    (
        r"unsatisfied condition: (cuda\S+)",
        "the NVIDIA driver is too old for this image, which needs {0}.",
        "Update the driver, or take an older image.",
    ),
    (
        r"unknown device|no such device|device id .* not found",
        "there is no such GPU.",
        "Choose one that nvidia-smi -L lists.",
    ),
    (
        r"pull access denied|repository does not exist|manifest unknown",
        "there is no such image in its registry, or it needs a login.",
        "Check the image's name and tag.",
    ),
    (r"No such image: (\S+)", "the image {0} is not on this machine.", "Pull it: docker pull {0}"),
    (
        r"container name \"?/?([^\"\s]+)\"? is already in use",
        "a container named {0} is there already.",
        "Stop that server first.",
    ),
    (
        r"Bind for \S*:(\d+) failed: port is already allocated|:(\d+): bind: address already in use",
        "port {0} is in use by another program.",
        "Choose another port.",
    ),
    (
        r"bind source path does not exist: (\S+)",
        "Docker does not see the folder {0}.",
        "With Docker Desktop, share it in the settings; with a remote Docker, open a folder there.",
    ),
    (
        r"exec: \"?([^\"]+?)\"?: executable file not found",
        "the image has no program {0}.",
        "Take an image of Triton, such as one whose name ends in tritonserver and whose tag ends in -py3.",
    ),
    (r"[Nn]o space left on device", "the disk is full.", "Free some space: docker system df shows what Docker takes."),
    (
        r"PermissionError|[Pp]ermission denied",
        "you may not use Docker.",
        "Join the docker group (sudo usermod -aG docker $USER, then log in again), or use rootless Docker.",
    ),
    (
        r"FileNotFoundError|ConnectionRefused|Connection (aborted|refused)|Max retries exceeded|NewConnectionError",
        "no Docker engine answers.",
        "Install Docker or start it, or use the embedded engine.",
    ),
    (r"[Tt]imed out|ReadTimeout", "Docker did not answer in time.", "Try again; then restart Docker."),
)


def explain(text: str) -> tuple[str, str]:
    """The reason and the remedy for an error's text; the text itself where it is not known."""
    for pattern, reason, remedy in _MEANINGS:
        if match := re.search(pattern, text):
            found = [group for group in match.groups() if group]
            return reason.format(*found), remedy.format(*found)
    return text.strip() or "Docker gave no reason.", ""


def failure(error: Exception, attempted: str = _ATTEMPT) -> EngineError:
    """An error of docker-py, or of the connection under it, as ours."""
    explanation = getattr(error, "explanation", None)
    if isinstance(explanation, bytes):
        explanation = explanation.decode("utf-8", "replace")
    return EngineError(attempted, *explain(str(explanation or repr(error))))
