"""A server in a container of ours."""

from __future__ import annotations

import re
import select
import socket
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from studio.core.serving.container_causes import exit_cause
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, LogLine
from studio.engines.docker.connection import QUICK, TIMEOUT
from studio.engines.docker.endpoints import try_socket
from studio.engines.docker.errors import explain, failure
from studio.engines.log import LineReader, exit_reason
from studio.engines.ports import Claim
from studio.engines.processes import of_container

_ASK_EVERY = 0.5
_REMEMBERED_LINES = 2000
_MOST_A_CALL = 1 << 18
_HEADER = 8
_REMOVED = "Its container was removed from outside."
_LAST_WORDS = re.compile(r"Waiting for in-flight requests|^Signal \(\d+\) received|^Usage: ", re.MULTILINE)
"""Of a Triton that ends with code 0."""


@dataclass
class ContainerServer:
    """One container: `container` is docker-py's, `adopted` says that an earlier studio started it."""

    spec: LaunchSpec
    addresses: Addresses
    container: Any
    claimed: Claim
    adopted: bool = False
    _exit: Exit | None = None
    _stopped: bool = False
    _ask_at: float = 0.0
    _look_for_asker_at: float = 0.0
    _unread: list[LogLine] = field(default_factory=list)
    _recent: deque[LogLine] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_LINES))

    def __post_init__(self) -> None:
        self._lines = LineReader()
        if self.adopted:
            # What is logged between this and the next line is missed; the engine offers no seam.
            self._unread += self._lines.feed(self.container.logs())
        self._stream: LogStream | None = LogStream(self.container)

    @property
    def description(self) -> str:
        """Its image and container, as `docker ps` shows them."""
        return f"Triton in a container ({self.spec.image}, {self.container.name})"

    @property
    def is_followed(self) -> bool:
        """Whether Docker passes on its log."""
        return self._stream is not None

    def processes(self) -> frozenset[int]:
        """All that runs in the container; Docker is not asked."""
        return of_container(str(self.container.id))

    def poll(self) -> Exit | None:
        """How it ended. Docker is asked only where it closed the log, so that one that hangs holds up nothing."""
        self._unread += self._new_lines()
        now = time.monotonic()
        if self._exit is None and now >= self._look_for_asker_at:
            self._look_for_asker_at = now + _ASK_EVERY
            self._hand_over()
        if self._exit is None and self._stream is None and now >= self._ask_at:
            self._exit = self._look()
            self._ask_at = time.monotonic() + _ASK_EVERY
        return self._exit

    def _hand_over(self) -> None:
        """Lets go of the container where a person has another studio ask for it."""
        if asker := self.claimed.asker():
            self._exit = Exit(0, f"{asker} took over {self.container.name}, which runs on.", handed_over=True)

    def _look(self) -> Exit | None:
        from docker.errors import DockerException, NotFound
        from requests import RequestException

        self.container.client.api.timeout = QUICK
        try:
            try_socket(self.container.client.endpoint, QUICK)
            self.container.reload()
        except NotFound:
            return Exit(-1, _REMOVED)
        except (DockerException, RequestException, OSError) as error:
            return None if self._answers() else Exit(-1, f"Docker does not answer any more: {explain(repr(error))[0]}")
        state = self.container.attrs["State"]
        if state["Status"] == "removing":
            return Exit(-1, _REMOVED)
        if state["Status"] in ("created", "running", "restarting", "paused"):
            self._follow_again()
            return None
        self._unread += self._new_lines()
        return Exit(state["ExitCode"], self._reason(state))

    def _answers(self) -> bool:
        """Whether the server itself takes a connection: then it lives, whatever became of Docker."""
        host, _, port = self.addresses.http.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except (OSError, ValueError):
            return False
        return True

    def _follow_again(self) -> None:
        """Docker closed the log of a server that runs, as it does when it ends and comes up again."""
        from docker.errors import DockerException
        from requests import RequestException

        if self._stopped:
            return
        with suppress(DockerException, RequestException, OSError):
            self._stream = LogStream(self.container)

    def _reason(self, state: dict[str, Any]) -> str:
        if self._stopped:
            return "Stopped."
        if state.get("Error"):
            return " ".join(explain(str(state["Error"]))).strip()
        if known := exit_cause(int(state["ExitCode"]), bool(state.get("OOMKilled"))):
            return f"{known.reason} {known.remedy}"
        lines = [*self._recent, *self._unread]
        if int(state["ExitCode"]) == 0 and not any(_LAST_WORDS.search(line.text) for line in lines):
            # What Docker says of those that it lost sight of.
            return "It ended without a word, as when Docker itself is killed and started anew."
        return exit_reason(int(state["ExitCode"]), lines)

    def read_log(self) -> list[LogLine]:
        """The lines since the last call; never waits."""
        lines, self._unread = [*self._unread, *self._new_lines()], []
        self._recent.extend(lines)
        return lines

    def _new_lines(self) -> list[LogLine]:
        if self._stream is None:
            return []
        lines = self._lines.feed(self._stream.read())
        if self._stream.ended:
            lines += self._lines.close()
            self.stop_following()
        return lines

    def stop_following(self) -> None:
        """Stop following the log; the container stays as it is."""
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    def ask_to_end(self) -> bool:
        """The signal that `docker stop` begins with; what goes wrong with it `stop` tells."""
        from docker.errors import DockerException
        from requests import RequestException

        if self._exit is not None:
            return False
        try:
            try_socket(self.container.client.endpoint, QUICK)
            self.container.client.api.timeout = QUICK
            self.container.kill(self.container.attrs["Config"].get("StopSignal") or "SIGTERM")
        except (DockerException, RequestException, OSError):
            return False
        self._stopped = True
        return True

    def stop(self, timeout: float = 10.0) -> None:
        """Stop the container, by force after `timeout` seconds, and remove it."""
        from docker.errors import DockerException, NotFound
        from requests import RequestException

        if self._exit is not None and self._exit.handed_over:
            self._leave()
            return
        try:
            try_socket(self.container.client.endpoint, QUICK)
            if self._exit is None:
                self._stopped = True
                self.container.client.api.timeout = QUICK
                self.container.stop(timeout=max(0, round(timeout)))
                self._exit = self._look()
            self._unread += self._new_lines()
            self.container.client.api.timeout = TIMEOUT
            self._remove()
        except NotFound:
            self._exit = self._exit or Exit(-1, _REMOVED)
        except (DockerException, RequestException, OSError) as error:
            raise failure(error, "Stop the container") from error
        finally:
            self._leave()

    def _remove(self) -> None:
        from docker.errors import APIError

        try:
            self.container.remove(force=True)
        except APIError as error:
            # Somebody else does so already.
            if "already in progress" not in str(error.explanation):
                raise

    def _leave(self) -> None:
        self.stop_following()
        self.claimed.close()
        self.container.client.close()


class LogStream:
    """What a container prints, taken without waiting from the connection that Docker sends it on.

    Docker frames the two streams: a byte for which, three of nothing, four for the length, then that many bytes.
    """

    def __init__(self, container: Any) -> None:
        wanted = {"stdout": 1, "stderr": 1, "stream": 1}
        self._io = container.client.api.attach_socket(container.id, params=wanted)
        # Held so that it is not collected, which would close the connection.
        self._socket: socket.socket = getattr(self._io, "_sock", self._io)
        self._socket.setblocking(False)
        self._raw = bytearray()
        self.ended = False

    def read(self) -> bytes:
        """What has come since the last call; sets `ended` at its end."""
        taken = 0
        while not self.ended and taken < _MOST_A_CALL:
            try:
                data = self._socket.recv(65536)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            taken += len(data)
            self._raw += data
            self.ended = not data
        return self._whole_frames()

    def wait(self, seconds: float) -> None:
        """Wait until something has come, at most so long."""
        select.select([self._socket], [], [], seconds)

    def _whole_frames(self) -> bytes:
        out = bytearray()
        while len(self._raw) >= _HEADER:
            size = int.from_bytes(self._raw[4:_HEADER], "big")
            if len(self._raw) < _HEADER + size:
                break
            out += self._raw[_HEADER : _HEADER + size]
            del self._raw[: _HEADER + size]
        return bytes(out)

    def close(self) -> None:
        """End the connection. The HTTP response holds a socket of its own to the same end."""
        response = getattr(self._io, "_response", None)
        if response is not None:
            response.close()
        self._io.close()
        self._socket.close()
