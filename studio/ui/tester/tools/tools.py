"""What the tester has besides its form and its answer: sequences, runs over files, probes, and copying."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import Array, ModelMetadata
from studio.ui.tester.batch.many import ask, batch_of
from studio.ui.tester.batch.panel import BatchPanel
from studio.ui.tester.probe.prober import Prober
from studio.ui.tester.sequences.follow import SequenceFollower
from studio.ui.tester.sequences.lanes import LanesPanel
from studio.ui.tester.tools.copy_as import CopyAs
from studio.ui.tester.tools.form import Form


class Tools(QObject):
    """Belongs to one page."""

    def __init__(self, session: Session, page: Form, parent: QWidget) -> None:
        super().__init__(parent)
        self._page, self._parent = page, parent
        self.lanes = LanesPanel()
        self.batch = BatchPanel(session, page.plan_without)
        self.copy_as = CopyAs(session, page.plan_now, lambda: page.traits.max_batch_size > 0, parent)
        self.prober = Prober(session, page, self)
        part = page.inputs.options.sequence
        self._sequences = SequenceFollower(session, page.sending, part, self.lanes, page.plan_now)
        page.inputs.many.connect(self._ask_many)
        page.header.add_tool(self.prober.button)
        page.header.add_tool(self.copy_as.button)

    def show_model(self, metadata: ModelMetadata, traits: Traits) -> None:
        """The model that is asked from now on."""
        self._sequences.show_model(metadata.name, traits)
        self.prober.show_model(metadata.name, traits)

    def _ask_many(self, info: TensorInfo, paths: list[Path]) -> None:
        """Several files, or a folder, for one input."""
        model = self._page.header.model.currentText()
        if len(paths) == 1:
            self.batch.offer_folder(model, info, paths[0])
            return
        files = [path for path in paths if path.is_file()]
        batches = info.shape[:1] == (-1,) and self._page.traits.max_batch_size != 1
        ask(
            self._parent,
            QCursor.pos(),
            len(files),
            batches=batches,
            batch=lambda: self._batch(info, files),
            run=lambda: self.batch.offer_files(model, info, files),
        )

    def _batch(self, info: TensorInfo, files: list[Path]) -> None:
        card = next((each for each in self._page.inputs.inputs if each.info == info), None)
        if card is None:
            return

        def hold(array: Array) -> None:
            card.hold(array, f"{len(files)} files from {files[0].parent.name}")

        tasks.run(card, lambda _context: batch_of(info, files), hold, notices.post_failure, key="many")
