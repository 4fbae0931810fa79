"""What the client ring raises, and how a call that failed is put in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from studio.failure import Failure
from studio.net.cancel import Cancel

Kind = Literal["unreachable", "deadline", "refused", "unsupported", "malformed", "request", "cancelled"]

# The server's own words, in lower case, and what to do about them; the first that fits.
_REMEDIES: tuple[tuple[str, str], ...] = (
    ("is restricted, expecting header", "Ask the server's operator for access, or start it without the restriction."),
    ("explicit model load / unload is not allowed", "Start the server with --model-control-mode=explicit."),
    ("decoupled transaction policy", "It answers any number of times: send it the request as a stream."),
    ("failed to poll from model repository", "Check that the model's folder is in the repository that it serves."),
    ("load failed for model", "The server's log holds more."),
    ("exceeds maximum queue size", "Send fewer requests at a time, or raise max_queue_size."),
    ("must specify the start flag", "Begin the sequence with a request that has the start flag."),
    ("is not found", "Load the model first."),
    ("is not ready", "Load the model first, and see why if that fails."),
    ("is not available", "Load the model first."),
    ("unable to open shared memory", "Turn shared memory off: this server shares none with this machine's programs."),
    ("exceeds the maximum allowed", "Send less at a time, over gRPC, or raise the server's --http-max-input-size."),
    ("request for unknown model", "Load the model first."),
    ("trace file name is not given", "Launch it with a trace file: --trace-config triton,file=… and level=OFF."),
    ("trace file location can not be updated", "Launch it with the file that you want: --trace-config triton,file=…"),
    ("unexpected shape for input", "Give the input the shape that the model declares."),
)


class ClientError(Failure):
    """A call to a server that failed.

    `kind` says where: the server cannot be reached, it did not answer in time, it was cancelled, it refused (`reason`
    holds its own text), it does not offer the call, its answer makes no sense, or the request cannot be sent as it is.
    """

    def __init__(self, attempted: str, reason: str, remedy: str = "", kind: Kind = "refused") -> None:
        super().__init__(attempted, reason, remedy)
        self.kind: Kind = kind


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call as a person would name it ("Loading model 'm' on 127.0.0.1:8000"), and how long it may take."""

    what: str
    address: str
    timeout: float
    cancel: Cancel | None = None

    def unreachable(self, why: str, remedy: str = "") -> ClientError:
        """No connection, or one that broke."""
        usual = "Check that the server runs and that the address is right."
        return self._error(_sentence(f"no answer: {_plainly(why)}"), remedy or usual, "unreachable")

    def late(self) -> ClientError:
        """It took longer than it may."""
        remedy = "Look at the server's log and load, or allow more time."
        return self._error(f"no answer within {self.timeout:g} s.", remedy, "deadline")

    def cancelled(self, *, is_told: bool) -> ClientError:
        """Somebody ended it; whether the server was told so depends on the protocol."""
        reason = "it was cancelled, and the server was told so." if is_told else "it was cancelled."
        remedy = "" if is_told else "Over HTTP the server is not told: it may go on to the end of what it does."
        return self._error(reason, remedy, "cancelled")

    def refused(self, text: str) -> ClientError:
        """The server said no; its text stands as it is."""
        words = text.strip().rstrip(";").strip() or "the server gave no reason"
        return self._error(_sentence(words), _remedy(words), "refused")

    def unsupported(self, text: str = "") -> ClientError:
        """The server does not know the call."""
        detail = f" ({text.strip()})" if text.strip() else ""
        return self._error(f"the server does not offer this{detail}.", _remedy(text), "unsupported")

    def malformed(self, why: str) -> ClientError:
        """The answer cannot be read."""
        remedy = "Check that the address is that of a server of the KServe v2 protocol."
        return self._error(_sentence(f"the answer makes no sense: {why}"), remedy, "malformed")

    def too_large(self, limit: int) -> ClientError:
        """The answer is larger than is taken in."""
        reason = f"the answer is larger than {limit / 2**20:g} MiB, the most that is taken."
        return self._error(reason, "Ask for fewer outputs or a smaller batch.", "malformed")

    def unsendable(self, why: str, remedy: str = "") -> ClientError:
        """The request cannot be put on the wire."""
        return self._error(_sentence(why), remedy, "request")

    def _error(self, reason: str, remedy: str, kind: Kind) -> ClientError:
        return ClientError(f"{self.what} on {self.address}", reason, remedy, kind)


def _plainly(why: str) -> str:
    """Why a connection failed, without the addresses and numbers that libraries put before it."""
    last = why.rsplit(": ", 1)[-1] if "last error:" in why else why
    return re.sub(r"^\[Errno -?\d+\] ", "", last)


def is_known_refusal(text: str) -> bool:
    """Whether a text is one of those that Triton says no with, whatever the code beside it."""
    return bool(_remedy(text))


def _remedy(text: str) -> str:
    low = text.lower()
    return next((remedy for mark, remedy in _REMEDIES if mark in low), "")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
