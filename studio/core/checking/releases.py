"""What is known of Triton's releases: CUDA, the driver, Python and ONNX Runtime, and which flags a release has."""

from __future__ import annotations

import re
from functools import cache

from studio.core.checking.profile import NEWEST, OLDEST, Release, release_text
from studio.value_class import dataclass

SUMMARIES_SINCE: Release = (23, 4)
"""`--metrics-config=summary_latencies=true`."""
TRACE_CONFIG_SINCE: Release = (23, 4)
"""`--trace-config`, which took the place of `--trace-file` and its like."""
CLIENT_SHARED_MEMORY_SINCE: Release = (26, 4)
"""`--allow-client-shm`: before it every client might register shared memory."""
_PYTHON_312_SINCE: Release = (24, 11)
# NVIDIA's compatibility matrix (server/docs/introduction/compatibility.md), CUDA and driver of its vLLM images: those
# of the others differ in some months by one release.
_MATRIX = """
26.08 13.4.1 615.61.00 1.28.0
26.07 13.3.0 610.43.02 1.27.0
26.06 13.3.0 610.43.02 1.24.4
26.05 13.2.1 595.58.03 1.24.4
26.04 13.2.1 595.58.03 1.24.4
26.03 13.2.0 595.45.04 1.24.2
26.02 13.1.1 590.48.01 1.24.1
26.01 13.1.1 590.48.01 1.23.2
25.12 13.1.0 590.44.01 1.23.2
25.11 13.0.2 580.95.05 1.23.2
25.10 13.0.2 580.95.05 1.23.1
25.09 13.0.1 580.82.07 1.23.0
25.08 13.0.1 580.82.07 1.23.0
25.07 12.9.0 575.51.03 1.22.0
25.06 12.9.0 575.51.03 1.22.0
25.05 12.9.0 575.51.03 1.22.0
25.04 12.9.0 575.51.02 1.21.0
25.03 12.8.1 570.124.06 1.21.0
25.02 12.8.0 570.86.10 1.20.1
25.01 12.8.0 570.86.10 1.20.1
24.12 12.6.3 560.35.05 1.20.1
24.11 12.6.3 560.35.05 1.19.2
24.10 12.6.2 560.35.03 1.19.2
24.09 12.6.1 560.35.03 1.19.2
24.08 12.6.0 560.35.03 1.18.1
24.07 12.5.1 555.42.06 1.18.1
24.06 12.5.0 555.42.02 1.18.0
24.05 12.4.1 550.54.15 1.18.0
24.04 12.4.1 550.54.15 1.17.3
"""


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What one release holds and needs; an empty text is not known. `driver` is the least for its CUDA."""

    release: Release
    cuda: str = ""
    driver: str = ""
    python: str = ""
    onnxruntime: str = ""


@cache
def _matrix() -> dict[Release, ReleaseFacts]:
    lines = (line.split() for line in _MATRIX.split("\n") if line)
    return {
        (release := (int(name[:2]), int(name[3:]))): ReleaseFacts(
            release, cuda, driver.removesuffix(".00"), _python(release), onnxruntime
        )
        for name, cuda, driver, onnxruntime in lines
    }


def facts(release: Release) -> ReleaseFacts:
    """What is known of a release; of one that is not in NVIDIA's matrix its Python at most."""
    known = _matrix().get(release)
    return known or ReleaseFacts(release, python=_python(release) if OLDEST <= release <= NEWEST else "")


def newest_for_driver(driver: str) -> Release | None:
    """The newest release whose driver a machine has; None where none is that old, or the driver is not known."""
    here = _numbers(driver)
    fitting = [each.release for each in _matrix().values() if here and _numbers(each.driver) <= here]
    return max(fitting, default=None)


def driver_fits(driver: str, release: Release) -> bool | None:
    """Whether a machine's driver is as new as a release asks; None where one of them is not known."""
    here, least = _numbers(driver), _numbers(facts(release).driver)
    return here >= least if here and least else None


def facts_text(release: Release) -> str:
    """The facts of a release in a line: “CUDA 13.0.2 · driver 580.95.05 · Python 3.12 · ONNX Runtime 1.23.1”."""
    known = facts(release)
    named = (
        ("CUDA", known.cuda),
        ("driver", known.driver),
        ("Python", known.python),
        ("ONNX Runtime", known.onnxruntime),
    )
    return " · ".join(f"{name} {value}" for name, value in named if value) or f"{release_text(release)} is not known"


def release_in(image: str) -> Release | None:
    """The release in an image's tag; None where it says none."""
    match = re.search(r":(\d\d)\.(\d\d)(?:[-@]|$)", image)
    return (int(match[1]), int(match[2])) if match else None


def _python(release: Release) -> str:
    return "3.12" if release >= _PYTHON_312_SINCE else "3.10"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if re.fullmatch(r"\d+(\.\d+)*", version) else ()
