"""Every failure of Docker, registries, NVIDIA's toolkit and Triton's start that is known, wherever its words appear.

The texts were seen, or stand in the source of what says them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from studio.core.serving.container_causes import exit_cause
from studio.core.serving.devices.use import says_none
from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import cause, meaning
from studio.engines.docker.errors import explain, failure

_VERSION = "Error while fetching server API version: ('Connection aborted.', "
_HOOK = (
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
    "error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: "
)


@dataclass(frozen=True)
class Row:
    """A text, what is said of it, what is to be done; `where` it may appear."""

    text: str
    reason: str
    remedy: str = ""
    where: tuple[str, ...] = ("create", "log", "load")


_CREATE = ("create",)
_ROWS = (
    Row(
        _VERSION + "FileNotFoundError(2, 'No such file or directory'))", "no Docker engine answers", "start it", _CREATE
    ),
    Row(_VERSION + "PermissionError(13, 'Permission denied'))", "you may not use Docker", "docker group", _CREATE),
    Row(
        "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
        "you may not use Docker",
        "docker group",
        _CREATE,
    ),
    Row("No such image: nvcr.io/nvidia/tritonserver:24.10-py3", "24.10-py3 is not on this machine", "docker pull"),
    Row(
        "pull access denied for nope, repository does not exist or may require 'docker login': denied",
        "no such image in its registry",
        "name and tag",
    ),
    Row(
        "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
        "the registry wants a login",
        "NGC takes $oauthtoken",
    ),
    Row(
        'Conflict. The container name "/triton" is already in use by container "0b19ea24a741". You have to remove (or '
        "rename) that container to be able to reuse that name.",
        "a container named triton is there already",
        "Stop that server",
    ),
    Row(
        "driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:8000 failed: port is "
        "already allocated",
        "port 8000 is in use",
        "another port",
    ),
    Row(
        "Error starting userland proxy: listen tcp4 127.0.0.1:8001: bind: address already in use",
        "in use by another program",
        "other port",
    ),
    Row(
        'could not select device driver "" with capabilities: [[gpu]]', "Container Toolkit is missing", "without a GPU"
    ),
    Row(
        _HOOK + "nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown",
        "NVIDIA driver is not loaded",
        "nvidia-smi",
    ),
    Row(
        _HOOK
        + "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.6, please update your driver to "
        "a newer version, or use an earlier cuda container: unknown",
        "too old for this image, which needs cuda>=12.6",
        "older image",
    ),
    Row(
        "ERROR: This container was built for NVIDIA Driver Release 560.35 or later, but\n       version 535.104.05 was "
        "detected and compatibility mode is UNAVAILABLE.",
        "NVIDIA driver 560.35 or later, and this machine has 535.104.05",
        "older image",
    ),
    Row(
        "failed to load 'net' version 1: Internal: CUDA driver version is insufficient for CUDA runtime version",
        "the NVIDIA driver is too old",
        "older image",
    ),
    Row(
        "WARNING: The NVIDIA Driver was not detected.  GPU functionality will not be available.",
        "without a GPU",
        "GPUs",
        _CREATE,
    ),
    Row(
        "Unable to initialize shared memory key 'trireme_1' to requested size (67108864 bytes). If you are running "
        "Triton inside docker, use '--shm-size' flag to control the region size. Error: No space left on device",
        "shared memory is too small",
        "Give the server more",
    ),
    Row("Failed to increase the shared memory pool size for key 'x'", "shared memory is too small", "more"),
    Row("Failed to initialize NVML: Unknown Error", "has lost its GPU", "start it again"),
    Row("write /var/lib/docker/tmp/GetImageBlob1: no space left on device", "full", "", ("create", "log", "load")),
    Row(
        "unable to find 'libtriton_dali.so' or 'dali/libtriton_dali.so' for model 'net', searched: /models/net/1",
        "no backend 'dali'",
        "-py3",
        ("log", "load"),
    ),
    Row(
        _HOOK
        + "nvidia-container-cli: mount error: failed to add device rules: bpf_prog_query(BPF_CGROUP_DEVICE) failed: "
        "operation not permitted: unknown",
        "rootless Docker",
        "no-cgroups",
    ),
)


class _Answer(Exception):
    """An error of docker-py: what Docker answered is its explanation."""

    def __init__(self, explanation: str) -> None:
        super().__init__("500 Server Error")
        self.explanation = explanation.encode()


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.reason)
def test_a_known_failure_is_told_wherever_its_words_appear(row: Row) -> None:
    told = {
        "create": failure(_Answer(row.text)).detail,
        "log": cause([LogLine("I", "loading"), LogLine("E", row.text), LogLine("E", "failed to load all models")]),
        "load": meaning(row.text),
    }
    for where in row.where:
        assert row.reason.lower() in told[where].lower(), (where, told[where])
        assert row.remedy.lower() in told[where].lower(), (where, told[where])
        assert row.text not in told[where]
    reason, remedy = explain(row.text)
    assert bool(remedy) or "create" not in row.where
    assert ",." not in reason


def test_what_a_server_without_a_gpu_writes_is_known_and_no_failure_by_itself() -> None:
    for line in (
        "WARNING: The NVIDIA Driver was not detected.  GPU functionality will not be available.",
        "Unable to allocate pinned system memory, pinned memory pool will not be available: CUDA driver version is "
        "insufficient for CUDA runtime version",
        "Cannot get CUDA device count, GPU metrics will not be available",
        "unable to create stream for pipeline: no CUDA-capable device is detected",
    ):
        assert says_none(line)
        lines = [LogLine("E", line), LogLine("E", "failed to load all models")]
        assert cause(lines) == "None or only some of the models loaded."
    assert not says_none("Collecting metrics for GPU 0: NVIDIA H100 PCIe")


@pytest.mark.parametrize(
    ("code", "out_of_memory", "words"),
    [(137, True, "ran out of the memory"), (126, False, "may not be run"), (127, False, "lacks the program")],
)
def test_the_code_of_an_exit_is_told(code: int, out_of_memory: bool, words: str) -> None:
    found = exit_cause(code, out_of_memory)
    assert found is not None
    assert words in found.reason
    assert found.remedy
