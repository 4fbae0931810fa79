"""Looks at a server that was asked to have GPUs: at its metrics, the driver and the processes of this machine."""

from __future__ import annotations

from dataclasses import replace

from studio.core.serving.devices.use import GpuUse
from studio.core.serving.launch import Addresses
from studio.metrics import nvml
from studio.metrics.failure import MetricsError
from studio.metrics.prometheus import Prometheus


def look(known: GpuUse, addresses: Addresses, own: frozenset[int]) -> GpuUse:
    """What is known of a server's models, with what is seen now; `own` are the server's processes. Blocks."""
    return replace(known, listed=_listed(addresses), here=nvml.gpus(), holders=nvml.holders(), own=own)


def _listed(addresses: Addresses) -> tuple[str, ...] | None:
    """The GPUs in the server's metrics; None where it offers none, or does not answer now."""
    if not addresses.metrics:
        return None
    try:
        with Prometheus(addresses.metrics, access=addresses.access) as metrics:
            return tuple(gpu.uuid for gpu in metrics.scrape().gpus)
    except MetricsError:
        return None
