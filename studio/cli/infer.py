"""`trireme infer MODEL`: one request, its answer on standard output."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.parts import require
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import Array, InferRequest, InferResult, Tensor
from studio.core.serving.launch import Addresses
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

_MOST_SHOWN = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme infer`."""
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("--version", default="", help="the model's version (the server chooses)")
    parser.add_argument("--http", default="", metavar="HOST:PORT", help="ask over HTTP")
    parser.add_argument("--grpc", default="", metavar="HOST:PORT", help="ask over gRPC (127.0.0.1:8001)")
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="VALUE is @FILE (.npy .npz .json, an image or raw bytes), JSON ([1, 2]), text:…, "
        "or zeros, ones, random, ramp. Inputs that are not named are zeros",
    )
    parser.add_argument("--batch", type=int, default=1, help="what a batch dimension is filled with (1)")
    parser.add_argument("--output", action="append", default=[], metavar="NAME", help="only these outputs")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds to wait (30)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    require("serve")
    from studio.client.triton import Triton

    addresses = Addresses(http=options.http, grpc=options.grpc or ("" if options.http else "127.0.0.1:8001"))
    client = Triton(addresses, timeout=options.timeout)
    try:
        result = client.infer(_request(options, client))
    finally:
        client.close()
    print(json.dumps(_as_json(result)) if options.json else _as_text(result))
    return 0


def _request(options: argparse.Namespace, client: Triton) -> InferRequest:
    declared = client.metadata(options.model, options.version).inputs
    given = pairs(options.input, options.model, declared)
    inputs = [
        Tensor(info.name, info.data_type, value_of(info, given.get(info.name, "zeros"), options.batch))
        for info in declared
        if info.name in given or not info.optional
    ]
    return InferRequest(
        model=options.model,
        version=options.version,
        inputs=tuple(inputs),
        outputs=tuple(options.output),
        protocol="http" if options.http else "grpc",
    )


def pairs(texts: Sequence[str], model: str, declared: Sequence[TensorInfo]) -> dict[str, str]:
    """What `--input NAME=VALUE` says, by the names of inputs. Raises Failure for one that the model has not."""
    given = dict(map(_pair, texts))
    if unknown := set(given) - {info.name for info in declared}:
        names = ", ".join(info.name for info in declared)
        raise Failure(f"Asking {model}", f"it has no input {sorted(unknown)[0]!r}.", f"Its inputs: {names}.")
    return given


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Failure(f"Reading --input {text}", "it is not NAME=VALUE.")
    return name, value


def value_of(info: TensorInfo, value: str, batch: int) -> Array:
    """The tensor that a VALUE of `--input` says. Raises Failure."""
    from studio.core.inference import tensors

    if value in tensors.GENERATORS and value != "constant":
        return tensors.GENERATORS[value](info.data_type, tensors.fill_dims(info.shape, batch))
    if value.startswith("@"):
        from studio.core.inference.file_tensor import tensor_from_file

        return tensor_from_file(info, Path(value[1:]))
    if value.startswith("text:"):
        return tensors.reshape(tensors.from_values(info.data_type, [value[5:]]), info.shape)
    try:
        values: Any = json.loads(value)
    except ValueError:
        raise Failure(
            f"Reading --input {info.name}", f"{value!r} is no JSON.", "Write text:… for plain text."
        ) from None
    return tensors.reshape(tensors.from_values(info.data_type, values), info.shape)


def _plain(array: Array) -> list[Any]:
    flat = array.ravel()[:_MOST_SHOWN].tolist()
    return [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in flat]


def _as_json(result: InferResult) -> dict[str, Any]:
    outputs = {
        tensor.name: {
            "data_type": tensor.data_type.short,
            "shape": list(tensor.array.shape),
            "values": [
                v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in tensor.array.ravel().tolist()
            ],
        }
        for tensor in result.outputs
    }
    times = {name: getattr(result.times, name) for name in ("total", "client", "network", "queue", "compute")}
    return {"model": result.model, "version": result.version, "outputs": outputs, "times_ns": times}


def _as_text(result: InferResult) -> str:
    from studio.core.inference.figures import statistics

    lines = [f"{result.model} version {result.version}, {result.times.total / 1e6:.2f} ms"]
    for tensor in result.outputs:
        values = ", ".join(f"{v:.4g}" if isinstance(v, float) else str(v) for v in _plain(tensor.array))
        more = " …" if tensor.array.size > _MOST_SHOWN else ""
        lines.append(f"  {tensor.name}  {tensor.data_type.short} {list(tensor.array.shape)}  {values}{more}")
        if (found := statistics(tensor.array)) and tensor.array.size > 1:
            lines.append(
                f"    min {found.minimum:.4g}  max {found.maximum:.4g}  mean {found.mean:.4g}  NaN {found.nan}"
            )
    return "\n".join(lines)
