"""Pictures of a stream, of sequences, of options, of a run over files and of a probe, on a real server."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from studio.core.serving.launch import State
from studio.ui.tester.page import TesterPage
from studio.ui.tester.sources.typed import TextSource
from tests.client.server import serving
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, settle, shoot

_MODELS = ("writer", "sequence", "double", "add_one", "pipeline", "tells")
_WORDS = "Kittiwake, welcome. We have berth B14 free for you from Friday noon to Sunday. "


def _choose(page: TesterPage, model: str) -> None:
    page.select(model)
    wait_until(lambda: page.metadata is not None and page.metadata.name == model)
    wait_until(page.header.send.isEnabled)


def _send(page: TesterPage) -> None:
    page.send_request()
    wait_until(lambda: not page.is_busy)


def _say(page: TesterPage, text: str) -> None:
    source = page.inputs.inputs[0].sources[page.inputs.inputs[0].chooser.currentIndex()]
    assert isinstance(source, TextSource)
    source.field.setPlainText(text)


def _stream(page: TesterPage, folder: Path, theme: str) -> list[Path]:
    _choose(page, "writer")
    _say(page, _WORDS)
    _send(page)
    _say(page, _WORDS * 5)
    page.send_request()
    wait_until(lambda: page.answer.stream.table.rows.count > 40)
    made = [shoot(page, folder, "stream-arriving", theme, lambda: settle(50))]
    page.header.cancel.click()
    page.header.protocol.choose(1)
    _say(page, f"{_WORDS} fail")
    _send(page)
    return [*made, shoot(page, folder, "stream-failed", theme)]


def _rest(page: TesterPage, folder: Path, theme: str, files: Path) -> list[Path]:
    _choose(page, "sequence")
    part = page.inputs.options.sequence
    for turns in (3, 2):
        for turn in range(turns):
            part.end.setChecked(turns == 2 and turn == 1)
            _send(page)
            settle(600)
        part.begin_new()
    made = [shoot(page, folder, "sequences", theme)]
    _choose(page, "tells")
    options = page.inputs.options
    options.parameters.add_row().show_parameter("top_k", 5)
    options.parameters.add_row().show_parameter("threshold", 0.25)
    for head in (options.outputs.head, options.delivery.head):
        head.set_open(True)
    page.inputs.area.verticalScrollBar().setValue(10_000)
    made.append(shoot(page, folder, "options", theme))
    _choose(page, "double")
    for number in range(40):
        np.save(files / f"{number:03}.npy", np.full((1, 4), number, np.float32))
    (files / "013.npy").write_bytes(b"no array")
    page.tools.batch.offer_folder("double", page.inputs.inputs[0].info, files)
    wait_until(page.tools.batch.start.isEnabled)
    page.tools.batch.start.click()
    wait_until(lambda: "written" in page.tools.batch.words.text())
    made.append(shoot(page, folder, "file-run", theme))
    page.tools.batch.hide()
    _choose(page, "pipeline")
    page.tools.prober.probe("OUT")
    wait_until(lambda: bool(page.answer.probe.views))
    return [*made, shoot(page, folder, "probe", theme)]


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application, a display and the embedded engine."""
    with example_session(theme_name) as session, TemporaryDirectory() as home, serving(Path(home), _MODELS) as server:
        page = TesterPage(session)
        page.resize(1390, 800)
        page.show()
        session.server.attach(server.addresses)
        wait_until(lambda: session.server.status.state is State.READY and page.header.model.count() >= len(_MODELS))
        made = _stream(page, folder, theme_name)
        (Path(home) / "vectors").mkdir()
        made += _rest(page, folder, theme_name, Path(home) / "vectors")
        page.close()
        page.deleteLater()
        return made
