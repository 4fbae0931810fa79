"""The files that the tracer of a server in a container writes: asked for by name, so that nothing need be mounted."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.core.tracing.sources import is_complete
from studio.engines.docker.connection import connected, errors

if TYPE_CHECKING:
    from docker import DockerClient

_ATTEMPT = "Read what the server recorded"
_MOST_BYTES = 64 << 20
_MOST_FILES = 500


@dataclass
class ContainerTraces:
    """The files of one container, which Docker gives as an archive; they go with it."""

    container: str
    file: str
    _next: int = 0

    def forget(self) -> None:
        """Leaves out what is there already. Raises EngineError."""
        with errors(_ATTEMPT), connected() as client:
            # Twice as far each time: thousands may lie there.
            step = 1
            while step:
                while _fetch(client, self.container, f"{self.file}.{self._next + step - 1}", 1) is not None:
                    self._next += step
                    step *= 2
                step //= 2

    def take(self) -> list[tuple[str, bytes]]:
        """The files that are complete and were not taken yet, with their names. Raises EngineError."""
        found: list[tuple[str, bytes]] = []
        with errors(_ATTEMPT), connected() as client:
            while len(found) < _MOST_FILES and sum(len(each) for _, each in found) < _MOST_BYTES:
                name = f"{self.file}.{self._next}"
                data = _fetch(client, self.container, name, _MOST_BYTES)
                if data is None or not (is_complete(data) or len(data) >= _MOST_BYTES):
                    return found
                found.append((name.rpartition("/")[2], data))
                self._next += 1
        return found


def _fetch(client: DockerClient, container: str, path: str, most: int) -> bytes | None:
    """The beginning of a file; None where there is none."""
    from docker.errors import NotFound

    try:
        stream, told = client.api.get_archive(container, path)
    except NotFound:
        return None
    size, archive = min(int(told.get("size", 0)), most), bytearray()
    for part in stream:
        archive += part
        if len(archive) > size + tarfile.RECORDSIZE:
            break
    try:
        with tarfile.open(fileobj=io.BytesIO(bytes(archive))) as held:
            member = held.next()
            file = held.extractfile(member) if member is not None and member.isfile() else None
            return file.read(most) if file is not None else None
    except (tarfile.TarError, EOFError):
        return b""
