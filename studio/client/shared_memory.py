"""System shared memory for one request: made, told to the server, and taken back, whatever happens."""

from __future__ import annotations

import contextlib
import itertools
import mmap
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from studio.client.failure import Attempt, ClientError
from studio.client.shared_region import Place, Shared
from studio.client.transport import Call, Transport
from studio.client.wire import encode
from studio.core.inference.requests import InferRequest
from studio.core.serving.address import AddressError, parse_address

_FOLDER = Path("/dev/shm")  # noqa: S108 - where Linux keeps shared memory, which a server opens by its name there
_ALIGN = 64
_UNREGISTER_SECONDS = 5.0


@contextmanager
def shared(transport: Transport, request: InferRequest, attempt: Attempt) -> Iterator[Shared | None]:
    """The region for a request; None where it asks for none. Raises ClientError."""
    if not request.shared_memory:
        yield None
        return
    _require_this_machine(transport, attempt)
    try:
        tensors = {tensor.name: encode(tensor) for tensor in request.inputs}
    except ValueError as error:
        raise attempt.unsendable(str(error)) from error
    inputs, end = _placed({name: len(raw) for name, raw in tensors.items()}, 0)
    outputs, end = _placed(dict(request.output_bytes), end)
    key = f"trireme-{os.getpid()}-{secrets.token_hex(8)}"
    with _memory(key, max(end, 1), attempt) as memory:
        for name, place in inputs.items():
            memory[place.offset : place.offset + place.size] = tensors[name]
        with _registered(transport, key, len(memory), attempt):
            yield Shared(key, inputs, outputs, memory)


def _require_this_machine(transport: Transport, attempt: Attempt) -> None:
    try:
        is_here = parse_address(transport.address).is_loopback
    except AddressError as error:
        raise attempt.unsendable(str(error)) from error
    if not is_here:
        why = "shared memory reaches only a server on this machine"
        raise attempt.unsendable(why, "Turn shared memory off.")


def _placed(sizes: Mapping[str, int], start: int) -> tuple[dict[str, Place], int]:
    steps = [-(-size // _ALIGN) * _ALIGN for size in sizes.values()]
    offsets = list(itertools.accumulate(steps, initial=start))
    return {name: Place(at, size) for (name, size), at in zip(sizes.items(), offsets, strict=False)}, offsets[-1]


@contextmanager
def _memory(key: str, size: int, attempt: Attempt) -> Iterator[mmap.mmap]:
    path = _FOLDER / key
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise attempt.unsendable(f"no shared memory can be had here ({error.strerror})") from error
    try:
        # Room is taken now: writing into what is not there would end the program by a signal.
        os.posix_fallocate(handle, 0, size)
        with mmap.mmap(handle, size) as memory:
            yield memory
    except OSError as error:
        remedy = "Send less, or make /dev/shm larger."
        raise attempt.unsendable(f"no shared memory of {size:,} bytes can be had ({error.strerror})", remedy) from error
    finally:
        os.close(handle)
        path.unlink(missing_ok=True)


@contextmanager
def _registered(transport: Transport, key: str, size: int, attempt: Attempt) -> Iterator[None]:
    transport.ask(Call("shm_register", attempt, key, parameters=(("key", f"/{key}"), ("byte_size", size))))
    try:
        yield
    finally:
        last = Attempt("Giving shared memory back", transport.address, _UNREGISTER_SECONDS)
        # A server that is gone has let go of it; one that hangs must not hide why the request failed.
        with contextlib.suppress(ClientError):
            transport.ask(Call("shm_unregister", last, key))
