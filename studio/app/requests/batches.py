"""A model asked about many files: a few at a time, with a pause, an end and a way to go on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.serving.connected import ConnectedServer
from studio.app.serving.several.current import CurrentServer
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import InferRequest
from studio.failure import Failure
from studio.net.cancel import Cancel

if TYPE_CHECKING:
    from studio.client.file_runs import FileRun
    from studio.client.triton import Triton
    from studio.core.inference.batches.journal import Journal
    from studio.core.inference.batches.results import FileResult

AT_ONCE = 4


class FileBatch(QObject):
    """One run at a time, against the server that is current when it begins. UI thread only.

    What comes is kept in the folder of results file by file, so that a run which ended, by a cancel or a crash, goes on
    there.
    """

    progressed = Signal(int, int, int)
    """How many files are over, how many of them failed, and how many there are."""
    ended = Signal(object)
    """tuple[Path, Path]: the table and the arrays with all that came; None where they could not be written."""

    def __init__(self, server: CurrentServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_paused = False
        self.results: dict[str, FileResult] = {}
        self._server = server
        self._run: _Run | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended; a pause is no end."""
        return self._run is not None

    @property
    def under_way(self) -> int:
        """How many files are asked about now."""
        return len(self._run.under_way) if self._run is not None else 0

    def start(self, run: FileRun, files: Iterable[str], results: Path) -> None:
        """Ask about these files, but those that are done in the folder of results already.

        A run that is under way is cancelled.
        """
        from studio.core.inference.batches.journal import Journal

        if self._run is not None:
            self._run.cancel.set()
        begun = _Run(run, tuple(dict.fromkeys(files)), Journal(results), self._server.current)
        self._run, self.results, self.is_paused = begun, {}, False

        def go(before: dict[str, FileResult]) -> None:
            if begun is self._run:
                done = {name: each for name, each in before.items() if each.state == "done"}
                self.results = {name: done[name] for name in begun.files if name in done}
                begun.waiting = deque(name for name in begun.files if name not in done)
                self._tell(begun)
                self._fill(begun)

        tasks.run(self, lambda _: begun.before(), go, lambda failure: self._fail(begun, failure))

    def ask_about(
        self, files: Iterable[str], folder: Path, request: InferRequest, info: TensorInfo, results: Path
    ) -> None:
        """Send a request about each of the files of a folder, with its tensor as the input `info`."""
        from studio.client.file_runs import FileRun

        self.start(FileRun(folder, request, info), files, results)

    def pause(self) -> None:
        """Send no more for now; what is under way comes to its end."""
        self.is_paused = True

    def resume(self) -> None:
        """Go on after a pause."""
        self.is_paused = False
        if self._run is not None:
            self._fill(self._run)

    def cancel(self) -> None:
        """End it, and what is under way; what came is kept."""
        if self._run is not None:
            self._run.cancel.set()
            self._run.waiting.clear()
            self._fill(self._run)

    def _fill(self, run: _Run) -> None:
        if run.is_filling or run is not self._run:
            return
        # Without a server each is over at once.
        run.is_filling = True
        while run.waiting and len(run.under_way) < AT_ONCE and not self.is_paused:
            self._ask(run, run.waiting.popleft())
        run.is_filling = False
        if not run.under_way and not run.waiting and not run.is_finishing:
            self._finish(run)

    def _ask(self, run: _Run, file: str) -> None:
        run.under_way.add(file)

        def over(result: FileResult | None) -> None:
            run.under_way.discard(file)
            if run is self._run:
                if result is not None:
                    self.results[file] = result
                    self._tell(run)
                self._fill(run)

        def failed(failure: Failure) -> None:
            # Of the run itself: no server, no room for results. Nothing else would go better.
            run.under_way.discard(file)
            if run is self._run and not run.cancel.is_set:
                run.cancel.set()
                run.waiting.clear()
                notices.post_failure(failure)
            self._fill(run)

        run.server.ask(f"Ask about {file}", lambda client: run.ask(client, file), over, failed)

    def _finish(self, run: _Run) -> None:
        run.is_finishing = True
        came = [self.results[name] for name in run.files if name in self.results]

        def written(paths: tuple[Path, Path]) -> None:
            if run is self._run:
                self._run = None
                self.ended.emit(paths)

        tasks.run(self, lambda _: run.journal.finish(came), written, lambda failure: self._fail(run, failure))

    def _fail(self, run: _Run, failure: Failure) -> None:
        notices.post_failure(failure)
        if run is self._run:
            self._run = None
            self.ended.emit(None)

    def _tell(self, run: _Run) -> None:
        failed = sum(each.state == "failed" for each in self.results.values())
        self.progressed.emit(len(self.results), failed, len(run.files))


class _Run:
    """What one run has, from its begin to its end."""

    def __init__(self, asked: FileRun, files: tuple[str, ...], journal: Journal, server: ConnectedServer) -> None:
        self.files = files
        self.journal = journal
        self.server = server
        self.cancel = Cancel()
        self.waiting: deque[str] = deque()
        self.under_way: set[str] = set()
        self.is_filling = False
        self.is_finishing = False
        self._asked = asked
        self._lock = threading.Lock()

    def before(self) -> dict[str, FileResult]:
        """What came of it so far; on a worker. Raises CoreError where the folder holds another run's."""
        self.journal.begin(self._asked.told())
        return self.journal.read()

    def ask(self, client: Triton, file: str) -> FileResult | None:
        """Asks about a file and keeps what came; on a worker."""
        from studio.client.file_runs import ask

        result = ask(client, self._asked, file, self.cancel)
        if result is not None:
            with self._lock:
                self.journal.add(result)
        return result
