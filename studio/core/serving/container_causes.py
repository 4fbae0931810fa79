"""What Docker, registries and the NVIDIA container toolkit say of a failure, in plain words, with what to do."""

from __future__ import annotations

import re

from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Why, and what to do about it."""

    reason: str
    remedy: str


_GPU = "Run nvidia-smi to see why, or start without a GPU."
_TOOLKIT = "Install nvidia-container-toolkit and restart Docker, or start without a GPU."
_IMAGE = "Take an image of Triton, such as one whose name ends in tritonserver and whose tag ends in -py3."

# Pattern, reason, remedy: the more telling first, since a hook's own words stand within Docker's.
_CAUSES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), reason, remedy)
    for pattern, reason, remedy in (
        (
            r"could not select device driver \S* with capabilities: \[\[gpu",
            "Docker cannot pass a GPU to a container here: the NVIDIA Container Toolkit is missing.",
            _TOOLKIT,
        ),
        (
            r"nvidia-container-(?:runtime-hook|toolkit|cli)\\?\"?: (?:executable file not found|no such file)",
            "Docker cannot pass a GPU to a container here: the hook of the NVIDIA Container Toolkit is missing.",
            _TOOLKIT,
        ),
        (r"nvml error: driver not loaded", "the NVIDIA driver is not loaded on this machine.", _GPU),
        (
            r"load library failed: (libnvidia-ml\.so[.\d]*|libcuda\.so[.\d]*)",
            "the NVIDIA driver is not installed on this machine: its library {0} is missing.",
            "Install the driver, or start without a GPU.",
        ),
        (
            r"unsatisfied condition: (cuda\s*[<>=]+\s*\d+(?:\.\d+)*)",
            "the NVIDIA driver is too old for this image, which needs {0}.",
            "Update the driver, or take an older image.",
        ),
        (
            r"built for NVIDIA Driver Release (\S+) or later, but\s+version (\d[\w.]*\w)",
            "the image is built for the NVIDIA driver {0} or later, and this machine has {1}.",
            "Update the driver, or take an older image.",
        ),
        (
            r"CUDA driver version is insufficient for CUDA runtime version",
            "the NVIDIA driver is too old for the CUDA of this server, or there is none.",
            "Update the driver, take an older image, or start without a GPU.",
        ),
        (
            r"bpf_prog_query\(BPF_CGROUP_DEVICE\) failed",
            "rootless Docker may not pass a GPU through control groups here.",
            "Set no-cgroups = true in /etc/nvidia-container-runtime/config.toml, or use CDI.",
        ),
        (
            r"unknown device|no such device|device id .* not found",
            "there is no such GPU.",
            "Choose one that nvidia-smi -L lists.",
        ),
        (
            r"cannot set both Count and DeviceIDs",
            "several GPUs by id have to be quoted.",
            "Write --gpus '\"device=0,1\"'.",
        ),
        (
            r"error running \S*hook[^\n]*exit status (\d+), stdout: [^,\n]*, stderr:\s*(?:: unknown|$|\")",
            "a hook that prepares GPUs ended with status {0} and said nothing.",
            "Look into Docker's own log, or start without a GPU.",
        ),
        (
            r"error running \S*hook[^\n]*stderr: (?:Auto-detected mode as '\w+'\s*)?([^\n]+?)(?:: unknown)?\"?\)?$",
            "what prepares GPUs for containers refused: {0}.",
            "Look whether nvidia-smi works here, or start without a GPU.",
        ),
        (
            r"Failed to initialize NVML: Unknown Error",
            "the container has lost its GPU, as happens when systemd reloads its units.",
            "Stop the server and start it again.",
        ),
        (
            r"Unable to initialize shared memory key|Failed to increase the shared memory pool size",
            "the shared memory is too small for its Python models.",
            "Give the server more.",
        ),
        (
            r"toomanyrequests|[Tt]oo [Mm]any [Rr]equests",
            "the registry allows no more pulls for now.",
            "Log in (docker login), or wait.",
        ),
        (
            r"unauthorized|no basic auth credentials|401 (?:Unauthorized|.*anonymous token)|anonymous token",
            "the registry wants a login.",
            "Log in with docker login and the registry's name; NGC takes $oauthtoken and an API key.",
        ),
        (
            r"pull access denied|repository does not exist|manifest unknown|manifest for \S+ not found",
            "there is no such image in its registry, or it needs a login.",
            "Check the image's name and tag.",
        ),
        (
            r"no matching manifest for (\S+)|does not match the specified platform: wanted (\S+?),",
            "the registry has no such image for this machine ({0}).",
            "Take a tag that is built for it.",
        ),
        (
            r"exec format error",
            "the image is built for another processor than this machine's.",
            "Take a tag that is built for it.",
        ),
        (
            r"[Nn]o such image: (\S+?)(?=$|\s|: image not known)",
            "the image {0} is not on this machine.",
            "Pull it: docker pull {0}",
        ),
        (
            r"container name \"?/?([^\"\s]+)\"? is already in use",
            "a container named {0} is there already.",
            "Stop that server first.",
        ),
        (
            r"Bind for \S*:(\d+) failed: port is already allocated|:(\d+): bind: address already in use"
            r"|exposing port TCP \S*:(\d+)",
            "port {0} is in use by another program.",
            "Choose another port.",
        ),
        (
            r"bind source path does not exist: (\S.*?)(?:\"|$)",
            "Docker does not see the folder {0}.",
            "With Docker Desktop, share it in the settings; with a remote Docker, open a folder there.",
        ),
        (
            r"[Mm]ounts denied|is not shared from the host",
            "Docker Desktop may not see the folder.",
            "Share it in Docker Desktop's settings, below Resources, File sharing.",
        ),
        (r"exec: \\?\"?([^\"\\]+?)\\?\"?: executable file not found", "the image has no program {0}.", _IMAGE),
        (
            r"exec: \\?\"?([^\"\\]+?)\\?\"?: permission denied",
            "the program {0} of the image may not be run as this user.",
            _IMAGE,
        ),
        (
            r"[Nn]o space left on device",
            "the disk is full.",
            "Free some space: docker system df shows what Docker takes.",
        ),
        (
            r"x509: |certificate signed by unknown authority",
            "Docker does not trust the registry's certificate.",
            "Give Docker its authority: /etc/docker/certs.d.",
        ),
        (
            # the last four are what Go's HTTP client says of a connection that ended, by the moment at which it did
            r"/blobs/\S+ (?:unexpected )?EOF|^(?:unexpected )?EOF$"
            r"|download failed after attempts=\d+: (?:unexpected )?EOF|connection reset by peer"
            r"|layer verification failed|http: server closed idle connection|transport connection broken"
            r"|write: broken pipe|use of closed network connection",
            "the connection to the registry broke off.",
            "Pull it again: layers that are whole are kept.",
        ),
        (
            r"server gave HTTP response to HTTPS client",
            "the registry speaks no TLS.",
            "Name it in insecure-registries of /etc/docker/daemon.json.",
        ),
        (
            r"no such host|TLS handshake timeout|dial tcp [^\n]*(?:connection refused|i/o timeout|unreachable)",
            "the registry cannot be reached.",
            "Look whether the network is up, and whether Docker needs a proxy.",
        ),
    )
)
_BANNER = re.compile(r"WARNING: The NVIDIA Driver was not detected")
_MOST = 16_000


def container_cause(text: str, with_banner: bool = True) -> Cause | None:
    """What a text of Docker, a registry or the toolkit means; None where it is none that is known.

    `with_banner` takes what every server without a GPU says for a cause, where there is no other.
    """
    told = text[:_MOST]
    for pattern, reason, remedy in _CAUSES:
        if match := pattern.search(told):
            found = [group.strip() for group in match.groups() if group]
            return Cause(reason.format(*found), remedy.format(*found))
    if with_banner and _BANNER.search(told):
        return Cause("the server was started without a GPU.", "Choose its GPUs and start it again.")
    return None


def exit_cause(code: int, out_of_memory: bool) -> Cause | None:
    """What the exit code of a container means by itself; None where only its log can tell."""
    if out_of_memory:
        return Cause("It ran out of the memory that its container may use.", "Allow it more.")
    if code == 126:
        return Cause("The program of its image may not be run.", _IMAGE)
    if code == 127:
        return Cause("The image lacks the program, or what is mounted hides it.", _IMAGE)
    return None
