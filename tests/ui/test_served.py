"""The models' page: why one is not there, how long one loads, several at once, who needs whom, and *Why?*."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.app.serving.ladder import REPOSITORY, ServerStatus
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.inference.model_index import by_name
from studio.core.inference.requests import ModelState
from studio.core.serving.alive import Proof
from studio.core.serving.dependents import dependents
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine, State
from studio.core.serving.reloads import Reload
from studio.ui.served import names
from studio.ui.served.detail.panel import DetailPanel
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import AGAINST, LOAD, MODEL, REASON, STATE, VERSION
from studio.ui.widgets.dialogs import Question
from tests.fixtures.broken_models import write_broken_models
from tests.fixtures.finding import part
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until

_LIFECYCLE = "model_lifecycle.cc"


def _page(session: Session, qtbot: QtBot) -> ServedPage:
    made = ServedPage(session)
    qtbot.addWidget(made)
    made.resize(1400, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ServedPage:
    """The page of a session without a repository."""
    return _page(session, qtbot)


def _see(session: Session, rows: Iterable[ModelState]) -> None:
    """As if a server of ours had told this index."""
    server = session.server.current
    spec = LaunchSpec(EngineKind.EMBEDDED, session.repository.path if session.repository else None)
    server.guard.begin(spec)
    server.status = ServerStatus(State.READY, "Embedded Triton", spec=spec)
    server.models = by_name(rows)
    server.models_changed.emit(server.models)


def _cell(page: ServedPage, name: str, column: int) -> str:
    page.refresh()
    return page.model.row(name).cells[column].text


def _ready(*models: str) -> tuple[ModelState, ...]:
    return tuple(ModelState(name, "1", "READY", "") for name in models)


def _line(text: str, at: float, level: str = "I") -> LogLine:
    return LogLine(level, text, _LIFECYCLE, at)


@pytest.mark.parametrize(
    ("rows", "state", "versions", "load", "unload"),
    [
        (_ready("m"), "ready", "1", True, True),
        ((ModelState("m", "1", "UNAVAILABLE", "unloaded"),), "not loaded", "1", True, False),
        ((ModelState("m", "1", "UNAVAILABLE", "Internal: no"),), "failed", "1", True, False),
        ((ModelState("m", "1", "LOADING", ""),), "loading", "1", False, False),
        ((ModelState("m", "1", "UNLOADING", ""),), "unloading", "1", False, False),
        (
            (ModelState("m", "1", "READY", ""), ModelState("m", "2", "UNAVAILABLE", "Internal: no")),
            "ready",
            "1 ready, 2 failed",
            True,
            True,
        ),
    ],
)
def test_a_row_says_its_state_and_what_can_be_done(
    page: ServedPage,
    session: Session,
    rows: tuple[ModelState, ...],
    state: str,
    versions: str,
    load: bool,
    unload: bool,
) -> None:
    _see(session, rows)
    assert (_cell(page, "m", STATE), _cell(page, "m", VERSION)) == (state, versions)
    page.table.choose("m")
    assert (page.head.load.isEnabled(), page.head.unload.isEnabled()) == (load, unload)
    session.server.guard.begin(LaunchSpec(EngineKind.EMBEDDED))
    session.server.guard.note_refused("explicit model load / unload is not allowed")
    page.refresh()
    assert not page.head.load.isEnabled()
    assert "without explicit model control" in page.head.load.toolTip()
    assert not page.head.other.isHidden()


def test_the_model_of_the_table_keeps_to_the_rules_of_qt(page: ServedPage, session: Session) -> None:
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    _see(session, (*_ready("a", "b"), ModelState("c", "1", "UNAVAILABLE", "Internal: no")))
    page.refresh()
    page.model.turn("c")
    page.model.sort(STATE, Qt.SortOrder.DescendingOrder)
    page.model.narrow("ready", "all")
    _see(session, _ready("a"))
    page.refresh()
    assert page.model.rowCount() == 1


def test_a_slow_load_is_told_from_the_log(page: ServedPage, session: Session) -> None:
    """Before the server answers anything."""
    now = time.time()
    server = session.server.current
    server.server_logged([_line("loading: slow:1", now - 29), _line("loading: quick:1", now - 29)])
    server.server_logged([_line("successfully loaded 'quick'", now - 27)])
    assert {name: rows[0].state for name, rows in session.server.models.items()} == {"slow": "LOADING", "quick": ""}
    assert _cell(page, "slow", STATE) == "loading"
    assert _cell(page, "slow", LOAD).endswith(" s …")
    assert page.model.row("slow").cells[LOAD].tip.startswith("since ")
    assert page.model.row("slow").is_loading
    assert _cell(page, "quick", REASON) == "loaded, the server still starts"
    server.server_logged([_line("failed to load 'slow' version 1: Internal: no", now, "E")])
    assert _cell(page, "slow", REASON) == "no"
    assert not page.model.row("slow").is_loading
    page.grab()


def test_how_long_a_load_took_is_told(page: ServedPage, session: Session) -> None:
    server = session.server.current
    server.server_logged([_line("loading: m:1", 100.0), _line("successfully loaded 'm'", 102.5)])
    _see(session, _ready("m"))
    assert _cell(page, "m", LOAD) == "2.5 s"


def test_a_model_that_is_ready_and_does_not_answer_is_red_with_the_reason(page: ServedPage, session: Session) -> None:
    _see(session, _ready("m"))
    session.server.prober.proofs["m"] = Proof("fail", why="Stub process 'm_0_0' is not healthy")
    assert _cell(page, "m", STATE) == "not answering"
    assert "Stub process" in _cell(page, "m", REASON)
    assert page.model.counts()["failed"] == 1
    session.server.prober.proofs["m"] = Proof("unknown", why="it keeps a state")
    assert _cell(page, "m", STATE) == "not known"
    assert page.model.row("m").sign == ("warning-fill", "warn_fill")


def test_a_model_of_a_server_that_does_not_answer_is_not_shown_as_ready(page: ServedPage, session: Session) -> None:
    _see(session, _ready("m"))
    session.server.prober.proofs["m"] = Proof("ok", time.monotonic(), 0.1)
    assert _cell(page, "m", STATE) == "ready"
    server = session.server.current
    server.status = server.status.settled(REPOSITORY, "fail", "no answer", 1.0)
    assert _cell(page, "m", STATE) == "not known"
    assert "the server does not answer" in _cell(page, "m", REASON)
    assert page.model.row("m").sign == ("warning-fill", "warn_fill")


def test_the_outcome_of_a_reload_stands_in_the_row(page: ServedPage, session: Session) -> None:
    _see(session, _ready("m"))
    session.server.reloads.fail("m", "load failed for model 'm': version 1 is at UNAVAILABLE state: Internal: no")
    assert _cell(page, "m", REASON) == "the reload failed, what was there runs on"
    assert page.model.row("m").unfolds
    page.table.choose("m")
    page.turn()
    panel = page.table.detail("m")
    assert isinstance(panel, DetailPanel)
    assert "What was loaded before runs on" in panel.failure.after.text()
    assert Reload("in place", "1 of 2 instances stayed").words == "reloaded in place"


def test_rows_are_filtered_sorted_and_counted(page: ServedPage, session: Session) -> None:
    rows = (*_ready("alpha", "beta"), ModelState("gamma", "1", "UNAVAILABLE", "Internal: broken"))
    _see(session, rows)
    page.refresh()
    assert page.model.counts() == {"all": 3, "ready": 2, "failed": 1}
    page.head.which.choose(2)
    assert [page.model.entry(row) for row in range(page.model.rowCount())] == [("gamma", False)]
    page.head.which.choose(0)
    page.head.filter.setText("gam fail")
    assert page.model.place("gamma") == 0
    assert page.model.place("alpha") == -1
    page.head.filter.setText("")
    page.table.sortByColumn(STATE, Qt.SortOrder.AscendingOrder)
    assert page.model.place("gamma") == 0


def test_a_choice_outlives_sorting_and_a_fold(page: ServedPage, session: Session) -> None:
    _see(session, (*_ready("a", "b"), ModelState("c", "1", "UNAVAILABLE", "Internal: no\nmore of it")))
    page.refresh()
    page.table.choose("c", "a")
    page.table.sortByColumn(STATE, Qt.SortOrder.DescendingOrder)
    assert set(page.table.chosen()) == {"a", "c"}
    page.table.choose("c")
    QTest.keyClick(page.table, Qt.Key.Key_Right)
    panel = page.table.detail("c")
    assert panel is not None
    assert panel.isVisible()
    assert page.table.chosen() == ("c",)
    row = page.model.place("c")
    assert page.table.rowHeight(row + 1) == panel.height()
    QTest.keyClick(page.table, Qt.Key.Key_Up)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.table.chosen() == ("c",)
    QTest.keyClick(page.table, Qt.Key.Key_Left)
    assert page.table.detail("c") is None
    heights = {page.table.rowHeight(row) for row in range(page.model.rowCount())}
    assert heights == {32}


def test_many_are_chosen_at_once_and_stay_so(page: ServedPage, session: Session) -> None:
    names = tuple(f"m{number:03}" for number in range(300))
    _see(session, _ready(*names))
    page.refresh()
    changes: list[int] = []
    page.chosen_changed.connect(lambda: changes.append(len(page.table.chosen())))
    page.table.choose(*names[:100], *names[200:])
    assert page.table.chosen() == (*names[:100], *names[200:])
    page.table.sortByColumn(MODEL, Qt.SortOrder.DescendingOrder)
    assert page.table.chosen() == tuple(reversed((*names[:100], *names[200:])))
    assert set(changes) == {200}, "a choice was told in parts"


def test_a_reason_unfolds_with_all_of_its_lines_to_be_copied(page: ServedPage, session: Session) -> None:
    whole = "Internal: ValueError: no\n\nAt:\n  /m/c/1/model.py(6): initialize"
    _see(session, (ModelState("c", "1", "UNAVAILABLE", whole),))
    page.refresh()
    page.table.choose("c")
    page.turn()
    panel = page.table.detail("c")
    assert isinstance(panel, DetailPanel)
    assert panel.failure.said.text() == "Internal: ValueError: no"
    part(panel, QPushButton, names.Served.WHOLE.format("c")).click()
    assert panel.failure.said.text() == whole
    panel.failure.copy.click()
    assert QApplication.clipboard().text() == whole


def test_columns_go_from_the_right_and_the_name_never(page: ServedPage, session: Session) -> None:
    _see(session, _ready("m"))
    page.refresh()
    seen = []
    for width in (1200, 850, 760, 680, 600, 500):
        page.table.resize(width, 600)
        seen.append([column for column in range(8) if not page.table.isColumnHidden(column)])
    assert seen[0] == list(range(8))
    assert all(len(after) < len(before) for before, after in pairwise(seen))
    assert all(0 in columns for columns in seen)
    assert AGAINST not in seen[1]


def test_a_model_that_asks_for_a_gpu_is_offered_on_the_cpu(
    tmp_path: Path, open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a change of its file."""
    session = open_session(write_example(tmp_path / "example"))
    page = _page(session, qtbot)
    sent: list[tuple[str, str | None]] = []
    monkeypatch.setattr(session.server, "load", lambda name, config=None: sent.append((name, config)))
    reason = "Invalid argument: instance group x_0 of model x has kind KIND_GPU but no GPUs are available"
    _see(session, (ModelState("tokenizer", "1", "UNAVAILABLE", reason),))
    page.refresh()
    page.table.choose("tokenizer")
    page.turn()
    offer = part(page, QPushButton, names.Served.ON_CPU.format("tokenizer"))
    assert not offer.isHidden()
    offer.click()
    assert sent[0][0] == "tokenizer"
    assert "KIND_CPU" in str(sent[0][1])


def test_several_are_loaded_and_unloaded_at_once(
    tmp_path: Path, open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others need is unloaded only once a person said so."""
    session = open_session(write_example(tmp_path / "example"))
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(session.server, "load", lambda name: sent.append(("load", name)))
    monkeypatch.setattr(session.server.current, "unload", lambda name: sent.append(("unload", name)))
    page = _page(session, qtbot)
    _see(session, _ready("image_pipeline", "preprocess", "tokenizer"))
    page.refresh()
    assert not page.head.load.isEnabled()
    assert page.head.load.toolTip() == "Choose a model first"
    page.table.choose("preprocess", "tokenizer")
    assert page.head.load.text() == "Reload 2"
    page.head.load.click()
    assert sent == [("load", "preprocess"), ("load", "tokenizer")]
    sent.clear()
    page.head.unload.click()
    assert sent == []
    asked = page.findChild(Question)
    assert asked is not None
    assert "image_pipeline needs them" in "".join(label.text() for label in asked.findChildren(QLabel))
    asked.accept()
    assert sent == [("unload", "preprocess"), ("unload", "tokenizer")]


def test_who_needs_a_model_directly_or_through_others(open_session: OpenSession, tmp_path: Path) -> None:
    session = open_session(write_broken_models(tmp_path / "models"))
    drafts = session.drafts()
    assert dependents(drafts, ["nobody"]) == ("needs_missing",)
    assert dependents(drafts, ["good_a"]) == ()
    outer = drafts["needs_missing"].set("ensemble_scheduling", "step", 0, "model_name", "needs_missing")
    assert dependents({**drafts, "outer": outer}, ["nobody"]) == ("needs_missing", "outer")
    assert dependents({"loop": outer, "needs_missing": outer}, ["loop"]) == ()


def test_why_tells_the_layers_and_leads_on(page: ServedPage, session: Session) -> None:
    whole = "Internal: ValueError: no\n\nAt:\n  /m/c/1/model.py(6): initialize"
    _see(session, (*_ready("a"), ModelState("c", "1", "UNAVAILABLE", whole)))
    page.refresh()
    page.ask_why("c")
    assert page.why.isVisible()
    answer = page.why.answer
    assert answer is not None
    assert answer.layer("artifact").state == "cause"
    assert page.why.layers.rows["artifact"].state.text() == "cause"
    assert page.why.title.text() == answer.title
    asked: list[object] = []
    page.why.look_asked.connect(asked.append)
    part(page.why, QPushButton, names.Served.WHY_LOOK.format(0)).click()
    assert asked == [answer.looks[0]]
    page.why.copy.click()
    assert QApplication.clipboard().text() == answer.report
    _see(session, _ready("a", "c"))
    page.refresh()
    assert page.why.answer is not None
    assert page.why.answer.layer("artifact").state != "cause"
    assert not page.why.symptom.isHidden()
    page.why.close_.click()
    assert page.why.isHidden()


def test_why_without_a_server_says_so(page: ServedPage, session: Session) -> None:
    page.ask_why("anything")
    assert page.why.answer is not None
    assert page.why.answer.layer("transport").state == "cause"
    wait_until(lambda: "no server runs" in page.why.title.text())
