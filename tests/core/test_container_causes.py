"""Texts of Docker, registries and NVIDIA's toolkit, as they were seen or stand in their source, and what they mean."""

from __future__ import annotations

import pytest

from studio.core.serving.container_causes import container_cause, exit_cause
from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import cause

_HOOK = (
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
    "error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: "
)
_TEXTS = (
    ('could not select device driver "" with capabilities: [[gpu]]', "Container Toolkit is missing", "without a GPU"),
    (
        'error running hook #0: exec: "nvidia-container-runtime-hook": executable file not found in $PATH: unknown',
        "the hook of the NVIDIA Container Toolkit is missing",
        "Install nvidia-container-toolkit",
    ),
    (_HOOK + "nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown", "not loaded", ""),
    (
        _HOOK
        + "nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared "
        + "object file: no such file or directory: unknown",
        "its library libnvidia-ml.so.1 is missing",
        "Install the driver",
    ),
    (
        _HOOK
        + "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.6, please update your driver to a "
        + "newer version, or use an earlier cuda container: unknown",
        "which needs cuda>=12.6.",
        "older image",
    ),
    (
        "ERROR: This container was built for NVIDIA Driver Release 560.35 or later, but\n       version 535.104.05 was "
        "detected and compatibility mode is UNAVAILABLE.",
        "the NVIDIA driver 560.35 or later, and this machine has 535.104.05.",
        "older image",
    ),
    ("bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted", "rootless Docker", "no-cgroups"),
    (_HOOK + "nvidia-container-cli: device error: 7: unknown device: unknown", "no such GPU", "nvidia-smi -L"),
    ("cannot set both Count and DeviceIDs on device request", "quoted", "device=0,1"),
    (_HOOK.rstrip() + ": unknown", "ended with status 1 and said nothing", "Docker's own log"),
    (_HOOK + "the seat is taken: unknown", "refused: the seat is taken.", "nvidia-smi"),
    ("Failed to initialize NVML: Unknown Error", "lost its GPU", "start it again"),
    ("Unable to initialize shared memory key 'x' to requested size (1048576 bytes)", "shared memory is too small", ""),
    ("Failed to increase the shared memory pool size for key 'x'", "shared memory is too small", "more"),
    ("toomanyrequests: You have reached your pull rate limit.", "no more pulls", "Log in"),
    ("received unexpected HTTP status: 401 Unauthorized", "wants a login", "docker login"),
    ("Get https://nvcr.io/v2/x: unable to fetch anonymous token, status 401", "wants a login", "oauthtoken"),
    ("pull access denied for x, repository does not exist or may require 'docker login'", "no such image", "tag"),
    ("manifest for localhost:5000/x:1 not found: manifest unknown: manifest unknown", "no such image", "tag"),
    ("no matching manifest for linux/arm64/v8 in the manifest list entries", "(linux/arm64/v8)", "built for it"),
    ("standard_init_linux.go:228: exec user process caused: exec format error", "another processor", "built for it"),
    ("no such image: docker.io/x/y:1: image not known", "docker.io/x/y:1 is not on this machine", "docker pull"),
    ("No such image: triton:1", "triton:1 is not on this machine", "docker pull triton:1"),
    ('Conflict. The container name "/x" is already in use by container "abc".', "named x is there", "Stop"),
    ("Bind for 127.0.0.1:8000 failed: port is already allocated", "port 8000 is in use", "another port"),
    ("listen tcp4 127.0.0.1:8001: bind: address already in use", "port 8001 is in use", "another port"),
    ("invalid mount config: bind source path does not exist: /srv/my models", "see the folder /srv/my models", "share"),
    ("Mounts denied: The path /srv is not shared from the host", "Docker Desktop", "Share it"),
    ('exec: "tritonserver": executable file not found in $PATH: unknown', "no program tritonserver", "-py3"),
    ('exec: "/x": permission denied: unknown', "/x of the image may not be run", "-py3"),
    ("write /var/lib/docker/x: no space left on device", "the disk is full", "docker system df"),
    ("x509: certificate signed by unknown authority", "does not trust", "certs.d"),
    ('Get "http://127.0.0.1:5000/v2/x/blobs/sha256:78fa": EOF', "registry broke off", "Pull it again"),
    ("unexpected EOF", "registry broke off", "Pull it again"),
    (
        "error pulling image configuration: download failed after attempts=6: EOF",
        "registry broke off",
        "Pull it again",
    ),
    (
        'Get "http://127.0.0.1:5000/v2/x/blobs/sha256:78fa": http: server closed idle connection',
        "registry broke off",
        "Pull it again",
    ),
    (
        'Head "https://r/v2/x/manifests/y": write tcp 10.0.0.1:4->10.0.0.2:443: write: broken pipe',
        "registry broke off",
        "Pull it again",
    ),
    ("filesystem layer verification failed for digest sha256:78fa", "registry broke off", "whole are kept"),
    ("http: server gave HTTP response to HTTPS client", "no TLS", "insecure-registries"),
    ("dial tcp: lookup nvcr.io: no such host", "cannot be reached", "proxy"),
    ("dial tcp 127.0.0.1:5000: connect: connection refused", "cannot be reached", "network"),
    ("WARNING: The NVIDIA Driver was not detected.  GPU functionality will not be available.", "without a GPU", "GPUs"),
)


@pytest.mark.parametrize(("text", "reason", "remedy"), _TEXTS)
def test_what_is_said_is_understood(text: str, reason: str, remedy: str) -> None:
    found = container_cause(text)
    assert found is not None
    assert reason in found.reason
    assert remedy in found.remedy
    assert ",." not in found.reason
    assert "{" not in found.reason + found.remedy


def test_what_is_not_known_is_left() -> None:
    assert container_cause("a model said: Permission denied, timed out") is None


def test_what_stands_in_a_log_is_understood_there_too() -> None:
    told = [LogLine("", "nvidia-container-cli: initialization error: nvml error: driver not loaded")]
    assert cause(told).startswith("The NVIDIA driver is not loaded on this machine. Run nvidia-smi")
    lost = [LogLine("", "Failed to initialize NVML: Unknown Error"), LogLine("E", "failed to load all models")]
    assert "lost its GPU" in cause(lost)
    banner = [LogLine("", "WARNING: The NVIDIA Driver was not detected."), LogLine("E", "failed to load all models")]
    assert cause(banner) == "None or only some of the models loaded."


def test_exit_codes_that_mean_something_by_themselves() -> None:
    memory, no_right, no_program = exit_cause(137, True), exit_cause(126, False), exit_cause(127, False)
    assert memory is not None
    assert "memory" in memory.reason
    assert no_right is not None
    assert "may not be run" in no_right.reason
    assert no_program is not None
    assert "lacks the program" in no_program.reason
    assert exit_cause(137, False) is None
    assert exit_cause(1, False) is None
