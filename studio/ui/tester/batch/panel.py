"""A run over many files: what is asked, how far it is, which failed, and where the results are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.files.saving import sibling
from studio.core.inference.batches.results import files_in
from studio.core.inference.requests import InferRequest
from studio.failure import Failure
from studio.ui.tester.batch.failed import FailedTable
from studio.ui.tester.batch.many import common_folder
from studio.ui.tester.batch.names import BatchNames
from studio.ui.widgets import (
    ElidedLabel,
    HairLine,
    IconButton,
    Label,
    QuietButton,
    Row,
    SectionHeader,
    TextField,
)

PlanWithout = Callable[[str], Callable[[], InferRequest]]
"""What makes the form's request without one input; both steps may raise."""


class BatchPanel(QWidget):
    """Goes on while one works elsewhere; a run that was cancelled or crashed goes on in its folder of results."""

    def __init__(self, session: Session, plan: PlanWithout) -> None:
        super().__init__()
        self.setObjectName(BatchNames.PANEL)
        self._session, self._plan = session, plan
        self._batch = session.requests.batch
        self._info: TensorInfo | None = None
        self._folder: Path | None = None
        self._files: tuple[str, ...] = ()
        self._began, self._before = 0.0, -1
        self.head = SectionHeader("Run over files")
        self.folder = ElidedLabel("", "dim", 12)
        self.pattern = TextField("*", dense=True, mono=True)
        self.results = TextField("", dense=True, mono=True)
        self.choose = QuietButton("Choose …", "folder-open", "dense")
        self.start = QuietButton("Start", "play-fill", "dense")
        self.pause = QuietButton("Pause", "pause-fill", "dense")
        self.cancel = QuietButton("Cancel", "stop-fill", "dense")
        self.close_button = IconButton("x", "Close the run", size=14)
        self.progress = QProgressBar()
        self.words = Label("", "dim", 12)
        self.failed = FailedTable()
        self._build()
        self._connect()
        self._show()
        self.hide()

    def _build(self) -> None:
        named: tuple[tuple[QWidget, str, str], ...] = (
            (self.folder, BatchNames.FOLDER, "Folder of files"),
            (self.pattern, BatchNames.PATTERN, "Pattern of names"),
            (self.results, BatchNames.RESULTS, "Folder of results"),
            (self.start, BatchNames.START, "Start the run"),
            (self.pause, BatchNames.PAUSE, "Pause the run"),
            (self.cancel, BatchNames.CANCEL, "Cancel the run"),
            (self.close_button, BatchNames.CLOSE, "Close the run"),
            (self.progress, BatchNames.PROGRESS, "How far the run is"),
            (self.words, BatchNames.WORDS, "How the run stands"),
        )
        for widget, name, title in named:
            widget.setObjectName(name)
            widget.setAccessibleName(title)
        self.pattern.setFixedWidth(88)
        self.progress.setTextVisible(False)
        for widget in (self.words, self.start, self.pause, self.cancel, self.close_button):
            self.head.add_action(widget)
        self._form = Row(
            Label("Files", "dim", 12),
            self.folder,
            self.pattern,
            Label("Results", "dim", 12),
            self.results,
            self.choose,
            margins=12,
        )
        self._form.setFixedHeight(36)
        self._form.box.setStretch(1, 2)
        self._form.box.setStretch(4, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (HairLine(), self.head, self._form, self.progress, self.failed):
            column.addWidget(widget)

    def _connect(self) -> None:
        self.start.clicked.connect(self.begin)
        self.pause.clicked.connect(self._pause)
        self.cancel.clicked.connect(self._batch.cancel)
        self.close_button.clicked.connect(self.hide)
        self.choose.clicked.connect(self._choose_results)
        self.pattern.editingFinished.connect(self._list)
        self._batch.progressed.connect(self._progressed)
        self._batch.ended.connect(self._ended)

    # What is asked

    def offer_folder(self, model: str, info: TensorInfo, folder: Path) -> None:
        """Offers a run over the files of a folder, as this input of a model."""
        self._offer(model, info, folder)
        self._list()

    def offer_files(self, model: str, info: TensorInfo, paths: Sequence[Path]) -> None:
        """Offers a run over these files."""
        folder, files = common_folder(paths)
        self._offer(model, info, folder)
        self.pattern.hide()
        self._show_files(files)

    def _offer(self, model: str, info: TensorInfo, folder: Path) -> None:
        if self._batch.is_running:
            notices.post("info", "A run over files is under way", "Cancel it first, or let it end.")
            self.show()
            return
        self._info, self._folder, self._files = info, folder, ()
        self.head.detail.setText(f"{model}, input {info.name}")
        self.folder.setText(str(folder))
        self.pattern.show()
        repository = self._session.repository
        above = sibling(repository.path) / "runs" if repository else folder.parent / "trireme-runs"
        self.results.setText(str(above / f"{model}-{folder.name}"))
        self.failed.rows.show_results(())
        self.progress.setValue(0)
        self.words.setText("")
        self._show()
        self.show()

    def _list(self) -> None:
        folder, pattern, results = self._folder, self.pattern.text() or "*", Path(self.results.text())
        if folder is None or self.pattern.isHidden() or self._batch.is_running:
            return
        tasks.run(self, lambda _: files_in(folder, pattern, results), self._show_files, self._not_listed, key="list")

    def _show_files(self, files: tuple[str, ...]) -> None:
        self._files = files
        self.words.setText(f"{len(files):,} files")
        self._show()

    def _not_listed(self, failure: Failure) -> None:
        self._files = ()
        self.words.setText(failure.reason)
        self._show()

    def _choose_results(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder of results", self.results.text())
        if chosen:
            self.results.setText(chosen)

    # The run

    def begin(self) -> None:
        """Asks about all files but those that are done in the folder of results already."""
        info, folder, files = self._info, self._folder, self._files
        if info is None or folder is None or not files:
            return
        try:
            results = _results_folder(self.results.text())
            make = self._plan(info.name)
        except Failure as failure:
            notices.post_failure(failure)
            return

        def go(request: InferRequest) -> None:
            self._began, self._before = time.monotonic(), -1
            self._batch.ask_about(files, folder, request, info, results)
            self._show()

        tasks.run(self, lambda _context: make(), go, key="run")

    def _pause(self) -> None:
        if self._batch.is_paused:
            self._batch.resume()
        else:
            self._batch.pause()
        self._show()

    def _progressed(self, over: int, failed: int, count: int) -> None:
        if self._before < 0:
            self._before = over
        self.progress.setRange(0, max(count, 1))
        self.progress.setValue(over)
        rate = (over - self._before) / max(time.monotonic() - self._began, 1e-3)
        parts = [f"{over:,} of {count:,}"]
        if failed:
            parts.append(f"{failed:,} failed")
        if self._batch.under_way:
            parts.append(f"{self._batch.under_way} in flight")
        if rate and over < count and not self._batch.is_paused:
            parts.append(f"{rate:,.1f}/s, {(count - over) / rate:,.0f} s to go")
        self.words.setText(", ".join(parts))
        self._show_failed()

    def _show_failed(self) -> None:
        results = [each for each in self._batch.results.values() if each.state == "failed"]
        self.failed.rows.show_results(results)
        self.failed.setVisible(bool(results))

    def _ended(self, paths: object) -> None:
        self._show()
        if not isinstance(paths, tuple):
            return
        done = len(self._batch.results)
        missing = len(self._files) - done
        bad = sum(each.state == "failed" for each in self._batch.results.values())
        parts = [f"{done - bad:,} answered", *([f"{bad:,} failed"] if bad else [])]
        parts += [f"{missing:,} not asked: Start goes on there"] if missing else []
        self.words.setText(f"{', '.join(parts)}. {' and '.join(path.name for path in paths)} are written.")

    def _show(self) -> None:
        runs = self._batch.is_running
        for widget in (self.pattern, self.results, self.choose):
            widget.setEnabled(not runs)
        self.start.setVisible(not runs)
        self.start.setEnabled(bool(self._files))
        self.pause.setVisible(runs)
        self.pause.setText("Resume" if self._batch.is_paused else "Pause")
        self.pause.set_icon_name("play-fill" if self._batch.is_paused else "pause-fill")
        self.cancel.setVisible(runs)
        self.close_button.setEnabled(not runs)
        self._show_failed()


def _results_folder(text: str) -> Path:
    """The folder that was typed. Raises CoreError where that is none."""
    attempted, remedy = "Starting the run", "Type a folder, or choose one."
    if not text.strip():
        raise CoreError(attempted, "no folder is named for its results.", remedy)
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise CoreError(
            attempted, f"{text.strip()} is in the home of a user whom this machine does not have.", remedy
        ) from error
