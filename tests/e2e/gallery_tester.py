"""The screens of the tester: answers, a saved request, and what came of all of them."""

from __future__ import annotations

from pathlib import Path

from studio.ui.operate import tester
from studio.ui.room.place import PagePlace
from studio.ui.tester.saved.saved_side import SavedSide
from tests.e2e.gallery import Gallery
from tests.e2e.hand import spin, until
from tests.e2e.stage import ask


def answers(gallery: Gallery, samples: Path) -> None:
    """An image's label, a text's topic, a tensor as a picture, and a refused request."""
    window = gallery.window
    for _ in range(3):
        ask(window, "text_pipeline", samples / "texts" / "weather-3.txt")
    gallery.take("tester-text")
    ask(window, "preprocess", samples / "images" / "compass-1.png")
    gallery.take("tester-picture", small=True)
    for _ in range(3):
        ask(window, "image_pipeline", samples / "images" / "sailboat-1.png")
    gallery.take("tester", small=True)
    window.docks.bottom.show_page("requests")
    gallery.take("requests")
    window.docks.bottom.show_page("problems")
    page = tester(window)
    page.take_file(samples / "texts" / "berth-1.txt")
    spin(300)
    page.send_request()
    spin(1500)
    gallery.take("notice", toasts=True)


def saved_requests(gallery: Gallery) -> None:
    """All saved requests run, and one of them open with what came beside what is expected."""
    window, session = gallery.window, gallery.session
    session.requests.run()
    until(lambda: not session.requests.runs.is_running, 60, "the run does not end")
    window.context.show(PagePlace("runs"))
    gallery.take("run-all", small=True)
    page = tester(window)
    saved = page.findChild(SavedSide)
    assert saved is not None
    window.context.show(PagePlace("test"))
    saved.open_with_answer("classifier-of-zeros")
    until(lambda: saved.verdict.isVisible(), 60, "the saved request was not judged")
    gallery.take("tester-saved", small=True)
