"""Brings what the session tells into the fixed parts of the window: status bar, top bar, notices."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.app import notices
from studio.app.settings import settings
from studio.core.checking.findings import count_findings
from studio.core.inference.model_index import failed_versions, ready_models
from studio.core.serving.launch import State
from studio.ui.start.recent import note_opened

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.serving.sampler import Sampled
    from studio.app.serving.server import ServerStatus
    from studio.app.session import Session
    from studio.core.files.repository import Repository
    from studio.ui.shell.window import MainWindow

_ENGINES = (("", "Engine: automatic"), ("embedded", "Embedded Triton"), ("docker", "Triton in Docker"))
_SIGNS = {State.READY: "ok", State.STARTING: "warn_fill", State.STOPPING: "warn_fill", State.FAILED: "error"}


class Feed(QObject):
    """Listens to the session and tells the window."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        # Facts come in bursts; commands are enabled once for all of them.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(window.refresh_facts)
        self._connect()
        self._show_server(session.server.status)
        self._show_findings()
        self._show_unsaved()
        self._show_engine()
        notices.notices().listen(window.toasts.post)

    def _connect(self) -> None:
        session = self._session
        session.server.status_changed.connect(self._show_server)
        session.server.models_changed.connect(self._show_models)
        session.checker.findings_changed.connect(self._show_findings)
        session.repository_changed.connect(self._note_repository)
        session.model_opened.connect(self._watch)
        session.model_closed.connect(self._show_unsaved)
        session.sampler.sampled.connect(self._show_samples)
        session.scan_progressed.connect(self._window.status.set_busy)
        session.folders.progressed.connect(self._window.status.set_busy)
        settings().changed.connect(self._show_engine)
        engine = self._window.top.engine
        engine.set_choices(list(_ENGINES))
        engine.chosen.connect(lambda key: settings().set("engine", key))

    def soon(self, *_: object) -> None:
        """Enables commands anew once what goes on is over."""
        self._later.start()

    def _watch(self, model: OpenModel) -> None:
        model.unsaved_changed.connect(self._show_unsaved)
        self._show_unsaved()

    def _note_repository(self, repository: Repository | None) -> None:
        if repository is not None:
            note_opened(repository.path, len(repository.models))
        else:
            self._window.start.refresh()
        self._show_findings()
        self._show_unsaved()

    def _show_findings(self, *_: object) -> None:
        counts = count_findings(self._session.findings)
        errors = sum(count for (_, severity), count in counts.items() if severity == "error")
        warnings = sum(count for (_, severity), count in counts.items() if severity == "warning")
        self._window.status.set_problems(errors, warnings, visible=self._session.repository is not None)
        self._later.start()

    def _show_unsaved(self, *_: object) -> None:
        self._window.status.set_unsaved(len(self._session.unsaved()))
        self._later.start()

    def _show_engine(self, *_: object) -> None:
        chosen = str(settings().get("engine"))
        text = dict(_ENGINES).get(chosen, chosen)
        status = self._session.server.status
        if status.is_running and status.description:
            # Two parts of the version are enough to know which it is, and fit.
            text = re.sub(r"(\d+\.\d+)\.\d+", r"\1", status.description)
        self._window.top.engine.set_text(text)

    def _show_server(self, status: ServerStatus) -> None:
        window = self._window
        running = status.is_running or status.state is State.STOPPING
        if running or status.state is State.FAILED:
            models, role = self._loaded() if running else (self._reason(status), "error")
            words = status.description or "Server"
            window.status.set_server(status.rungs, words, models, role)
        else:
            window.status.set_server((), "No server", "", "")
            window.status.set_figures("", "")
            window.status.set_gpu("", 0.0, "")
        window.activities.set_sign("serve", _SIGNS.get(status.state, ""))
        restart = window.top.restart
        restart.set_icon("arrow-clockwise" if status.is_running else "rocket-launch")
        restart.setToolTip("Restart (F5)" if status.is_running else "Launch (F5)")
        restart.setAccessibleName("Restart" if status.is_running else "Launch")
        window.arrange()
        self._show_engine()
        self._later.start()

    def _show_models(self, *_: object) -> None:
        self._show_server(self._session.server.status)

    def _reason(self, status: ServerStatus) -> str:
        reason = status.exit.reason if status.exit else "it did not start"
        return f"ended: {reason}"[:90]

    def _loaded(self) -> tuple[str, str]:
        """How many models are loaded, and whether that is well."""
        models = self._session.server.models
        ready = len(ready_models(models))
        if self._session.server.status.state is State.STARTING:
            return "starting", "warn"
        if not models:
            return "no model loaded", "dim"
        if ready == len(models):
            return f"{ready} of {ready} models loaded", "dim"
        return f"{ready} of {len(models)} models loaded", "error" if failed_versions(models) else "dim"

    def _show_samples(self, sampled: Sampled) -> None:
        p99 = max((own.p99 for own in sampled.own.values() if math.isfinite(own.p99)), default=math.nan)
        self._window.status.set_figures(_ms(_mean_queue(sampled)), _ms(p99 / 1e6))
        gpu = next((each for each in sampled.gpus if each.memory_total > 0), None)
        if gpu is None:
            self._window.status.set_gpu("", 0.0, "")
            return
        used, whole = gpu.memory_used / 2**30, gpu.memory_total / 2**30
        self._window.status.set_gpu(f"GPU {max(gpu.index, 0)}", used / whole, f"{used:.1f} / {whole:.0f} GB")


def _mean_queue(sampled: Sampled) -> float:
    """The mean queue time in ms over all models, weighted by their requests."""
    busy = [each for each in sampled.models.values() if each.requests_s > 0 and math.isfinite(each.queue_ms)]
    whole = sum(each.requests_s for each in busy)
    return sum(each.queue_ms * each.requests_s for each in busy) / whole if whole else math.nan


def _ms(value: float) -> str:
    return f"{value:.1f} ms" if math.isfinite(value) else ""
