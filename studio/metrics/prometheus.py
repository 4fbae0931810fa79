"""Triton's metrics endpoint, scraped."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from types import TracebackType

from studio.core.serving.access import Access
from studio.core.serving.address import METRICS_PORT, AddressError, parse_address
from studio.metrics.failure import MetricsError
from studio.metrics.scrape import Scrape, parse
from studio.metrics.text_format import USUAL, Limits
from studio.net.http import HttpError, HttpReader

_NONE = Access()


class Prometheus:
    """One metrics address; its connection is kept between scrapes. For one thread at a time."""

    def __init__(self, address: str, timeout: float = 2.0, limits: Limits = USUAL, access: Access = _NONE) -> None:
        self._address = address
        self._access = access
        self._timeout = timeout
        self._limits = limits
        self._reader: HttpReader | None = None

    def scrape(self) -> Scrape:
        """Reads all metrics once, as far as the limits go; raises MetricsError."""
        body, is_whole = self._body()
        at = time.monotonic()
        try:
            return parse(body, at, self._limits, is_whole)
        except ValueError as error:
            remedy = "Check that the address is the server's metrics address."
            raise self._failed("the answer is not Prometheus text.", remedy) from error

    def close(self) -> None:
        """Ends the connection; the next scrape opens a new one."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def __enter__(self) -> Prometheus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _body(self) -> tuple[bytes, bool]:
        try:
            answer, is_whole = self._connected().beginning("", self._timeout, self._limits.size)
        except AddressError as error:
            raise self._failed(str(error), "Write host:port.") from error
        except HttpError as error:
            raise self._put_in_words(error) from error
        if answer.status != 200:
            raise self._failed(f"HTTP status {answer.status}.", "Start the server with --allow-metrics=true.")
        return answer.body, is_whole

    def _put_in_words(self, error: HttpError) -> MetricsError:
        if error.kind == "deadline":
            return self._failed(f"no answer within {self._timeout:g} s.", "Look at the server's load.")
        remedy = error.remedy or "Check that the server runs, with metrics on, and that the address is right."
        why = re.sub(r"^\[Errno -?\d+\] ", "", error.reason)
        return self._failed(f"no answer: {why.rstrip('.')}.", remedy)

    def _connected(self) -> HttpReader:
        if self._reader is None:
            address = parse_address(self._address, port=METRICS_PORT)
            place = address if address.path else replace(address, path="/metrics")
            self._reader = HttpReader(place, self._access)
        return self._reader

    def _failed(self, reason: str, remedy: str = "") -> MetricsError:
        return MetricsError(f"Reading metrics from {self._address}", reason, remedy)


def scrape(address: str, timeout: float = 2.0) -> Scrape:
    """One reading over a connection of its own."""
    with Prometheus(address, timeout) as metrics:
        return metrics.scrape()
