"""Requests by mouse and keyboard against one real server: a stream, a sequence, a folder of files, a wire probed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPlainTextEdit, QWidget

from studio.core.inference.model_index import is_ready
from studio.core.serving.launch import State
from studio.engines.engine import Server
from studio.ui.canvas.pane import GraphPane
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.window import MainWindow
from studio.ui.tester import page as tester
from studio.ui.tester.batch.names import BatchNames
from studio.ui.tester.saved.expected.verdict_bar import VerdictBar
from studio.ui.tester.saved.names import Saved
from studio.ui.tester.sequences.names import SequenceNames
from studio.ui.tester.stream.names import Stream
from studio.ui.widgets import InlineProblem, Label
from tests.client.server import serving
from tests.e2e.hand import Hand, until
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

MODELS = ("writer", "sequence", "double", "add_one", "pipeline", "failing", "slow")
FILES = 30


@pytest.fixture(scope="module")
def server(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """One for all journeys, and its repository."""
    folder = tmp_path_factory.mktemp("requests")
    with serving(folder, MODELS) as running:
        yield running, folder / "models"


class _Person:
    """A hand on the tester of a window that is attached to the server."""

    def __init__(self, window: MainWindow, server: Server) -> None:
        self.window, self.hand, self.session = window, Hand(window), window.need_session()
        self.session.server.attach(server.addresses)
        until(lambda: self.session.server.status.state is State.READY, 60, "the server is not attached to")
        until(lambda: all(is_ready(self.session.server.models.get(name, ())) for name in MODELS), 60, "models lack")
        page = window.page("test")
        assert isinstance(page, tester.TesterPage)
        self.page = page

    def choose(self, model: str) -> None:
        """The tester with a model whose inputs are known."""
        self.hand.key("alt+3")
        self.page.select(model)
        until(lambda: self.page.metadata is not None and self.page.metadata.name == model, 60, f"{model} is not known")
        until(self.page.header.send.isEnabled, 60, f"{model} cannot be asked")

    def fill(self, name: str, text: str) -> None:
        """Types a text into the input of that name."""
        field = self.hand.find(QPlainTextEdit, names.Tester.TEXT.format(name))
        self.hand.click(field)
        self.hand.key("ctrl+a")
        self.hand.type(text)

    def save(self, name: str) -> None:
        """Saves what is in the form, with what came as what is expected."""
        self.hand.key("ctrl+s")
        until(lambda: self.window.findChild(QWidget, Saved.DIALOG_NAME) is not None, 30, "nobody asked for a name")
        self.hand.click(self.hand.find(QWidget, Saved.DIALOG_NAME))
        self.hand.key("ctrl+a")
        self.hand.type(name)
        self.hand.key("Return")
        until(lambda: name in self.session.requests.saved.names, 30, f"{name} was not saved")

    def send(self) -> None:
        """Ctrl+Enter, and waits for the end."""
        self.hand.key("ctrl+Return")
        until(lambda: not self.page.is_busy, 60, "no answer came")


@pytest.fixture
def person(server: tuple[Server, Path], open_window: OpenWindow) -> _Person:
    """At the window of the repository."""
    return _Person(open_window(server[1]), server[0])


def test_a_stream_arrives_is_stopped_and_tells_its_error(person: _Person) -> None:
    person.choose("writer")
    assert person.page.header.decoupled.isVisible()
    person.fill("text_input", "moor at the pontoon")
    person.send()
    side = person.page.answer.stream
    assert part(side, QPlainTextEdit, Stream.TEXT).toPlainText() == "mooratthepontoon"
    assert "4 responses" in person.page.header.status.text()
    assert part(side, QWidget, Stream.FIGURE.format("first")).accessibleName().endswith("ms, TTFT")
    person.save("texts/moored")
    verdict = person.page.answer.stream.findChild(VerdictBar)
    assert verdict is not None
    until(verdict.isVisible, 20, "the stream was not judged")
    person.send()
    until(verdict.isVisible, 20, "the stream was not judged again")
    assert verdict.title.text() == "As expected"
    person.fill("text_input", "word " * 80)
    person.hand.key("ctrl+Return")
    until(lambda: side.table.rows.count > 2, 60, "nothing arrives")
    person.hand.key("Escape")
    until(lambda: not person.page.is_busy, 20, "it does not stop")
    assert side.state.text().startswith("stopped at")
    assert side.table.rows.count < 80
    assert not verdict.isVisible()
    person.fill("text_input", "one fail")
    protocol = person.page.header.protocol
    person.hand.click(protocol, protocol.cell("generate").center().toPoint())
    person.send()
    assert side.state.text() == "failed"
    assert "out of words" in side.table.rows.error
    assert part(side, QPlainTextEdit, Stream.TEXT).toPlainText() == "one"
    # The model saw both that it was stopped, and counts it.
    person.fill("text_input", "cancelled?")
    person.send()
    assert int(part(side, QPlainTextEdit, Stream.TEXT).toPlainText()) >= 1
    until(lambda: verdict.title.text() == "Not compared with what is expected", 20, "nobody says why it is not judged")
    # What was saved is sent as the stream that it was.
    runs = person.session.requests.runs
    person.hand.key("alt+r")
    until(lambda: "texts/moored" in runs.outcomes and not runs.is_running, 60, "it was not run")
    assert (runs.outcomes["texts/moored"].state, runs.outcomes["texts/moored"].message) == ("passed", "")


def test_a_sequence_begins_goes_on_and_ends(person: _Person) -> None:
    person.choose("sequence")
    words = part(person.page, Label, SequenceNames.WORDS)
    assert "new sequence" in words.text()
    flags: list[int] = []
    for turn in (1, 2, 3):
        if turn == 3:
            person.hand.click(person.hand.find(QWidget, SequenceNames.END))
        person.send()
        told = person.page.outputs.outputs[0].tensor.array.ravel()[0]
        flags.append(int(str(told).split('"flags": ')[1].split(",")[0]))
    # Triton's own: 1 begins, 2 ends.
    assert flags == [1, 0, 2]
    lanes = person.page.tools.lanes
    assert lanes.isVisible()
    assert "3 turns, ended" in str(lanes.model.index(0, 0).data())
    assert "was ended" in words.text()
    person.save("turns/first")
    own = person.session.requests.saved.folder
    assert own is not None
    before = own.path("turns/first").read_bytes()
    person.send()
    until(lambda: not person.page.inputs.options.sequence.start.isChecked(), 20, "it did not begin")
    # What became of the flags by sending is no change of what was saved.
    written: list[object] = []
    person.session.requests.saved.changed.connect(written.append)
    person.hand.key("ctrl+s")
    until(lambda: written, 20, "it is not saved")
    assert own.path("turns/first").read_bytes() == before
    assert b'"sequence_start": true' in before


def test_a_folder_with_a_broken_file_is_asked_about(person: _Person, tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    folder.mkdir()
    for number in range(FILES):
        np.save(folder / f"{number:03}.npy", np.full((1, 4), number, np.float32))
    (folder / "013.npy").write_bytes(b"no array")
    person.choose("double")
    person.hand.drop_file(folder, person.page.inputs.inputs[0])
    panel = person.page.tools.batch
    until(panel.start.isVisible, 20, "no run is offered")
    results = part(panel, QLineEdit, BatchNames.RESULTS)
    person.hand.click(results)
    person.hand.key("ctrl+a")
    person.hand.type(str(tmp_path / "results"))
    until(panel.start.isEnabled, 20, "the files are not listed")
    person.hand.click(panel.start)
    until(lambda: "written" in panel.words.text(), 60, "the run does not end")
    assert panel.words.text().startswith(f"{FILES - 1} answered, 1 failed")
    assert [each.file for each in panel.failed.rows.results] == ["013.npy"]
    rows = (tmp_path / "results" / "results.csv").read_text().splitlines()
    assert len(rows) == FILES + 1
    assert sum(",failed," in row for row in rows) == 1
    with np.load(tmp_path / "results" / "results.npz") as arrays:
        assert arrays["OUT"].shape == (FILES - 1, 1, 4)
        assert arrays["OUT"][3].tolist() == [[6, 6, 6, 6]]


def _choose(text: str) -> None:
    """Takes an entry of the menu that is open."""
    until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), 20, "nothing is asked")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(each for each in menu.actions() if each.text().startswith(text)).trigger()
    menu.close()


def test_several_files_become_a_batch_or_a_run_that_is_paused_cancelled_and_gone_on_with(
    person: _Person, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.npy" for number in range(12)]
    for number, path in enumerate(paths):
        np.save(path, np.full((1, 4), number, np.float32))
    person.choose("double")
    card = person.page.inputs.inputs[0]
    card.take_files(paths[:3])
    _choose("One batch of 3")
    held = part(card, QLabel, names.Tester.HELD.format(card.info.name))
    until(lambda: "[3, 4]" in held.text(), 20, "no batch was made")
    person.send()
    assert person.page.outputs.outputs[0].tensor.array.tolist() == [[0] * 4, [2] * 4, [4] * 4]
    # The first of them take a while each, one after another.
    for number, path in enumerate(paths):
        np.save(path, np.array([0.2 if number < 4 else 0], np.float32))
    person.choose("slow")
    person.page.inputs.inputs[0].take_files(paths)
    _choose("A run")
    panel, batch = person.page.tools.batch, person.session.requests.batch
    until(panel.start.isEnabled, 20, "no run is offered")
    part(panel, QLineEdit, BatchNames.RESULTS).setText(str(tmp_path / "results"))

    def pause(over: int, *_: object) -> None:
        if over and not batch.is_paused:
            panel.pause.click()

    batch.progressed.connect(pause)
    person.hand.click(panel.start)
    until(lambda: batch.is_paused and not batch.under_way, 30, "it does not pause")
    assert panel.pause.text() == "Resume"
    over = len(batch.results)
    assert 0 < over < len(paths)
    person.hand.click(panel.cancel)
    until(lambda: f"{len(paths) - over} not asked: Start goes on there" in panel.words.text(), 30, "it does not end")
    batch.progressed.disconnect(pause)
    person.hand.click(panel.start)
    until(lambda: panel.words.text().startswith(f"{len(paths)} answered."), 30, "it does not go on")
    rows = (tmp_path / "results" / "results.csv").read_text().splitlines()
    assert sorted(row.split(",")[0] for row in rows[1:]) == sorted(path.name for path in paths)


def test_a_wire_of_the_canvas_is_probed(person: _Person) -> None:
    tab = person.window.documents.open_model("pipeline")
    assert isinstance(tab, ModelTab)
    pane = tab.show_view("graph")
    assert isinstance(pane, GraphPane)
    until(lambda: pane.scene.wires and pane.isVisible(), 60, "no wires are drawn")
    wire = next(item for item in pane.scene.wires.values() if item.wire.tensor == "between_1")
    at = wire.path.pointAtPercent(0.5)
    person.hand.click(pane.view.viewport(), pane.view.mapFromScene(at))
    person.hand.key("shift+p")
    side = person.page.answer.probe
    until(lambda: side.isVisible() and side.views, 60, "nothing was probed")
    assert side.views[0].tensor.name == "between_1"
    assert "after 1 of 1 steps" in person.page.header.status.text()
    assert person.page.findChild(InlineProblem, names.Tester.PROBE_FAILED) is None
    person.page.inputs.batch.field.setFocus()
    person.hand.key("ctrl+a")
    person.hand.type("9")
    person.page.tools.prober.probe("OUT")
    until(lambda: person.page.findChild(InlineProblem, names.Tester.PROBE_FAILED), 60, "nothing failed")
    words = part(person.page, InlineProblem, names.Tester.PROBE_FAILED).message.text()
    assert words.startswith("Step 1 of 2, double, failed: ")
    assert "batch-size must be <= 8" in words
