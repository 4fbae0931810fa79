"""Pictures of the editor: form and text with a problem, a broken text, an ensemble, the help beside them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.session import Session
from studio.ui.editor.field_inspector import FieldInspector
from studio.ui.editor.model_tab import ModelTab
from studio.ui.widgets import HairLine
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, shoot

_DELAY = ("dynamic_batching", "max_queue_delay_microseconds")


def tab_in_window(session: Session, name: str, width: int) -> tuple[QWidget, ModelTab]:
    """The editor with the help at its right, as in the window."""
    page = QWidget()
    page.setProperty("kind", "page")
    tab, help_ = ModelTab(session, session.open_model(name)), FieldInspector(session)
    tab.field_focused.connect(help_.show_field)
    help_.setFixedWidth(264)
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(tab, 1)
    row.addWidget(HairLine(vertical=True))
    row.addWidget(help_)
    page.resize(width, 700)
    page.show()
    return page, tab


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    with example_session(theme_name) as session:
        page, tab = tab_in_window(session, "classifier", 1150)
        tab.views.set_values(["form", "text"])
        tab.views.changed.emit("form")
        tab.model.edit("Set max queue delay", lambda draft: draft.set(*_DELAY, 500_000))
        tab.model.edit("Set dims", lambda draft: draft.set("output", 0, "dims", [0]))
        wait_until(lambda: any(f.severity.value == "error" for f in session.findings_of("classifier")))
        tab.form.context.focused.emit(_DELAY)
        made = [shoot(page, folder, "editor-problems", theme_name)]
        page.resize(940, 560)
        made.append(shoot(page, folder, "editor-narrow", theme_name))
        page.resize(1150, 700)
        broken = tab.model.draft.document.text.replace("dims: [ 3, 64, 64 ]", "dims: [ 3, 64, 64")
        tab.model.edit("Break", lambda draft: draft.with_text(broken))
        made.append(shoot(page, folder, "editor-broken", theme_name))
        page.deleteLater()
        other, ensemble = tab_in_window(session, "image_pipeline", 1150)
        ensemble.form.context.focused.emit(("ensemble_scheduling", "step", 0, "model_name"))
        made.append(shoot(other, folder, "editor-ensemble", theme_name))
        other.deleteLater()
        return made
