"""What `make gpu` runs, on GPUs that are stood in for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import gpu_engine as gpu_engine
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.standins.figures import Figures

pytestmark = [pytest.mark.engine]
_RUN = """
import sys
from tests.gpu.__main__ import main
code = main(launches=int(sys.argv[1]))
assert not [name for name in sys.modules if name.startswith("PySide6")], "it needs Qt"
sys.exit(code)
"""


def _run(figures: Figures, nvml_library: Path, gpu_engine: Path, launches: int = 1) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LD_LIBRARY_PATH": str(nvml_library.parent), "TRIREME_ENGINES": str(gpu_engine)}
    command = [sys.executable, "-c", _RUN, str(launches)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)


@pytest.mark.parametrize("launches", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_everything_holds_where_the_gpus_do_as_they_should(
    figures: Figures, nvml_library: Path, gpu_engine: Path, launches: int
) -> None:
    done = _run(figures, nvml_library, gpu_engine, launches)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    assert done.stdout.count("the model with KIND_GPU is loaded") == launches
    assert "the ladder's rung: on_gpu: loaded on GPU 0, GPU 1, by the server's word" in done.stdout
    assert done.stdout.endswith("All of it holds.\n")


def test_a_machine_without_a_gpu_says_so(figures: Figures, nvml_library: Path, gpu_engine: Path) -> None:
    figures.change(init="9")
    done = _run(figures, nvml_library, gpu_engine)
    assert done.returncode == 2
    assert done.stdout == "There is no NVIDIA GPU here to look at: the NVIDIA driver is not loaded.\n"
