"""What the page says of its trace: how much there is of it, where it is from, and what stands there without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from studio.ui.xray.empty import XrayEmpty
from studio.ui.xray.head import XrayHead
from studio.ui.xray.loading import LoadingBar
from studio.ui.xray.sources import XraySources

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace

_MOST_MODELS = 2


class XrayState(QObject):
    """Follows what the trace is read from, and the server. The first widget of `stack` is `empty`."""

    def __init__(
        self, sources: XraySources, head: XrayHead, loading: LoadingBar, empty: XrayEmpty, stack: QStackedWidget
    ) -> None:
        super().__init__(sources)
        self._sources, self._head, self._loading = sources, head, loading
        self._empty, self._stack = empty, stack
        self._trace: Trace | None = None
        sources.changed.connect(self.refresh)
        for button in (loading.cancel, empty.loading.cancel):
            button.clicked.connect(self.cancel)
        empty.waiting.cancel.clicked.connect(sources.stop)
        for begin in (head.trace, empty.begin):
            begin.clicked.connect(self.trace_next)
        head.number.edited.connect(lambda _: self.refresh())

    def trace_next(self) -> None:
        """Traces the next requests; where they are waited for already, waits for no more."""
        if self._sources.recording.is_recording:
            self._sources.stop()
        elif not self._sources.recording.why_not:
            self._sources.begin(int(self._head.number.value() or 1), tensors=self._head.with_tensors.isChecked())

    def cancel(self) -> None:
        """Waits for no more requests, or leaves the file that is being read."""
        if self._sources.recording.is_recording:
            self._sources.stop()
        self._sources.cancel()

    def show_trace(self, trace: Trace | None) -> None:
        """Takes the trace that is shown."""
        self._trace = trace if trace is not None and len(trace) else None
        self.refresh()

    def refresh(self) -> None:
        """Shows how it is now."""
        trace, sources = self._trace, self._sources
        count = len(trace) if trace is not None else 0
        self._stack.setCurrentIndex(1 if trace is not None else 0)
        self._head.export.setEnabled(trace is not None)
        recording = sources.recording
        if sources.is_loading and trace is not None:
            self._loading.show_share(sources.name, sources.share, count)
        elif recording.is_recording and trace is not None:
            self._loading.show_waiting(count, recording.wanted)
        else:
            self._loading.hide()
        if recording.is_recording:
            self._head.pill.set_state(f"waiting, {len(recording.trace):,} of {recording.wanted:,}", "accent")
        else:
            self._head.pill.set_state(f"{count:,} traced" if count else "none yet", "ok" if count else "dim")
        self._head.show_recording(recording.is_recording, recording.why_not, recording.tensors_risk)
        self._head.detail.setText(_words(trace, sources.name) if trace is not None else "")
        if trace is None:
            self._head.hide_columns()
            self._show_empty()

    def _show_empty(self) -> None:
        if self._sources.is_loading:
            self._empty.show_loading(self._sources.name, self._sources.share)
        elif self._sources.recording.is_recording:
            self._empty.show_waiting(len(self._sources.recording.trace), self._sources.recording.wanted)
        elif not self._sources.server_runs:
            self._empty.show_no_server()
        elif self._sources.recording.why_not:
            self._empty.show_cannot(self._sources.recording.why_not)
        else:
            self._empty.show_ready(int(self._head.number.value() or 1))


def _words(trace: Trace, origin: str) -> str:
    models = list(dict.fromkeys(trace.models[: min(len(trace), 1000)]))
    named = ", ".join(models[:_MOST_MODELS])
    if len(models) > _MOST_MODELS:
        named += f" and {len(models) - _MOST_MODELS} more"
    return " · ".join(part for part in (origin, named, "one clock, the server’s") if part)
