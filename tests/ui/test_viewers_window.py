"""Every viewer of tensors in the real window: opened by keys, named for screen readers, and drawn, without a server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QMenu, QWidget

from studio.core.inference.requests import InferRequest, InferResult, StageTimes
from studio.ui.shell.window import MainWindow
from studio.ui.tensors.numbers import NumbersView
from studio.ui.tensors.view import TensorView
from studio.ui.tester import page as tester
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.tensor_samples import SAMPLES, heat, picture, probabilities, titles


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """The program with nothing open."""
    return open_window(None, "dark", (1280, 720))


def _unnamed(root: QWidget) -> set[str]:
    """What takes the keyboard or a press and has no object name, or nothing that a screen reader says."""
    found = set()
    for widget in root.findChildren(QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, QAbstractButton)
        inner = isinstance(widget, QMenu | QLabel) or isinstance(widget.parentWidget(), QComboBox)
        is_qts = widget.objectName().startswith("qt_") or widget.focusProxy() is not None or inner
        if not widget.isVisible() or not widget.isEnabled() or not takes or is_qts:
            continue
        says = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        if not widget.objectName() or not says:
            found.add(f"{type(widget).__name__} {widget.objectName()!r} {says!r}")
    return found


def test_every_viewer_opens_by_keys_and_is_named(window: MainWindow) -> None:
    window.show_activity("test")
    page = window.page("test")
    assert isinstance(page, tester.TesterPage)
    page.stack.setCurrentIndex(1)
    outputs = tuple({id(made): made for made in (make() for make in SAMPLES.values())}.values())
    result = InferResult("m", "1", outputs, StageTimes(1))
    request = InferRequest("m", (picture(),))
    page.outputs.show_result(result, request)
    page.outputs.show_result(InferResult("m", "2", outputs, StageTimes(1)), request)
    wait_until(lambda: len(page.outputs.outputs) == len(outputs))
    opened: set[str] = set()
    wrong: set[str] = set()
    for view in page.outputs.outputs:
        assert isinstance(view, TensorView)
        page.outputs.area.ensureWidgetVisible(view)
        view.tabs.setFocus()
        for _ in range(view.tabs.count()):
            if opened.issuperset(titles(view)):
                break
            opened.add(view.tabs.tabText(view.tabs.currentIndex()))
            QApplication.processEvents()
            wrong |= _unnamed(view)
            shown = view.stack.currentWidget()
            assert shown is not None
            assert shown.width() <= page.outputs.area.viewport().width()
            QTest.keyClick(view.tabs, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        assert view.compare.isVisibleTo(view)
    assert opened >= set(SAMPLES)
    assert not wrong, "\n".join(sorted(wrong))


def test_tab_comes_to_the_controls_of_each_output_and_leaves_the_page(window: MainWindow) -> None:
    """A viewer that was opened later is where it stands, and nothing keeps the keyboard."""
    window.show_activity("test")
    page = window.page("test")
    assert isinstance(page, tester.TesterPage)
    page.stack.setCurrentIndex(1)
    page.outputs.show_result(InferResult("m", "1", (probabilities(), heat()), StageTimes(1)))
    first, second = page.outputs.outputs
    first.tabs.setCurrentIndex(titles(first).index("Histogram"))
    wait_until(lambda: first.isVisible() and second.isVisible() and second.tabs.height() > 0)
    QApplication.processEvents()
    page.outputs.area.setFocus()
    seen: list[QWidget] = []
    focus: QWidget | None = page.outputs.area
    while focus is not None and page.isAncestorOf(focus) and len(seen) < 60:
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
    histogram = first.stack.currentWidget()
    assert isinstance(histogram, NumbersView)
    wanted = [first.tabs, histogram.decades, second.tabs]
    assert [each for each in seen if each in wanted] == wanted, [each.objectName() for each in seen]
    assert len(set(seen)) == len(seen)
    assert focus is not None
    assert not page.isAncestorOf(focus)
