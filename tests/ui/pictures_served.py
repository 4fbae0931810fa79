"""Pictures of the models' page: eight that are broken, one unfolded; one that is tried; and *Why?*."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from studio.app import tasks
from studio.app.session import Session
from studio.core.inference.model_index import failed_versions
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from studio.ui.look import theme
from studio.ui.served.page import ServedPage
from tests.fixtures.broken_models import write_broken_models
from tests.fixtures.waiting import wait_until
from tests.ui.shots import shoot

_SIZES = ((1395, 740), (1235, 560))
_DELAY = ("dynamic_batching", "max_queue_delay_microseconds")


def _try(session: Session) -> None:
    model = session.open_model("good_b")
    model.edit("Set", lambda draft: draft.set(*_DELAY, 2000).set("max_batch_size", 8))
    session.server.load("good_b", model.draft.document.text)
    wait_until(lambda: session.server.trials.of("good_b") is not None and not session.server.pending, 60)


def _pictures(session: Session, folder: Path, theme_name: str) -> list[Path]:
    page = ServedPage(session)
    page.resize(*_SIZES[0])
    page.show()
    wait_until(lambda: bool(page.details.all) and all(each.memory for each in page.details.all.values()), 30)
    made = [shoot(page, folder, "served", theme_name)]
    page.table.choose("good_b")
    page.turn()
    page.table.choose("bad_init")
    page.turn()
    page.ask_why("bad_init")
    for width, height in _SIZES:
        page.resize(width, height)
        made.append(shoot(page, folder, f"served-why-{width}", theme_name))
    page.close()
    page.deleteLater()
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application, a display and the embedded engine."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    session = Session()
    session.server.consent.ask = lambda _asked, answer: answer(True)
    with TemporaryDirectory() as home:
        try:
            session.open_repository(write_broken_models(Path(home) / "vision"))
            wait_until(lambda: session.repository is not None and tasks.busy() == 0, 30)
            repository = session.repository
            assert repository is not None
            session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository.path, ports=Ports(0, 0, 0)))
            wait_until(lambda: session.server.status.state is State.READY, 90)
            wait_until(lambda: len(failed_versions(session.server.models)) >= 8, 60)
            _try(session)
            return _pictures(session, folder, theme_name)
        finally:
            session.shutdown()
            session.deleteLater()
