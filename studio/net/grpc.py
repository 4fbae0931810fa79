"""gRPC as the studio speaks it: calls of bytes to bytes, so that packing can be told from the network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from studio.core.serving.access import Access
from studio.core.serving.address import Address
from studio.failure import Failure
from studio.net import tls
from studio.net.cancel import Cancel
from studio.net.compression import Compression
from studio.net.proxy import ProxyError, proxy_for

if TYPE_CHECKING:
    import grpc

Kind = Literal["unreachable", "deadline", "too_large", "cancelled", "status", "request"]
MAX_MESSAGE = 2**31 - 1
_NONE = Access()


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes with one call besides its message, and what ends it."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    compression: Compression = ""
    cancel: Cancel | None = None


_PLAIN = Asked()
# What gRPC itself says of a connection; everything else with the same code is the server's own text.
_NO_CONNECTION = (
    "failed to connect",
    "socket closed",
    "connection reset",
    "connection refused",
    "broken pipe",
    "goaway",
    "name resolution",
    "dns resolution",
    "stream removed",
    "endpoint closing",
    "http1.x server",
    "channel closed",
    "handshake",
)


class GrpcError(Failure):
    """A call without an answer, and which way; with "status" `code` is gRPC's, and `reason` the server's text."""

    def __init__(self, kind: Kind, reason: str, code: str = "", remedy: str = "") -> None:
        super().__init__("Call over gRPC", reason, remedy)
        self.kind: Kind = kind
        self.code = code


class GrpcCaller:
    """One address: one channel, shared by threads."""

    def __init__(self, address: Address, access: Access = _NONE, max_reply_bytes: int = MAX_MESSAGE) -> None:
        self._address = address
        self._access = access
        self._max_reply_bytes = min(max_reply_bytes, MAX_MESSAGE)
        self._lock = threading.Lock()
        self._channel: grpc.Channel | None = None

    def call(self, method: str, raw: bytes, timeout: float, asked: Asked = _PLAIN) -> bytes:
        """The answer to one call; `method` is its whole path. Raises GrpcError."""
        with self._told():
            call = self._connected().unary_unary(method)
            how = self._how(timeout, asked)
            reply: bytes
            if asked.cancel is None:
                # A call that somebody may end costs a thread more.
                reply = call(raw, **how)
            else:
                future = call.future(raw, **how)
                with asked.cancel.ending(future.cancel):
                    reply = future.result()
        return reply

    def follow(
        self, method: str, raw: bytes, timeout: float, taken: Callable[[bytes], object], asked: Asked = _PLAIN
    ) -> None:
        """Sends one message of a call that is a stream, and hands on each of its answers as it comes."""
        cancel = asked.cancel or Cancel()
        with self._told():
            answers = self._connected().stream_stream(method)(iter((raw,)), **self._how(timeout, asked))
            try:
                with cancel.ending(answers.cancel):
                    for each in answers:
                        taken(each)
            finally:
                # Whoever takes the answers may have had enough of them, by an exception.
                answers.cancel()

    def _how(self, timeout: float, asked: Asked) -> dict[str, Any]:
        import grpc

        sent = {**self._access.headers_for(self._address), **{name.lower(): value for name, value in asked.headers}}
        kinds = {"gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}
        return {"timeout": timeout, "metadata": tuple(sent.items()), "compression": kinds.get(asked.compression)}

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raises what gRPC raises as GrpcError."""
        import grpc

        try:
            yield
        except grpc.RpcError as error:
            raise self._explained(error) from error
        except grpc.FutureCancelledError as error:
            raise GrpcError("cancelled", "the call was cancelled.") from error
        except ValueError as error:
            if "metadata" in str(error):
                # Its text holds the headers, which may be secret.
                raise GrpcError("request", "one of its headers cannot be sent.") from None
            # What grpc raises for a channel that another thread closed.
            raise GrpcError("unreachable", str(error)) from error

    def close(self) -> None:
        """Ends the channel and what is under way on it; the next call opens a new one."""
        with self._lock:
            channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _connected(self) -> grpc.Channel:
        with self._lock:
            if self._channel is None:
                self._channel = _open(self._address, self._access, self._max_reply_bytes)
            return self._channel

    def _explained(self, error: grpc.RpcError) -> GrpcError:
        import grpc

        code, text = error.code(), error.details() or ""
        if code is grpc.StatusCode.DEADLINE_EXCEEDED:
            return GrpcError("deadline", "no answer in time.")
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than max" in text.lower():
            return GrpcError("too_large", text)
        if code is grpc.StatusCode.CANCELLED:
            return GrpcError("cancelled", "the call was cancelled")
        if code is grpc.StatusCode.UNAVAILABLE and any(mark in text.lower() for mark in _NO_CONNECTION):
            why, remedy = tls.explained(text) if self._address.is_secure else ("", "")
            return GrpcError("unreachable", why or text, remedy=remedy)
        return GrpcError("status", text, code.name)


def _open(place: Address, access: Access, max_reply_bytes: int) -> grpc.Channel:
    import grpc

    options: list[tuple[str, int | str]] = [
        ("grpc.max_send_message_length", MAX_MESSAGE),
        ("grpc.max_receive_message_length", max_reply_bytes),
        # A server that has just come up is seen soon, and one client's failures do not delay another's.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
        ("grpc.use_local_subchannel_pool", 1),
        *_proxy_options(place, access),
    ]
    if not place.is_secure:
        return grpc.insecure_channel(place.target, options=options)
    if access.server_name:
        options.append(("grpc.ssl_target_name_override", access.server_name))
    try:
        roots, key, chain = tls.grpc_files(access)
    except tls.TlsError as failure:
        raise GrpcError("request", failure.reason, remedy=failure.remedy) from failure
    return grpc.secure_channel(place.target, grpc.ssl_channel_credentials(roots, key, chain), options=options)


def _proxy_options(place: Address, access: Access) -> list[tuple[str, int | str]]:
    """The connection's own proxy; else gRPC looks at the environment itself, but for this machine."""
    if not access.proxy:
        return [("grpc.enable_http_proxy", 0 if place.is_loopback else 1)]
    try:
        proxy = proxy_for(place, access)
    except ProxyError as error:
        raise GrpcError("request", str(error)) from error
    if proxy is None:
        raise GrpcError("request", "the proxy of the connection is no address.", remedy="Write http://host:port.")
    scheme, _, rest = proxy.url.partition("://")
    login = ":".join(quote(each, safe="") for each in proxy.login) + "@" if proxy.login else ""
    return [("grpc.enable_http_proxy", 1), ("grpc.http_proxy", f"{scheme}://{login}{rest}")]
