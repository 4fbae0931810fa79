"""The main job from end to end: a person's hand on the real window, a real Triton behind it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint
from PySide6.QtWidgets import QAbstractItemView, QLabel, QPlainTextEdit, QTreeView, QWidget

from studio.app.session import Session
from studio.core.files.example import expected_labels
from studio.core.serving.launch import State
from studio.ui.editor.form.pane import FormPane
from studio.ui.room.place import RequestPlace
from studio.ui.shell.window import MainWindow
from studio.ui.tensors.labels import LabelsView
from studio.ui.tester.page import TesterPage
from studio.ui.widgets import Segmented
from tests.e2e.hand import Hand, ask, spin, until
from tests.fixtures import names

DELAY = "dynamic_batching.max_queue_delay_microseconds"


def rows(model: QAbstractItemModel, parent: QModelIndex | None = None) -> dict[str, QModelIndex]:
    """The rows of an item model by what they show."""
    top = parent or QModelIndex()
    found = {}
    for row in range(model.rowCount(top)):
        index = model.index(row, 0, top)
        found[str(index.data())] = index
    return found


def triton_processes(address: str = "") -> list[int]:
    """The servers that descend from this process; with an address, the one that answers there over HTTP."""
    listed = ask("ps", "-eww", "-o", "pid,ppid,args")
    parents: dict[int, int] = {}
    words: dict[int, str] = {}
    for line in listed.splitlines()[1:]:
        own, parent, args = line.split(None, 2)
        parents[int(own)], words[int(own)] = int(parent), args
    mine = set()
    for pid in parents:
        above = pid
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid():
            mine.add(pid)
    port = f"--http-port={address.rpartition(':')[2]}" if address else ""
    return [pid for pid in mine if words[pid].split()[0].endswith("bin/tritonserver") and port in words[pid]]


class Journey:
    """Each method is one stage; they are taken in order."""

    def __init__(self, window: MainWindow, home: Path) -> None:
        self.window = window
        self.home = home
        self.hand = Hand(window)

    @property
    def session(self) -> Session:
        """The window's session."""
        return self.window.need_session()

    @property
    def repository(self) -> Path:
        """The example that the window wrote."""
        return self.home / "data" / "example" / "models"

    def open_example(self) -> None:
        """The start page's second card."""
        self.hand.click(self.hand.find(QWidget, names.Start.EXAMPLE))
        until(lambda: self.session.repository is not None, 60, "the example did not open")
        found = self.session.repository
        assert found is not None
        assert found.path == self.repository
        until(lambda: self.window.docks.is_restored, 60, "the docks did not show")
        spin(300)

    def change_delay(self) -> tuple[bytes, bytes]:
        """Changes the queue delay of the classifier in the form and saves; gives the file before and after."""
        path = self.repository / "classifier" / "config.pbtxt"
        before = path.read_bytes()
        tree = self.hand.find(QTreeView, names.Explorer.TREE)
        self.hand.click_row(tree, rows(tree.model())["classifier"], times=2)
        form = self.hand.find(FormPane, names.Form.PANE)
        until(lambda: form.is_whole, 60, "the form is not built")
        field = self.hand.find(QWidget, names.Form.FIELD.format(DELAY))
        self.hand.click(field)
        self.hand.key("ctrl+a")
        self.hand.type("750")
        until(lambda: len(self.session.unsaved()) == 1, 60, "the edit is not seen as unsaved")
        self.hand.key("ctrl+s")
        until(lambda: path.read_bytes() != before, 60, "Ctrl+S did not write the file")
        return before, path.read_bytes()

    def launch(self) -> None:
        """F5, and the ladder climbs to its top."""
        self.hand.key("F5")
        server = self.session.server
        until(lambda: server.status.state is State.READY, 60, f"not ready: {server.status}")
        until(lambda: server.status.rungs[-1].state == "ok", 60, f"no request was answered: {server.status.rungs}")
        assert [rung.state for rung in server.status.rungs if rung.state not in ("ok", "off")] == []

    def send_image(self, name: str = "") -> str:
        """Drops a sample on the ensemble's input and sends it; gives the label on top."""
        self.hand.key("alt+3")
        self.window.context.show(RequestPlace("image_pipeline"))
        card = names.Tester.CARD.format("image")
        until(lambda: _visible(card), 60, "the tester shows no input of the ensemble")
        sample = name or sorted(s for s in expected_labels(self.repository.parent) if s.startswith("images/"))[0]
        self.hand.drop_file(self.repository.parent / "samples" / sample, self.hand.find(QWidget, card))
        shown = self.hand.find(QLabel, names.Tester.FILE.format("image"))
        assert shown.text() == Path(sample).name
        self.hand.key("ctrl+Return")
        until(lambda: _visible(names.Tensors.LABELS), 60, "no labels came back")
        spin(200)
        views = [w for w in self.window.findChildren(LabelsView) if w.isVisible()]
        return views[0].bars.ranked[0].label

    def repeat(self, times: int) -> None:
        """Sends the same again and again."""
        for _ in range(times):
            self._send_again()

    def _send_again(self) -> None:
        sampler = self.session.sampler
        sent = sampler.percentiles("image_pipeline").count
        self.hand.key("ctrl+Return")
        until(lambda: sampler.percentiles("image_pipeline").count > sent, 60, "no answer")

    def watch(self) -> dict[str, float]:
        """The monitor's figures of the ensemble's busiest second."""
        self.hand.key("alt+4")
        self.repeat_in_background()
        sampler = self.session.sampler
        key = ("image_pipeline", "1")

        def busiest() -> dict[str, float]:
            found = {}
            for field in ("requests_s", "queue_ms"):
                _, values = sampler.model(*key, field).points()
                numbers = [v for v in values if v == v]
                found[field] = max(numbers, default=0.0)
            return found

        until(lambda: all(v > 0 for v in busiest().values()), 60, f"the monitor stays at zero: {busiest()}")
        return busiest()

    def repeat_in_background(self) -> None:
        """Sends a few more while the monitor is in front, through the palette's command."""
        page = self.window.page("test")
        assert isinstance(page, TesterPage)
        for _ in range(4):
            page.send_request()
            spin(300)

    def unload_and_load(self, model: str = "tokenizer") -> None:
        """The keys of the models' page."""
        self._choose(model)
        self.hand.key("Delete")
        until(lambda: _visible("answer.yes"), 60, "nobody asked, though an ensemble needs the model")
        self.hand.click(self.hand.find(QWidget, "answer.yes"))
        until(lambda: not self._is_ready(model), 60, f"{model} was not unloaded")
        load = self.hand.find(QWidget, names.Served.LOAD)
        until(load.isEnabled, 60, "the model cannot be loaded again")
        self.hand.key("ctrl+r")
        until(lambda: self._is_ready(model), 60, f"{model} was not loaded")

    def _choose(self, model: str) -> None:
        """A click on the row of a model on the models' page."""
        self.hand.key("alt+5")
        until(lambda: _visible(names.Served.TABLE), 60, "the models' page did not come")
        table = self.hand.find(QAbstractItemView, names.Served.TABLE)
        until(lambda: model in rows(table.model()), 60, f"{model} is not listed")
        self.hand.click_row(table, rows(table.model())[model])

    def _is_ready(self, model: str) -> bool:
        return any(row.state == "READY" for row in self.session.server.models.get(model, ()))

    def break_model(self) -> tuple[str, str]:
        """Writes a wrong mapping as text; gives what was said before, and what the server said after."""
        self.hand.key("alt+1")
        tree = self.hand.find(QTreeView, names.Explorer.TREE)
        self.hand.click_row(tree, rows(tree.model())["image_pipeline"], times=2)
        views = self.hand.find(Segmented, names.Editor.VIEWS)
        self.hand.click(views, views.cell("text").center().toPoint())
        edit = self.hand.find(QPlainTextEdit, names.Text.EDIT)
        place = edit.toPlainText().index('key: "pixels"') + len('key: "pixels')
        cursor = edit.textCursor()
        cursor.setPosition(place)
        edit.setTextCursor(cursor)
        edit.ensureCursorVisible()
        spin(100)
        rect = edit.cursorRect()
        self.hand.click(edit.viewport(), QPoint(rect.left(), rect.center().y()))
        self.hand.type("x")
        until(lambda: self._errors("image_pipeline"), 60, "the wrong mapping was not found")
        said = self._errors("image_pipeline")[0]
        table = self.hand.find(QAbstractItemView, names.Problems.TABLE)
        assert said in rows(table.model())
        self.hand.key("ctrl+s")
        until(lambda: not self.session.unsaved(), 60, "the broken model was not saved")
        self._choose("image_pipeline")
        self.hand.click(self.hand.find(QWidget, names.Served.LOAD))
        until(lambda: self._refusal("image_pipeline"), 60, "the server did not refuse the broken model")
        return said, self._refusal("image_pipeline")

    def _errors(self, model: str) -> list[str]:
        found = self.session.findings
        return [f.message for f in found if f.model == model and f.severity.value == "error"]

    def _refusal(self, model: str) -> str:
        states = self.session.server.models.get(model, ())
        return next((row.reason for row in states if row.reason and row.state != "READY"), "")

    def kill_server(self) -> tuple[str, float]:
        """Kills the server from outside; gives what was said, and after how many seconds."""
        # Only this window's: other tests of the same run have servers too.
        servers = triton_processes(self.session.server.status.addresses.http)
        assert servers, "no server of ours was found to kill"
        for pid in servers:
            os.kill(pid, signal.SIGKILL)
        took = until(lambda: self.session.server.status.state is State.FAILED, 60, "the end was not noticed")
        self.hand.key("alt+2")
        until(lambda: _visible(names.Serve.PROBLEM), 60, "the server's page does not say that it ended")
        problem = self.hand.find(QWidget, names.Serve.PROBLEM)
        assert problem.isVisible()
        ended = self.session.server.status.exit
        assert ended is not None
        return ended.reason, took

    def stop_and_close(self) -> None:
        """Launches once more, stops, closes."""
        self.hand.key("F5")
        until(lambda: self.session.server.status.state is State.READY, 60, "it did not start again")
        self.hand.key("shift+F5")
        until(lambda: self.session.server.status.state is State.STOPPED, 60, "it did not stop")
        self.window.close()
        spin(200)


def _visible(name: str) -> bool:
    from PySide6.QtWidgets import QApplication

    return any(w.objectName() == name and w.isVisible() for w in QApplication.allWidgets())
