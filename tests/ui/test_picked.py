"""An editor of a configuration that the server does not read, since a flag picks another."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.app.session import Session
from studio.core.checking.target import Choice
from studio.ui.editor.model_tab import ModelTab
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.sessions import OpenSession
from tests.ui.repository import CONFIG, write_model


class _Opener(QObject):
    """Takes the place of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Is asked to open a file."""
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    folder = write_model(tmp_path / "models", "net")
    (folder / "configs").mkdir()
    (folder / "configs" / "alt.pbtxt").write_text(CONFIG.format(name="net"))
    return open_session(tmp_path / "models")


def test_the_file_that_counts_is_named_and_opened(session: Session, tab: ModelTab, tmp_path: Path) -> None:
    bar, opener = part(tab, QWidget, names.Editor.PICKED), _Opener()
    assert not bar.isVisible()
    session.target.choose(Choice(flags="--model-config-name=nowhere"))
    assert not bar.isVisible()
    session.target.choose(Choice(flags="--model-config-name=alt"))
    assert bar.isVisible()
    # Its stub asks for bytes, which it refuses.
    QDesktopServices.setUrlHandler("file", opener, "open")  # type: ignore[arg-type]
    try:
        button = part(bar, QAbstractButton, names.Editor.PICKED_OPEN)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opener.opened == [tmp_path / "models" / "net" / "configs" / "alt.pbtxt"]
    session.target.choose(None)
    assert not bar.isVisible()
