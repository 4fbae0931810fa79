"""Whose GPUs are shown for a server, and whether it uses those that it was asked to have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.serving.devices.use import GpuProcess, GpuUse, Holders, of_server, verdict
from studio.core.serving.series import GpuReading

GB = 1 << 30
HERE = (GpuReading("GPU-a", "H100", 0, 80.0 * GB, 1.0 * GB, temperature=40.0), GpuReading("GPU-b", "A100", 1))
THERE = (GpuReading("GPU-x", memory_total=24.0 * GB),)
HALF = GpuReading("MIG-1", "A100 MIG", 1, part=0)
OWN = frozenset({7, 8})


def test_another_machines_gpus_are_not_taken_for_those_of_this_one() -> None:
    assert of_server(THERE, HERE, launched_here=False) == THERE
    assert of_server(THERE, HERE, launched_here=True) == THERE
    assert of_server((), HERE, launched_here=False) == ()


def test_what_the_driver_here_tells_of_the_servers_gpu_is_taken_and_no_other() -> None:
    assert of_server((GpuReading("GPU-a"),), HERE, launched_here=False) == HERE[:1]
    assert of_server((GpuReading("GPU-b"),), HERE, launched_here=True) == HERE[1:]
    assert of_server((GpuReading("GPU-a"), *THERE), HERE, launched_here=False) == (HERE[0], *THERE)


def test_a_server_that_was_launched_here_and_lists_none_has_this_machines() -> None:
    cut = (HERE[0], replace(HERE[1], instances=(HALF,)))
    assert of_server((), cut, launched_here=True) == (HERE[0], cut[1], HALF)


def _held(*processes: GpuProcess) -> GpuUse:
    return replace(_SERVED, holders=Holders(processes))


_SERVED = GpuUse(models=("m",), listed=("GPU-a",), here=HERE, own=OWN)


@pytest.mark.parametrize(
    ("use", "state", "words"),
    [
        (
            replace(_SERVED, holders=Holders((GpuProcess(7, "GPU-a", GB), GpuProcess(8, "GPU-a", GB)))),
            "ok",
            "2.0 GB of",
        ),
        (_held(GpuProcess(7, "GPU-b")), "ok", "memory of GPU 1"),
        (
            replace(_SERVED, holders=Holders((GpuProcess(9, "GPU-b", GB),))),
            "ok",
            "loaded on GPU 0, by the",
        ),
        (replace(_SERVED, holders=Holders((), "no permission")), "ok", "(no permission)"),
        (replace(_SERVED, listed=None), "unknown", "shows no process of this server"),
        (replace(_SERVED, listed=None, here=(), own=frozenset()), "unknown", "neither driver nor metrics"),
        (replace(_SERVED, has_none=True, listed=()), "unknown", "finds no GPU"),
        (replace(_SERVED, refused=("n",)), "fail", "n asks for one that the server does not have"),
        (replace(_SERVED, models=(), refused=("n",)), "fail", "n asks for a GPU that the server does not"),
        (
            replace(_SERVED, models=(), listed=(), refused=("n",)),
            "fail",
            "accepted, and no GPU is inside the",
        ),
        (replace(_SERVED, models=(), listed=None, has_none=True), "fail", "accepted, and no GPU is inside the server."),
        (replace(_SERVED, models=()), "fail", "No model has an instance on a GPU; the server has GPU 0."),
        (replace(_SERVED, here=(replace(HERE[0], problem="the GPU is lost"),)), "fail", "GPU 0: the GPU is lost"),
    ],
)
def test_the_rung_says_what_was_seen(use: GpuUse, state: str, words: str) -> None:
    found = verdict(use)
    assert found[0] == state
    assert words in found[1]


def test_a_lost_gpu_that_the_server_does_not_have_is_not_its_trouble() -> None:
    lost = (HERE[0], replace(HERE[1], problem="the GPU is lost"))
    assert verdict(replace(_SERVED, here=lost))[0] == "ok"


def test_an_instance_of_a_gpu_is_named_with_it() -> None:
    cut = (replace(HERE[1], instances=(HALF,)),)
    use = replace(_SERVED, here=cut, holders=Holders((GpuProcess(7, "MIG-1", GB),)))
    assert verdict(use) == ("ok", "m: 1.0 GB of GPU 1:0")
