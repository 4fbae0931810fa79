"""Pictures of saved requests on a real server: the list, the dialogs, what came of all of them, and a difference."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.app.session import Session
from studio.core.saved_requests.folder import RequestFolder, requests_folder
from studio.ui.tensors.compare.view import DifferenceDialog
from studio.ui.tester.page import TesterPage
from studio.ui.tester.runs.keep_dialog import KeepDialog
from studio.ui.tester.runs.page import RunsPage
from studio.ui.tester.saved.environments import edit_environments
from studio.ui.tester.saved.expected.save_dialog import SaveDialog
from studio.ui.tester.saved.saved_side import SavedSide
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, launch, shoot


def _add(session: Session) -> None:
    """Requests that differ, that are broken, that lack a tensor and a variable."""
    assert session.repository is not None
    folder = RequestFolder(requests_folder(session.repository.path))
    tree = json.loads(folder.path("classifier-of-zeros").read_text())
    tree["expect"]["probabilities"]["values"][3] = 0.5
    folder.write("after training/zeros, epoch 12", {**tree, "tags": ["golden"]})
    folder.write("texts/no such model", {"model": "text_pipelines", "inputs": {}})
    folder.write("texts/long", {"model": "text_pipeline", "inputs": {"text": {"file": "long.text.bin"}}})
    folder.write(
        "by hand", {"model": "classifier", "version": "${VERSION}", "inputs": {"pixels": {"generate": "ones"}}}
    )
    (folder.root / "merge.json").write_text('{\n  "model": "classifier",\n<<<<<<< HEAD\n}\n')
    folder.write_environments({"local": {"VERSION": "2", "SIZE": 3}, "staging": {"SIZE": 4}})
    session.requests.saved.refresh()
    wait_until(lambda: "merge" in session.requests.saved.names)


def _over(dialog: QWidget | None, folder: Path, name: str, theme_name: str) -> Path:
    assert dialog is not None
    made = shoot(dialog, folder, name, theme_name)
    dialog.close()
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application, a display and the embedded engine."""
    with example_session(theme_name) as session:
        page, runs = TesterPage(session), RunsPage(session)
        saved = SavedSide(session, page)
        for each in (page, runs):
            each.resize(1150, 760)
        page.show()
        made = [shoot(page, folder, "requests-list", theme_name)]
        launch(session)
        saved.opened.open("images/anchor")
        wait_until(lambda: saved.opened.base is not None)
        page.send_request()
        wait_until(lambda: saved.verdict.isVisible(), 60)
        made.append(shoot(page, folder, "requests-as-expected", theme_name))
        saved.keeping.save_as()
        wait_until(lambda: page.findChild(SaveDialog) is not None)
        made.append(_over(page.findChild(SaveDialog), folder, "requests-save", theme_name))
        _add(session)
        made.append(_over(edit_environments(page, session.requests.saved), folder, "requests-environments", theme_name))
        session.requests.saved.choose_environment("staging")
        session.requests.run()
        wait_until(lambda: not session.requests.runs.is_running, 60)
        saved.opened.open("after training/zeros, epoch 12")
        wait_until(lambda: saved.opened.name.startswith("after") and saved.opened.base is not None)
        page.send_request()
        wait_until(lambda: saved.verdict.title.text() == "Not as expected", 60)
        page.inputs.inputs[0].chooser.setCurrentIndex(1)
        wait_until(lambda: saved.opened.is_changed)
        made.append(shoot(page, folder, "requests-differs", theme_name))
        page.resize(1036, 560)
        made.append(shoot(page, folder, "requests-small", theme_name))
        page.hide()
        made += _runs(runs, folder, theme_name)
        for widget in (page, runs):
            widget.close()
            widget.deleteLater()
        return made


def _runs(runs: RunsPage, folder: Path, theme_name: str) -> list[Path]:
    runs.show()
    runs.table.choose("after training/zeros, epoch 12")
    made = [shoot(runs, folder, "runs", theme_name)]
    runs.keep()
    wait_until(lambda: runs.findChild(KeepDialog) is not None)
    keep = runs.findChild(KeepDialog)
    assert keep is not None
    made.append(_over(keep, folder, "runs-keep", theme_name))
    runs.compare()
    wait_until(lambda: runs.findChild(DifferenceDialog) is not None)
    difference = runs.findChild(DifferenceDialog)
    assert difference is not None
    difference.resize(900, 560)
    wait_until(lambda: difference.view.worst)
    made.append(_over(difference, folder, "runs-difference", theme_name))
    runs.resize(700, 480)
    made.append(shoot(runs, folder, "runs-small", theme_name))
    return made
