"""Serves a model on the GPUs of this machine and looks whether all that is told of them holds.

usage: python -m tests.gpu [IMAGE]    (without an image the embedded engine serves)
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from studio.client.triton import Triton
from studio.core.config.datatypes import of_array
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.devices.suitable import GpuMachine, driver, examine
from studio.core.serving.devices.use import GpuUse, of_server, verdict
from studio.core.serving.doctor import Needs
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines import registry
from studio.engines.engine import Server
from studio.failure import Failure
from studio.metrics import nvml
from studio.metrics.gpu_look import look
from studio.metrics.prometheus import scrape

_MODEL = "on_gpu"
_WAIT_S = 300.0
_CODE = """\
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        inputs = [pb_utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("y", array)]) for array in inputs]
"""
_CONFIG = """\
backend: "python"
max_batch_size: 8
input { name: "x" data_type: TYPE_FP32 dims: [ 3 ] }
output { name: "y" data_type: TYPE_FP32 dims: [ 3 ] }
instance_group { count: 1 kind: KIND_GPU }
"""


class Report:
    """What was looked at, printed as it is known."""

    def __init__(self) -> None:
        self.failed = 0

    def note(self, holds: object, what: str, seen: object = "") -> None:
        """One thing, and what was seen of it."""
        self.failed += not holds
        print(f"{'ok  ' if holds else 'FAIL'} {what}{f': {seen}' if seen != '' else ''}", flush=True)


def main(image: str = "", launches: int = 3) -> int:
    """Look at everything, with so many launches; 0 where all holds."""
    report = Report()
    machine = GpuMachine(nvml.gpus(), nvml.driver())
    if not machine.gpus:
        print(f"There is no NVIDIA GPU here to look at{f': {why}' if (why := machine.driver.problem) else ''}.")
        return 2
    _look_at_machine(report, machine, image)
    with tempfile.TemporaryDirectory(prefix="trireme-gpu-") as folder:
        models = _write(Path(folder))
        first = machine.gpus[0]
        # Without Docker a UUID is CUDA's own matter, which knows it as well.
        choices = (
            ("all GPUs", Gpus(all=True)),
            ("the first by its number", Gpus(ids=("0",))),
            ("the first by its UUID", Gpus(ids=(first.uuid,))),
        )
        for title, gpus in choices[:launches]:
            print(f"-- {title}")
            _serve(report, machine, LaunchSpec(_kind(image), models, ports=Ports(0, 0, 0), gpus=gpus, image=image))
    print(f"{report.failed} of these do not hold." if report.failed else "All of it holds.")
    return 1 if report.failed else 0


def _kind(image: str) -> EngineKind:
    return EngineKind.DOCKER if image else EngineKind.EMBEDDED


def _look_at_machine(report: Report, machine: GpuMachine, image: str) -> None:
    report.note(machine.driver.version, "the driver tells its version", machine.driver.version)
    report.note(machine.driver.cuda > (0, 0), "and the newest CUDA that it runs", machine.driver.cuda)
    for gpu in machine.gpus:
        share = gpu.memory_used / gpu.memory_total if gpu.memory_total else math.nan
        report.note(gpu.uuid and 0 <= share <= 1, f"{gpu.title}, {gpu.name}", f"{share:.0%} of its memory is in use")
        for part in gpu.instances:
            report.note(part.uuid.startswith("MIG-"), f"{part.title}, {part.name}")
    suits = driver(machine, image)
    for found in [*examine(Gpus(all=True), machine, Needs(), can_pass=True), *([suits] if suits else [])]:
        print(f"     doctor, {found.level}: {found.text} {found.remedy}".rstrip())


def _write(folder: Path) -> Path:
    version = folder / "models" / _MODEL / "1"
    version.mkdir(parents=True)
    (version / "model.py").write_text(_CODE, "utf-8")
    (version.parent / "config.pbtxt").write_text(_CONFIG, "utf-8")
    return folder / "models"


def _serve(report: Report, machine: GpuMachine, spec: LaunchSpec) -> None:
    try:
        with _running(spec) as (server, client):
            _look_at_server(report, machine, spec, server, client)
    except (Failure, TimeoutError) as failure:
        report.note(False, "the server runs", getattr(failure, "detail", "") or failure)


@contextmanager
def _running(spec: LaunchSpec) -> Iterator[tuple[Server, Triton]]:
    server = registry.start(spec)
    client = Triton(server.addresses, 60)
    try:
        _wait(lambda: _is_up(server, client))
        yield server, client
    finally:
        client.close()
        server.stop()


def _is_up(server: Server, client: Triton) -> bool:
    ended = server.poll()
    server.read_log()
    if ended is not None:
        raise TimeoutError(ended.reason)
    try:
        return client.live() and bool(scrape(server.addresses.metrics).models or client.index())
    except Failure:
        return False


def _wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT_S
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"it was not ready in {_WAIT_S:.0f} s")
        time.sleep(0.1)


def _look_at_server(report: Report, machine: GpuMachine, spec: LaunchSpec, server: Server, client: Triton) -> None:
    wanted = [gpu.uuid for gpu in machine.chosen(spec.gpus)]
    (row,) = (row for row in client.index() if row.name == _MODEL)
    report.note(row.is_ready, "the model with KIND_GPU is loaded", row.reason or row.state)
    if not row.is_ready:
        return
    groups = client.config(_MODEL)["instance_group"]
    numbers = [number for group in groups if group["kind"] == "KIND_GPU" for number in group["gpus"]]
    report.note(numbers == list(range(len(wanted))), "it has an instance on each GPU of the server", numbers)
    array = np.array([[1.0, 2.0, 3.0]], np.float32)
    request = InferRequest(_MODEL, (Tensor("x", of_array(array), array),))
    answer = client.infer(request).outputs[0].array
    report.note(np.array_equal(answer, array), "it answers, and rightly", answer.tolist())
    used = look(GpuUse((_MODEL,)), server.addresses, server.processes())
    state, seen = verdict(used)
    report.note(state == "ok", "the ladder's rung", seen)
    listed = scrape(server.addresses.metrics).gpus
    named = {gpu.uuid for gpu in listed}
    report.note(named == set(wanted), "its metrics list the GPUs that were asked for", len(listed))
    shown = of_server(listed, nvml.gpus(), launched_here=True)
    report.note(all(gpu.index >= 0 for gpu in shown), "the monitor has their figures from the driver", len(shown))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
