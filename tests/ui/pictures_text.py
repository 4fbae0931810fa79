"""Pictures of the text pane: suggestions, a card, folds, ten problems, what is unsaved, a merge."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.session import Session
from studio.ui.editor.changes.merge_dialog import MergeDialog
from studio.ui.editor.changes.review import review
from studio.ui.editor.model_tab import ModelTab
from studio.ui.problems.panel import ProblemsPanel
from studio.ui.widgets import HairLine, QuietButton
from tests.fixtures import names
from tests.fixtures.waiting import wait_until
from tests.ui.pictures_editor import tab_in_window
from tests.ui.shots import example_session, settle, shoot

_SIZE = (1280, 720)
_TEN = """# Ten things that the server, or whoever calls it, would meet.
name: "clasifier"
backend: "onnxruntim"
max_batch_size: 32
input [
  {
    name: "pixels"
    data_type: TYPE_FP16
    dims: [ 0, 64, 64 ]
  }
]
output [
  {
    name: "probability"
    data_type: TYPE_FP32
    dims: [ 12 ]
    label_filename: "label.txt"
  }
]
dynamic_batching {
  preferred_batch_size: [ 4, 64 ]
  max_queue_delay_microseconds: 5000000
}
instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0, 0 ] } ]
parameters { key: "intra_op_threads" value { string_value: "1" } }
response_cache { enable: true }
model_warmup { name: "first" batch_size: 64 inputs { key: "pixel" value { dims: [ 3 ] zero_data: false } } }
"""


def _tab(session: Session, name: str) -> tuple[QWidget, ModelTab]:
    page, tab = tab_in_window(session, name, _SIZE[0])
    page.resize(*_SIZE)
    tab.views.set_values(["form", "text"])
    tab.views.changed.emit("form")
    settle()
    return page, tab


def _checked(session: Session, name: str) -> None:
    wait_until(lambda: tasks.busy() == 0 and any(f.severity.value == "error" for f in session.findings_of(name)))


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    with example_session(theme_name) as session:
        made = _writing(session, folder, theme_name)
        return [*made, _ten(session, folder, theme_name), *_saving(session, folder, theme_name)]


def _writing(session: Session, folder: Path, theme_name: str) -> list[Path]:
    page, tab = _tab(session, "preprocess")
    edit = tab.text.edit
    edit.moveCursor(QTextCursor.MoveOperation.End)
    edit.insertPlainText("\noptimization {\n  ")
    tab.text.completion.ask()
    made = [shoot(page, folder, "text-suggestions", theme_name)]
    tab.text.completion.dismiss()
    tab.text.flush()
    tab.model.undo_stack.undo()
    edit.folding.fold_all()
    made.append(shoot(page, folder, "text-folded", theme_name))
    page.deleteLater()
    other, ensemble = _tab(session, "image_pipeline")
    text = ensemble.text
    text.edit.hovered.emit(text.position_of(text.shown_text().index("model_name") + 14), QPoint())
    made.append(shoot(other, folder, "text-card", theme_name))
    other.deleteLater()
    return made


def _ten(session: Session, folder: Path, theme_name: str) -> Path:
    """Errors and warnings in form, text and panel."""
    page, tab = _tab(session, "classifier")
    tab.model.edit("Ten problems", lambda held: held.with_text(_TEN))
    _checked(session, "classifier")
    whole = QWidget()
    whole.setProperty("kind", "page")
    panel = ProblemsPanel(session, whole)
    panel.setFixedHeight(220)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in (page, HairLine(), panel):
        column.addWidget(widget)
    whole.resize(1440, 900)
    whole.show()
    made = shoot(whole, folder, "text-ten-problems", theme_name)
    whole.deleteLater()
    session.close_model("classifier")
    return made


def _saving(session: Session, folder: Path, theme_name: str) -> list[Path]:
    page, tab = _tab(session, "classifier")
    model = tab.model
    model.edit("Batch", lambda held: held.set("max_batch_size", 64))
    model.edit("Sizes", lambda held: held.set("dynamic_batching", "preferred_batch_size", [8, 32]))
    logits = {"name": "logits", "data_type": "TYPE_FP32", "dims": [10]}
    model.edit("Output", lambda held: held.append("output", logits))
    other = session.open_model("image_pipeline")
    other.edit("Batch", lambda held: held.set("max_batch_size", 8))
    dialog = review(page, [model, other])
    made = [shoot(dialog, folder, "text-review", theme_name)]
    dialog.close()
    text = model.path.read_text().replace("max_batch_size: 32", "max_batch_size: 48").replace("500", "900")
    model.path.write_text(text.replace("4, 8, 16", "4, 16"))
    model.save()
    button = page.findChild(QuietButton, names.Editor.CONFLICT_MERGE)
    assert isinstance(button, QuietButton)
    button.click()
    merging = page.findChild(MergeDialog)
    assert isinstance(merging, MergeDialog)
    wait_until(lambda: tasks.busy() == 0)
    made.append(shoot(merging, folder, "text-merge", theme_name))
    merging.reject()
    page.deleteLater()
    return made
