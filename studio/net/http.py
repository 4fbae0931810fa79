"""HTTP as the studio reads it: whole answers of at most so many bytes, within one deadline for all of a call.

httpcore and not httpx or `tritonclient.http`: its connections can be given the call's deadline (see `deadline`), and
it is bound to no thread.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn
from urllib.parse import quote

from studio.core.serving.access import Access
from studio.core.serving.address import Address
from studio.failure import Failure
from studio.net import tls
from studio.net.cancel import Cancel
from studio.net.compression import BadCompression, inflated
from studio.net.proxy import Proxy, ProxyError, proxy_for

if TYPE_CHECKING:
    import httpcore

Kind = Literal["unreachable", "deadline", "malformed", "too_large", "request", "cancelled"]
_CONNECTIONS = 100
_KEPT_CONNECTIONS, _KEPT_SECONDS = 20, 5.0
_NONE = Access()
_UNSENDABLE = "one of its headers cannot be sent."
_FRAMING = (b"content-length", b"transfer-encoding")
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~"


class HttpError(Failure):
    """A call without an answer that can be used. `kind` says which way; `error` is what the system said, if it did."""

    def __init__(self, kind: Kind, reason: str, error: OSError | None = None, remedy: str = "") -> None:
        super().__init__("Read over HTTP", reason, remedy)
        self.kind: Kind = kind
        self.error = error


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Question:
    """One call, and what ends it."""

    method: str
    path: str
    timeout: float
    headers: Mapping[str, str]
    body: bytes | None = None
    cancel: Cancel | None = None


class HttpReader:
    """One address; its connections are kept and shared by threads, which may all call at once."""

    def __init__(self, address: Address, access: Access = _NONE) -> None:
        self.address = address
        self._access = access
        self._lock = threading.Lock()
        self._pool: httpcore.ConnectionPool | None = None
        self._users: dict[httpcore.ConnectionPool, int] = {}

    def exchange(
        self,
        method: str,
        path: str,
        timeout: float,
        cap: int,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        cancel: Cancel | None = None,
    ) -> Answer:
        """The answer to one call, read whole. Raises HttpError, for one of more than `cap` bytes too."""
        with self._answer(_Question(method, path, timeout, headers or {}, body, cancel)) as response:
            found = _headers(response)
            return Answer(response.status, found, b"".join(_parts(response, found, headers or {}, cap)))

    def beginning(self, path: str, timeout: float, cap: int) -> tuple[Answer, bool]:
        """The answer to a GET, at most `cap` bytes of it, and whether that is all. Raises HttpError."""
        with self._answer(_Question("GET", path, timeout, {})) as response:
            found, size = _headers(response), 0
            if found.get("content-encoding", "identity") != "identity":
                raise HttpError("malformed", "it is compressed, which nobody asked for")
            parts: list[bytes] = []
            for part in response.iter_stream():
                parts.append(part)
                if (size := size + len(part)) > cap:
                    break
            return Answer(response.status, found, b"".join(parts)[:cap]), size <= cap

    def follow(
        self,
        path: str,
        timeout: float,
        cap: int,
        taken: Callable[[int, Mapping[str, str], bytes], object],
        headers: Mapping[str, str],
        body: bytes,
        cancel: Cancel | None = None,
    ) -> None:
        """Posts a call and hands on its answer as it comes, with its status and headers. Raises HttpError."""
        with self._answer(_Question("POST", path, timeout, headers, body, cancel)) as response:
            found = _headers(response)
            for part in _parts(response, found, headers, cap):
                taken(response.status, found, part)

    def status(self, method: str, path: str, timeout: float) -> int:
        """The status of the answer to one call, whose body is not read. Raises HttpError."""
        with self._answer(_Question(method, path, timeout, {"Connection": "close"})) as response:
            return int(response.status)

    def close(self) -> None:
        """Ends the connections, those in use after their call; the next call opens new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
            is_idle = pool is not None and not self._users.get(pool)
        if pool is not None and is_idle:
            pool.close()

    @contextmanager
    def _answer(self, asked: _Question) -> Iterator[httpcore.Response]:
        from studio.net.deadline import deadline

        given = {"Accept-Encoding": "identity", **self._access.headers_for(self.address), **asked.headers}
        sent = _sent(given)
        pool = self._connected()
        try:
            with (
                deadline(asked.timeout, asked.cancel, has_body=bool(asked.body)),
                pool.stream(
                    asked.method,
                    _url(self.address, asked.path),
                    headers=sent,
                    content=asked.body,
                    extensions={"timeout": {"pool": asked.timeout}},
                ) as response,
            ):
                yield response
        except _failures() as error:
            if asked.cancel is not None and asked.cancel.is_set:
                raise HttpError("cancelled", "the call was cancelled.") from error
            _raise(error)
        finally:
            self._leave(pool)

    def _leave(self, pool: httpcore.ConnectionPool) -> None:
        """The last call of a pool that was closed meanwhile ends it: one that is just connecting would stay open."""
        with self._lock:
            self._users[pool] -= 1
            if self._users[pool]:
                return
            del self._users[pool]
            is_last = pool is not self._pool
        if is_last:
            pool.close()

    def _connected(self) -> httpcore.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = _new_pool(self.address, self._access)
            self._users[self._pool] = self._users.get(self._pool, 0) + 1
            return self._pool


def _new_pool(address: Address, access: Access) -> httpcore.ConnectionPool:
    import httpcore

    from studio.net.deadline import DeadlineBackend

    trust = _trust(address, access)
    name = access.server_name
    backend = DeadlineBackend((trust, name) if trust is not None and name else None)
    proxy = _proxy(address, access)
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=trust,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_KEPT_CONNECTIONS,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=backend,
        )
    return httpcore.HTTPProxy(
        proxy_url=proxy.url,
        proxy_auth=proxy.login,
        ssl_context=trust,
        max_connections=_CONNECTIONS,
        max_keepalive_connections=_KEPT_CONNECTIONS,
        keepalive_expiry=_KEPT_SECONDS,
        network_backend=backend,
    )


def _proxy(address: Address, access: Access) -> Proxy | None:
    try:
        return proxy_for(address, access)
    except ProxyError as error:
        raise HttpError("request", str(error)) from error


def _trust(address: Address, access: Access) -> ssl.SSLContext | None:
    if not address.is_secure:
        return None
    try:
        return tls.context(access)
    except tls.TlsError as failure:
        raise HttpError("request", failure.reason, remedy=failure.remedy) from failure


def _url(address: Address, path: str) -> str:
    try:
        target = address.target.encode("idna").decode("ascii") if not address.target.isascii() else address.target
    except UnicodeError as error:
        raise HttpError("request", f"'{address.host}' is no name of a host.") from error
    return f"{'https' if address.is_secure else 'http'}://{target}{quote(address.path, safe=_KEPT_IN_PATHS)}{path}"


def _sent(given: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes. What they hold may be secret, and is not told where they cannot be sent."""
    try:
        sent = [(name.encode("ascii"), value.encode("ascii")) for name, value in given.items()]
    except UnicodeEncodeError:
        raise HttpError("request", _UNSENDABLE) from None
    if any(name.lower() in _FRAMING for name, _ in sent):
        raise HttpError("request", "its headers say how long the body is, which is told without them.")
    return sent


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _parts(
    response: httpcore.Response, headers: Mapping[str, str], asked: Mapping[str, str], cap: int
) -> Iterator[bytes]:
    """The body as it comes, at most `cap` bytes of it, without the compression that was asked for."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > cap:
        raise _too_large(cap)
    encoding = headers.get("content-encoding", "identity")
    if encoding == "identity":
        parts: Iterable[bytes] = response.iter_stream()
    elif encoding == asked.get("Accept-Encoding"):
        parts = inflated(response.iter_stream(), cap)
    else:
        raise HttpError("malformed", "it is compressed, which nobody asked for")
    size = 0
    for part in parts:
        size += len(part)
        if size > cap:
            raise _too_large(cap)
        yield part


def _failures() -> tuple[type[Exception], ...]:
    """What says that a call failed."""
    import httpcore

    theirs = httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError
    return (*theirs, httpcore.ProxyError, httpcore.UnsupportedProtocol, BadCompression, RuntimeError, OSError)


def _too_large(cap: int) -> HttpError:
    return HttpError("too_large", f"the answer is larger than {cap / 2**20:g} MiB, the most that is taken.")


def _raise(error: Exception) -> NoReturn:
    import httpcore

    if isinstance(error, BadCompression):
        raise HttpError("malformed", str(error)) from error
    if isinstance(error, httpcore.TimeoutException):
        raise HttpError("deadline", "no answer in time.") from error
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" not in str(error):
        raise HttpError("malformed", f"it is not whole HTTP ({error})") from error
    if isinstance(error, httpcore.UnsupportedProtocol | httpcore.LocalProtocolError):
        # The library writes out a header that it does not send, and that may be a secret.
        why = _UNSENDABLE if "header" in str(error).lower() else str(error)
        raise HttpError("request", why) from error
    # The library hands on what the system said as its own errors' one argument.
    first = error if isinstance(error, OSError) else next(iter(error.args), None)
    said = first if isinstance(first, OSError) else None
    why, remedy = tls.explained(str(said)) if isinstance(said, ssl.SSLError) else ("", "")
    raise HttpError("unreachable", why or str(error) or type(error).__name__, said, remedy) from error
