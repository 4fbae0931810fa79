"""A running Triton, or another server of the KServe v2 protocol, as seen from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from studio.client import events, replies, timed_inference
from studio.client.failure import Attempt, ClientError
from studio.client.grpc import GrpcTransport
from studio.client.http import HttpTransport
from studio.client.override import override_text
from studio.client.replies import ServerMetadata
from studio.client.timed_inference import KnownSteps
from studio.client.transport import MAX_REPLY_BYTES, Call, Transport, Verb, answer
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, ModelState, ModelStatistics
from studio.core.inference.streams import EventPart, EventRequest, StreamPart, StreamTimes
from studio.core.serving.launch import Addresses
from studio.core.tracing.setting import Change, TraceSetting
from studio.net.cancel import Cancel

__all__ = ["LOAD_TIMEOUT", "ClientError", "ServerMetadata", "Triton"]

T = TypeVar("T")
# A large model takes minutes; closing the client ends the wait.
LOAD_TIMEOUT = 1800.0


class Triton:
    """One server. Any thread may call it, several at once too. Calls block and raise ClientError only.

    With one address of two everything goes there; with both, inference goes where the request says and the
    rest over HTTP. Connections open with the first call.
    """

    def __init__(self, addresses: Addresses, timeout: float = 10.0, *, max_reply_bytes: int = MAX_REPLY_BYTES) -> None:
        self._timeout = timeout
        self._steps = KnownSteps()
        access = addresses.access
        self._http = HttpTransport(addresses.http, max_reply_bytes, access) if addresses.http else None
        self._grpc = GrpcTransport(addresses.grpc, max_reply_bytes, access) if addresses.grpc else None

    def live(self) -> bool:
        """Whether the server answers and says that it lives; False too where nothing answers."""
        return self._healthy("live")

    def ready(self) -> bool:
        """Whether the server and its models are ready; False too where nothing answers."""
        return self._healthy("ready")

    def server_metadata(self) -> ServerMetadata:
        """Name, version and extensions."""
        return self._ask("server", "Reading what the server is", replies.server_metadata)

    def index(self) -> tuple[ModelState, ...]:
        """The repository index: a row a version, and one with empty version and state where none was loaded."""
        return self._ask("index", "Listing the models", replies.index)

    def load(self, name: str, config: str | Mapping[str, Any] | None = None, timeout: float = LOAD_TIMEOUT) -> None:
        """Loads or reloads a model and waits for it; `config` overrides its file: a dict, JSON or pbtxt text."""
        transport = self._transport()
        attempt = Attempt(f"Loading model '{name}'", transport.address, timeout)
        parameters: tuple[tuple[str, str], ...] = ()
        if config is not None:
            try:
                parameters = (("config", override_text(config)),)
            except (ValueError, TypeError) as error:
                raise attempt.unsendable(str(error)) from error
        self._steps.forget(name)
        transport.ask(Call("load", attempt, name, parameters=parameters))

    def unload(self, name: str, dependents: bool = False) -> None:
        """Unloads a model, with `dependents` also those that were loaded since it needs them.

        Returns before it is done: the index says UNLOADING until then.
        """
        transport = self._transport()
        attempt = Attempt(f"Unloading model '{name}'", transport.address, self._timeout)
        transport.ask(Call("unload", attempt, name, parameters=(("unload_dependents", dependents),)))

    def metadata(self, name: str, version: str = "") -> ModelMetadata:
        """The tensors of a loaded model, as on the wire; which are optional only its configuration tells."""

        def read(reply: Any) -> ModelMetadata:
            return replies.metadata(reply, self._optional_inputs(name, version))

        return self._ask("metadata", f"Reading the tensors of model '{name}'", read, name, version)

    def config(self, name: str, version: str = "") -> dict[str, Any]:
        """The configuration that the server completed, with field names as in config.pbtxt."""
        return self._ask("config", f"Reading the configuration of model '{name}'", dict, name, version)

    def statistics(self, name: str = "", version: str = "") -> tuple[ModelStatistics, ...]:
        """Cumulative statistics of one model or of all."""
        what = f"Reading the statistics of model '{name}'" if name else "Reading the statistics"
        return self._ask("statistics", what, replies.statistics, name, version)

    def trace_setting(self, name: str = "") -> TraceSetting:
        """What the tracer records, of the server or of one model."""
        return self._ask("trace_setting", f"Reading the trace setting{_of(name)}", replies.trace_setting, name)

    def set_trace(self, change: Change, name: str = "") -> TraceSetting:
        """Sets the tracer, of the server or of one model, and gives what it is set to then."""
        transport = self._transport()
        attempt = Attempt(f"Changing the trace setting{_of(name)}", transport.address, self._timeout)
        return answer(transport, Call("set_trace", attempt, name, parameters=change), replies.trace_setting)

    def infer(
        self,
        request: InferRequest,
        timeout: float | None = None,
        stages: bool = True,
        cancel: Cancel | None = None,
    ) -> InferResult:
        """Sends a request and waits for its answer.

        `stages` reads statistics around it, calls that are not in `times.total`; where the server does not offer them,
        or answered others meanwhile, the stages it alone knows stay None.
        """
        transport = self._transport(request.protocol)
        attempt = self._attempt(f"Asking model '{request.model}'", transport, timeout, cancel)
        return timed_inference.infer(transport, request, attempt, self._steps if stages else None)

    def stream(
        self,
        request: InferRequest,
        taken: Callable[[StreamPart], object],
        timeout: float | None = None,
        cancel: Cancel | None = None,
    ) -> StreamTimes:
        """Sends a request over gRPC and hands on its answers as they come, on this thread, however many there are.

        What `taken` raises ends the stream, and the server is told so.
        """
        what = f"Asking model '{request.model}'"
        if self._grpc is None:
            raise ClientError(what, "streams go over gRPC only.", "Give the server's gRPC address.", "request")
        return self._grpc.stream(request, self._attempt(what, self._grpc, timeout, cancel), taken)

    def events(
        self,
        request: EventRequest,
        taken: Callable[[EventPart], object],
        timeout: float | None = None,
        cancel: Cancel | None = None,
    ) -> StreamTimes:
        """Posts JSON over HTTP and hands on the events of the answer as they come, or the one answer."""
        if self._http is None:
            remedy = "Give the server's HTTP address."
            raise ClientError(request.what, "text is generated over HTTP only.", remedy, "request")
        return events.ask(self._http, request, self._attempt(request.what, self._http, timeout, cancel), taken)

    def close(self) -> None:
        """Ends the connections, and the calls that wait on gRPC. A later call opens new ones."""
        for transport in (self._http, self._grpc):
            if transport is not None:
                transport.close()

    def _attempt(self, what: str, transport: Transport, timeout: float | None, cancel: Cancel | None) -> Attempt:
        return Attempt(what, transport.address, self._timeout if timeout is None else timeout, cancel)

    def _transport(self, protocol: str = "http") -> Transport:
        first, second = (self._grpc, self._http) if protocol == "grpc" else (self._http, self._grpc)
        chosen = first or second
        if chosen is None:
            remedy = "Give the server's HTTP or gRPC address."
            raise ClientError("Calling the server", "it has neither an HTTP nor a gRPC address.", remedy, "request")
        return chosen

    def _healthy(self, verb: Verb) -> bool:
        transport = self._transport()
        attempt = Attempt("Asking whether the server is up", transport.address, self._timeout)
        try:
            return bool(transport.ask(Call(verb, attempt)))
        except ClientError as error:
            if error.kind in ("unreachable", "deadline"):
                return False
            raise

    def _ask(self, verb: Verb, what: str, read: Callable[[Any], T], model: str = "", version: str = "") -> T:
        transport = self._transport()
        attempt = Attempt(what, transport.address, self._timeout)
        return answer(transport, Call(verb, attempt, model, version), read)

    def _optional_inputs(self, name: str, version: str) -> frozenset[str]:
        try:
            return replies.optional_inputs(self.config(name, version))
        except ClientError:
            # Servers other than Triton have no such call: all inputs then count as required.
            return frozenset()


def _of(model: str) -> str:
    return f" of model '{model}'" if model else ""
