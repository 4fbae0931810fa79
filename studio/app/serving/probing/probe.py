"""Looks at a server that has come up: which backends and GPUs its models use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.app.tasks import TaskContext
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import Array, InferRequest, ModelMetadata, Tensor
from studio.core.serving.kinds import STAND_INS, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

_MOST_MODELS = 40


@dataclass(frozen=True, slots=True)
class Probe:
    """The backends that the server names for its models, and the models that it has on a GPU."""

    backends: tuple[str, ...] = ()
    on_gpu: tuple[str, ...] = ()


def probe(client: Triton, models: Iterable[str], context: TaskContext) -> Probe:
    """Read the configurations of loaded models as the server completed them."""
    configs: dict[str, dict[str, Any]] = {}
    for name in list(models)[:_MOST_MODELS]:
        context.raise_if_cancelled()
        try:
            configs[name] = client.config(name)
        except Failure:
            # It was unloaded meanwhile, or the server has no such call.
            continue
    backends = sorted({backend_of(config) for config in configs.values()} - {""})
    on_gpu = tuple(name for name, config in configs.items() if _uses_gpu(config))
    return Probe(tuple(backends), on_gpu)


def backends_seen(found: Probe, spec: LaunchSpec | None) -> str:
    """The backends as evidence."""
    return ", ".join(_named(name, spec) for name in found.backends) or "The server does not tell."


def _named(backend: str, spec: LaunchSpec | None) -> str:
    """A backend, and that a stand-in runs in its place where one does."""
    is_embedded = spec is not None and spec.kind is EngineKind.EMBEDDED
    return f"{backend} (stand-in)" if is_embedded and backend in {each.backend for each in STAND_INS} else backend


def zeros(model: ModelMetadata) -> InferRequest:
    """A request of zeros (empty strings) in the smallest shape that a model declares."""
    tensors = (Tensor(each.name, each.data_type, _zeros(each)) for each in model.inputs if not each.optional)
    return InferRequest(model.name, tuple(tensors))


def _zeros(tensor: TensorInfo) -> Array:
    from studio.core.inference.tensors import zeros as zeros_of

    return zeros_of(tensor.data_type, tuple(1 if size < 0 else size for size in tensor.shape))


def backend_of(config: Mapping[str, Any]) -> str:
    """The backend of a model, by its completed configuration."""
    platform = str(config.get("platform", ""))
    return str(config.get("backend") or platform.partition("_")[0])


def _uses_gpu(config: Mapping[str, Any]) -> bool:
    return any(group.get("kind") == "KIND_GPU" for group in config.get("instance_group", ()))
