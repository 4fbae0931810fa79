"""The page: its list, the request that is shown, what is known of its spans, and what stands there without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.tracing.setting import tensors_risk
from studio.core.tracing.trace import Trace
from studio.ui.widgets import Label
from studio.ui.widgets.waterfall.values import Place
from studio.ui.xray.page import XrayPage
from tests.fixtures.traces import large_trace, pipeline, small_trace
from tests.fixtures.waiting import wait_until


@pytest.fixture
def page(session: Session) -> Iterator[XrayPage]:
    """The page without a trace."""
    made = XrayPage(session)
    made.resize(1396, 812)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def shown(page: XrayPage, trace: Trace, row: int = -1) -> None:
    """Shows a trace, and a request of it."""
    page.show_trace(trace)
    page.content.find_usual()
    if row >= 0:
        page.content.pick_request(row)
    wait_until(lambda: tasks.busy() == 0)


def rows(page: XrayPage) -> list[str]:
    model = page.content.requests.model
    return [str(model.index(row, 0).data()) for row in range(min(model.rowCount(), 30))]


def write_trace(path: Path, ids: list[str], *, is_whole: bool = True) -> Path:
    """A file as Triton's tracer writes it: one model, asked so often."""
    own = "QUEUE_START COMPUTE_START COMPUTE_INPUT_END COMPUTE_OUTPUT_START COMPUTE_END"
    names = f"HTTP_RECV_START HTTP_RECV_END REQUEST_START {own} REQUEST_END HTTP_SEND_START HTTP_SEND_END".split()
    records: list[dict[str, object]] = []
    for number, name in enumerate(ids, 1):
        records.append({"id": number, "model_name": "classifier", "model_version": 1, "request_id": name})
        at = 10**9 + number * 10**8
        stamps = [{"name": stamp, "ns": at + place * 10**6} for place, stamp in enumerate(names)]
        records += [{"id": number, "timestamps": [stamp]} for stamp in stamps]
    text = json.dumps(records)
    path.write_text(text if is_whole else text[:-120])
    return path


def test_the_slowest_comes_first_and_is_shown_with_its_slowest_stage_chosen(page: XrayPage) -> None:
    trace = small_trace()
    shown(page, trace)
    assert rows(page)[0].endswith(" ms")
    assert page.content.row == int(trace.slowest_first()[0])
    assert page.content.middle.name.text() == trace.ids[page.content.row]
    assert page.content.inspector.title.text() == "preprocess, compute"
    assert page.content.inspector.facts["Median"].name.text() == "Median of 20"
    assert page.head.pill.text() == "20 traced"
    assert "median of 20" in page.content.middle.timing.compared.text()


def test_a_failed_request_says_why(page: XrayPage) -> None:
    shown(page, small_trace(), 7)
    assert page.content.middle.about.text().startswith("failed: preprocess: no PNG or JPEG")
    assert page.content.inspector.title.text() == "preprocess"
    assert page.content.inspector.error.text() == "preprocess: no PNG or JPEG"
    assert page.content.requests.failed_words.text() == "1 failed: preprocess: no PNG or JPEG"


def test_the_filter_narrows_and_a_chosen_one_outside_of_it_lifts_it(page: XrayPage) -> None:
    shown(page, small_trace())
    QTest.mouseClick(page.content.requests.show_failed, Qt.MouseButton.LeftButton)
    assert rows(page) == ["r-0b78, 5.43 ms, failed"]
    assert page.content.requests.head.detail.text() == "1 of 20"
    page.content.requests.choose(3)
    assert len(rows(page)) == 20


def test_the_keys_of_the_list_go_through_the_requests(page: XrayPage) -> None:
    trace = small_trace()
    shown(page, trace)
    QTest.keyClick(page.content.requests.table, Qt.Key.Key_Down)
    wait_until(lambda: tasks.busy() == 0)
    assert page.content.row == int(trace.slowest_first()[1])
    assert page.content.middle.name.text() == trace.ids[page.content.row]
    page.content.requests.set_order("newest")
    assert rows(page)[0].startswith(trace.ids[19])
    assert page.content.row == int(trace.slowest_first()[1])


def test_a_hundred_thousand_requests_are_listed_and_one_is_found_by_its_id(page: XrayPage) -> None:
    shown(page, large_trace(), 4321)
    assert page.content.requests.model.rowCount() == 100_000
    page.content.requests.filter.setText("r-1869f")
    assert [row.partition(",")[0] for row in rows(page)] == ["r-1869f"]
    page.content.requests.step(1)
    wait_until(lambda: page.content.middle.name.text() == "r-1869f")
    assert "mean of 2,000 of 100,000" not in page.content.middle.timing.compared.text()
    page.content.middle.timing.breakdown.choose(1)
    assert page.content.middle.timing.compared.text() == "mean of 2,000 of 100,000"


def test_the_time_of_all_is_told_beside_that_of_one(page: XrayPage) -> None:
    shown(page, small_trace())
    one = page.content.middle.timing.total.text()
    page.content.middle.timing.breakdown.choose(1)
    assert page.content.middle.timing.total.text() != one
    assert "By model, mean of 20" in {label.text() for label in page.content.inspector.findChildren(Label)}
    assert page.content.middle.timing.compared.text() == "mean of 20"


def test_a_request_and_the_sums_are_copied_as_text(page: XrayPage) -> None:
    shown(page, small_trace(), 3)
    page.content.copy_request()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("r-0b74: ")
    assert [line.split("\t")[0].strip() for line in lines[2:]] == [
        "image_pipeline",
        "preprocess",
        "classifier",
        "postprocess",
    ]
    page.content.copy_sums()
    assert QGuiApplication.clipboard().text().startswith("part\tms\tshare\nnetwork\t")


def test_a_trace_that_grows_keeps_what_is_looked_at(page: XrayPage) -> None:
    trace = small_trace()
    shown(page, small_trace(12), 4)
    page.content.middle.waterfall.view.choose(Place(trace.request(4).root.steps[1].id))
    page.show_trace(trace)
    wait_until(lambda: tasks.busy() == 0)
    assert page.content.row == 4
    assert page.content.inspector.title.text() == "classifier"
    assert len(rows(page)) == 20


def test_the_columns_fold_where_there_is_no_room_and_come_by_a_press(page: XrayPage) -> None:
    shown(page, small_trace())
    assert page.content.inspector.isVisible()
    assert not page.head.show_span.isVisible()
    page.resize(1236, 632)
    assert not page.content.inspector.isVisible()
    assert page.content.requests.isVisible()
    QTest.mouseClick(page.head.show_span, Qt.MouseButton.LeftButton)
    assert page.content.inspector.isVisible()
    page.resize(860, 632)
    assert not page.content.requests.isVisible()
    assert page.head.show_list.isVisible()
    page.resize(1396, 812)
    assert page.content.inspector.isVisible()
    assert page.content.requests.isVisible()


def test_a_file_is_opened_and_a_cut_one_says_what_is_missing(page: XrayPage, tmp_path: Path) -> None:
    assert page.empty.currentWidget() is page.empty.no_server
    page.sources.open((write_trace(tmp_path / "t.json", ["a", "b", "c"]),))
    wait_until(lambda: tasks.busy() == 0)
    assert sorted(row.partition(",")[0] for row in rows(page)) == ["a", "b", "c"]
    assert page.head.detail.text().startswith("t.json · classifier")
    assert not page.problem.isVisible()
    page.sources.open((write_trace(tmp_path / "cut.json", ["d", "e"], is_whole=False),))
    wait_until(lambda: tasks.busy() == 0)
    assert "d" in {row.partition(",")[0] for row in rows(page)}
    assert "cut.json" in page.problem.message.text()


def test_the_sums_are_written_as_a_table(page: XrayPage, tmp_path: Path) -> None:
    shown(page, small_trace())
    page.exports.write_sums(tmp_path / "sums.csv")
    assert (tmp_path / "sums.csv").read_bytes().startswith(b"what,name,version,stage,ms,share,runs,requests\r\nall,")


def test_an_export_that_fails_is_told_and_leaves_no_bar(page: XrayPage, tmp_path: Path, posted: list[Notice]) -> None:
    shown(page, small_trace())
    page.exports.bar.show_words("Writing one.json: 67%", 0.67)
    page.exports.write(tmp_path / "missing" / "one.json", "chrome")
    wait_until(lambda: bool(posted))
    assert "one.json" in f"{posted[0].text} {posted[0].detail}"
    assert page.exports.bar.isHidden()


def test_what_is_listed_is_written_for_other_viewers(page: XrayPage, tmp_path: Path, posted: list[Notice]) -> None:
    shown(page, small_trace())
    page.content.requests.filter.setText("r-0b74")
    page.exports.write(tmp_path / "one.json", "chrome")
    wait_until(lambda: bool(posted))
    assert posted[0].text == "Wrote one.json"
    assert not page.exports.bar.isVisible()
    bars = json.loads((tmp_path / "one.json").read_text())
    text = json.dumps(bars)
    assert "classifier" in text
    assert "r-0b75" not in text


def test_a_growing_trace_is_followed_to_its_slowest_until_one_is_chosen(page: XrayPage) -> None:
    trace = small_trace()
    shown(page, small_trace(3))
    page.show_trace(trace)
    wait_until(lambda: tasks.busy() == 0)
    assert page.content.row == int(trace.slowest_first()[0])


def test_whatever_can_be_used_with_a_trace_is_named(page: XrayPage) -> None:
    assert not page.head.show_span.isVisible()
    shown(page, small_trace())
    page.resize(1236, 632)
    page.content.middle.open_search()
    found = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.focusProxy() is None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(found) > 10
    assert [type(widget).__name__ for widget in found if not widget.objectName()] == []
    nameless = [
        widget.objectName() for widget in found if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_the_keyboard_is_where_the_trace_is(page: XrayPage) -> None:
    page.setFocus()
    assert page.window().focusWidget() is page
    shown(page, small_trace())
    page.head.open.setFocus()
    page.setFocus()
    page.activateWindow()
    wait_until(page.content.middle.waterfall.view.hasFocus)


def test_one_request_from_elsewhere_is_shown_by_itself(page: XrayPage) -> None:
    page.show_one(pipeline("mine", 0))
    wait_until(lambda: tasks.busy() == 0)
    assert page.head.pill.text() == "1 traced"
    assert page.content.middle.name.text() == "mine"
    assert not page.content.middle.waterfall.overview.isVisible()
    assert page.content.inspector.facts["Median"].isHidden()


def test_without_a_server_nothing_can_be_traced_and_the_button_says_why(page: XrayPage) -> None:
    assert not page.head.trace.isEnabled()
    assert page.head.trace.toolTip() == "No server runs."
    page.trace_next()
    assert not page.sources.recording.is_recording
    page.empty.show_waiting(3, 20)
    assert page.empty.waiting.words.title.text() == "Waiting for requests: 3 of 20"


def test_tensors_are_wanted_by_the_menu_beside_trace_which_tells_of_the_risk(page: XrayPage) -> None:
    def lines() -> list[tuple[str, bool]]:
        page.head.more.click()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        found = [(action.text(), action.isEnabled()) for action in menu.actions()]
        menu.close()
        return found

    assert lines() == [("With tensors", True)]
    risk = tensors_risk("2.51.0")
    page.head.show_recording(is_recording=False, why_not="", tensors_risk=risk)
    assert lines() == [("With tensors", True), (risk, False)]
    page.head.with_tensors.trigger()
    assert page.head.with_tensors.isChecked()
    assert page.head.next.text() == "Trace with tensors the next"
    page.head.show_recording(is_recording=True, why_not="")
    assert not page.head.more.isEnabled()
