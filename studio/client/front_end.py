"""An OpenAI-compatible front end, such as Triton's: which models it has, and text asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio.client import events
from studio.client.failure import Attempt
from studio.client.http import HttpTransport
from studio.core.inference.streams import EventPart, EventRequest, StreamTimes
from studio.net.cancel import Cancel

_SECONDS = 10.0
_NO_LIST = "Check that the address is that of an OpenAI-compatible front end: it lists its models at /v1/models."


class FrontEnd:
    """One address. Calls block, and raise ClientError only."""

    def __init__(self, address: str) -> None:
        self._http = HttpTransport(address)

    def models(self, headers: Mapping[str, str], cancel: Cancel | None = None) -> tuple[str, ...]:
        """The models that it offers."""
        attempt = Attempt("Asking for the models of the front end", self._http.address, _SECONDS, cancel)
        found = self._http.get("/v1/models", headers, attempt)
        rows = found.get("data") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise attempt.unsendable("its answer lists no models", _NO_LIST)
        return tuple(str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row)

    def ask(
        self, request: EventRequest, taken: Callable[[EventPart], object], seconds: float, cancel: Cancel | None = None
    ) -> StreamTimes:
        """Posts a request and hands on what comes, as it comes."""
        return events.ask(self._http, request, Attempt(request.what, self._http.address, seconds, cancel), taken)

    def close(self) -> None:
        """Ends its connections."""
        self._http.close()
