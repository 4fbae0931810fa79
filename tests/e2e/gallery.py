"""The screens of one window in turn, each in both themes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from studio.app.editing.journal import Journal
from studio.app.editing.recovery import abandoned
from studio.core.inference.model_index import failures, is_ready
from studio.core.serving.launch import State
from studio.ui import run as program
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_nodes
from studio.ui.editor.model_tab import ModelTab
from studio.ui.look import theme
from studio.ui.operate import launch, stop
from studio.ui.recovery.dialog import RecoveryDialog
from studio.ui.recovery.offer import offer
from studio.ui.room.place import NewModelPlace, PagePlace
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import AGAINST
from studio.ui.shell.unsaved_question import ask_about
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import Segmented
from tests.e2e.hand import Hand, spin, until
from tests.e2e.journey import triton_processes
from tests.e2e.stage import Load, example_requests, open_repository, shoot
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import close_notices, start_of
from tests.left_behind import leave

FULL, SMALL = (1440, 900), (1280, 720)
_LOAD_SECONDS = 45
_DELAY = names.Form.FIELD.format("dynamic_batching.max_queue_delay_microseconds")


class Gallery:
    """Takes the pictures of one window, each in both themes."""

    def __init__(self, window: MainWindow, folder: Path, home: Path) -> None:
        self.window = window
        self.session = window.need_session()
        self.folder = folder
        self.home = home
        self.taken: list[Path] = []

    def take(self, name: str, *, small: bool = False, toasts: bool = False, settle: int = 350) -> None:
        """What is on the screen now; with `small` also at 1280 x 720."""
        self._take(name, toasts, settle)
        if small:
            self._resize(SMALL)
            self._take(f"{name}-1280", toasts, settle)
            self._resize(FULL)

    def _take(self, name: str, toasts: bool, settle: int) -> None:
        app = program.application()
        for scheme in ("dark", "light"):
            theme.apply(app, scheme)
            if not toasts:
                close_notices(self.window)
            self.taken.append(shoot(self.window, self.folder / f"{name}-{scheme}.png", settle))
        theme.apply(app, "dark")

    def _resize(self, size: tuple[int, int]) -> None:
        self.window.resize(*size)
        until(lambda: (self.window.width(), self.window.height()) == size, 60, f"the window did not become {size}")
        spin(250)

    def find(self, name: str) -> QWidget:
        """A visible part of the window."""
        return Hand(self.window).find(QWidget, name)

    def dialog(self, name: str, dialog: QWidget) -> None:
        """A dialog over the window; it is closed afterwards."""
        spin(150)
        self.take(name)
        dialog.close()
        spin(100)

    # ---- the stations

    def without_repository(self) -> None:
        """The first start, and what the pages say before there is anything to show."""
        until(lambda: start_of(self.window).machine.is_known, 60, "the machine is not known")
        self.take("start", small=True)
        for key in ("serve", "test", "monitor"):
            self.window.show_activity(key)
            self.take(f"{key}-empty")
        self.window.show_palette()
        self.take("palette-empty")
        self.window.palette_popup.dismiss()
        self.window.documents.close_tabs()
        self.window.show_activity("models")

    def editor(self, models: Path) -> None:
        """A model, an ensemble, the find bar, palette, settings and dialogs."""
        window = self.window
        open_repository(window, models)
        window.documents.open_model("classifier")
        spin(300)
        self.find(_DELAY).setFocus()
        self.take("editor", small=True)
        window.commands.action("find_field").trigger()
        part(window, QLineEdit, names.Form.FIND).setText("queue")
        self.take("add-field", small=True)
        page = window.tabs.page(window.tabs.current())
        assert isinstance(page, ModelTab)
        page.finder.dismiss()
        window.documents.open_model("image_pipeline")
        self.take("editor-ensemble")
        window.commands.action("find").trigger()
        self.take("find")
        window.show_palette()
        window.palette_popup.field.setText("re")
        self.take("palette")
        window.palette_popup.dismiss()
        window.show_activity("settings")
        self.take("settings")
        window.show_activity("models")
        window.commands.run("about")
        self.dialog("about", self.find(names.Help.ABOUT))

    def drawing(self) -> None:
        """The graph of an ensemble with a step chosen, a new model, and the server version that is checked for."""
        window = self.window
        window.documents.open_model("image_pipeline")
        page = window.tabs.page(window.tabs.current())
        assert isinstance(page, ModelTab)
        page.views.set_values(["graph"])
        page.views.changed.emit("graph")
        pane = self.find(names.Canvas.PANE)
        assert isinstance(pane, GraphPane)
        until(lambda: pane.document.graph is not None and pane.scene.is_whole, 60, "the graph is not drawn")
        assert pane.document.graph is not None
        pane.scene.choose(of_nodes([node.id for node in pane.document.graph.nodes if node.model == "classifier"]))
        self.take("canvas", small=True)
        dialog = window.context.show(NewModelPlace())
        assert dialog is not None
        self.dialog("new-model", dialog)
        Hand(window).find(QAbstractButton, names.Problems.TARGET).click()
        self.dialog("target", self.find(names.Target.DIALOG))

    def _offer(self, models: Path) -> RecoveryDialog:
        """What is asked after a crash: an edit, one that the file is newer than, one of a model that went."""
        path, now = models / "preprocess" / "config.pbtxt", time.time()
        written = path.read_text("utf-8")
        changed = written.replace("max_batch_size: 16", "max_batch_size: 32").rstrip() + "\nversion_policy { all {} }\n"
        leave(models, "preprocess", changed, now)
        other = models / "classifier" / "config.pbtxt"
        leave(models, "classifier", other.read_text("utf-8") + "# tried\n", other.stat().st_mtime - 1260)
        leave(models, "classifier_v2", other.read_text("utf-8"), now - 5000)
        return offer(self.window.context, Journal(self.session), abandoned())

    def unsaved_work(self, models: Path) -> None:
        """An edit, the question before it is lost, the offer after a crash, a file that changed outside."""
        window, session = self.window, self.session
        window.documents.open_model("preprocess")
        model = session.open_model("preprocess")
        model.edit("Set max batch size", lambda draft: draft.set("max_batch_size", 8))
        spin(300)
        self.take("unsaved")
        window.commands.action("review").trigger()
        self.dialog("review", self.find(names.Review.DIALOG))
        self.dialog("unsaved-question", ask_about(window, [model], lambda: None, lambda: None))
        path = model.folder.path / "config.pbtxt"
        left = self._offer(models)
        spin(300)
        self.take("recovery")
        left.list.setCurrentRow(1)
        self.dialog("recovery-older", left)
        path.write_text(path.read_text("utf-8") + "\n# Changed by another program.\n", "utf-8")
        session.rescan()
        spin(1200)
        self.take("conflict")
        model.reload()
        window.documents.open_model("classifier")

    def serving(self) -> None:
        """A server that runs, its log, and what the explorer and the editor know of it then."""
        launch(self.window)
        self.window.documents.open_model("classifier")
        self.window.commands.action("effective").trigger()
        spin(1500)
        self.take("effective", small=True)
        self.window.commands.action("effective").trigger()
        self.window.show_activity("serve")
        self.take("serve", small=True)
        self.window.docks.bottom.show_page("log")
        self.take("log")
        self.window.docks.bottom.show_page("problems")
        self.served()

    def served(self) -> None:
        """The models of the server: one that is tried, one that no longer loads, and why."""
        session, name = self.session, "preprocess"
        repository = session.repository
        assert repository is not None
        asks, session.server.consent.ask = session.server.consent.ask, lambda _asked, answer: answer(True)
        tried = session.open_model("classifier")
        tried.edit("Try", lambda draft: draft.set("dynamic_batching", "max_queue_delay_microseconds", 2000))
        session.server.load("classifier", tried.draft.document.text)
        until(lambda: session.server.trials.of("classifier") is not None, 60, "it was not tried")
        code = repository.path / name / "1" / "model.py"
        before = code.read_text("utf-8")
        code.write_text(
            before.replace("def initialize(self, args):", "def initialize(self, args):\n        open('labels.txt')")
        )
        session.server.unload(name)
        until(lambda: not is_ready(session.server.models.get(name, ())), 30, "it was not unloaded")
        session.server.load(name)
        until(lambda: bool(failures(session.server.models.get(name, ()))), 60, "it was loaded all the same")
        self._unfolded(name)
        code.write_text(before)
        session.server.load(name)
        until(lambda: is_ready(session.server.models.get(name, ())), 60, "it was not loaded again")
        session.server.load("classifier")
        tried.undo_stack.undo()
        session.server.consent.ask = asks

    def _unfolded(self, name: str) -> None:
        page = self.window.context.show(PagePlace("served"))
        assert isinstance(page, ServedPage)
        until(lambda: page.model.row("classifier").cells[AGAINST].text == "1 field", 30, "it was not compared")
        for each in ("classifier", name):
            page.table.choose(each)
            page.turn()
        page.ask_why(name)
        spin(1500)
        self.take("models", small=True)
        page.why.shut()
        for each in ("classifier", name):
            page.table.choose(each)
            page.turn()

    def monitor(self) -> None:
        """The monitor while requests flow."""
        self.window.show_activity("monitor")
        spans = self.find(names.Monitor.RANGE)
        assert isinstance(spans, Segmented)
        spans.set_value("60")
        spans.changed.emit("60")
        load = Load(self.window, example_requests(self.window), at_once=4)
        spin(_LOAD_SECONDS * 1000)
        self.take("monitor", small=True, settle=4000)
        load.stop()

    def problems(self, broken: Path) -> None:
        """A repository with the mistakes that people make, what the server makes of it, and a text that is broken."""
        window, session = self.window, self.session
        stop(window)
        window.documents.close_tabs()
        open_repository(window, broken)
        window.documents.open_model("image_pipeline")
        window.docks.bottom.show_page("problems")
        for _ in range(4):
            window.context.run("next_problem")
            spin(200)
        self.take("problems", small=True)
        window.documents.open_model("text_classifier")
        spin(800)
        edit = Hand(window).find(QPlainTextEdit, names.Text.EDIT)
        edit.setPlainText(edit.toPlainText().replace("max_batch_size: 64", "max_batch_size: = 64"))
        spin(800)
        self.take("broken-text")
        session.open_model("text_classifier").undo_stack.setIndex(0)
        window.commands.action("launch").trigger()
        server = session.server
        until(lambda: server.status.is_running and server.models, 60, "the broken repository has no answer")
        until(lambda: all(rung.state != "wait" for rung in server.status.rungs), 60, "the ladder does not settle")
        window.show_activity("serve")
        spin(800)
        self.take("serve-refused")
        for pid in triton_processes():
            os.kill(pid, signal.SIGKILL)
        until(lambda: server.status.state is State.FAILED, 60, "the end of the server was not noticed")
        self.take("serve-failed")

    def empty_repository(self, folder: Path) -> None:
        """A folder without models."""
        folder.mkdir()
        self.window.documents.close_tabs()
        open_repository(self.window, folder)
        self.window.show_activity("models")
        self.take("empty-repository")
