"""What the page says of its trace: how much there is of it, where it is from, and what stands there without one."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from studio.core.tracing.trace import Trace
from studio.ui.xray.empty import XrayEmpty
from studio.ui.xray.head import XrayHead
from studio.ui.xray.loading import LoadingBar
from studio.ui.xray.sources import XraySources

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
            button.clicked.connect(sources.cancel)

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
        if sources.is_loading and trace is not None:
            self._loading.show_share(sources.file_name, sources.share, count)
        else:
            self._loading.hide()
        self._head.pill.set_state(f"{count:,} traced" if count else "none yet", "ok" if count else "dim")
        self._head.detail.setText(_words(trace, sources.file_name) if trace is not None else "")
        if trace is None:
            self._show_empty()

    def _show_empty(self) -> None:
        if self._sources.is_loading:
            self._empty.show_loading(self._sources.file_name, self._sources.share)
        else:
            self._empty.show_no_server()


def _words(trace: Trace, file: str) -> str:
    models = list(dict.fromkeys(trace.models[: min(len(trace), 1000)]))
    named = ", ".join(models[:_MOST_MODELS])
    if len(models) > _MOST_MODELS:
        named += f" and {len(models) - _MOST_MODELS} more"
    return " · ".join(part for part in (file, named, "one clock, the server’s") if part)
