"""What the pages and models need is imported before they are opened, on the thread of the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import sys, threading
from importlib.abc import MetaPathFinder
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from studio.ui import run as start
from studio.ui.preloading import Preloading
from studio.ui.room.place import ModelPlace, PagePlace

elsewhere, late = [], []

class Watch(MetaPathFinder):
    opening = ""

    def find_spec(self, name, path, target=None):
        if threading.current_thread() is not threading.main_thread():
            if name.startswith("studio.ui"):
                elsewhere.append(name)
        elif self.opening and name.partition(".")[0] in ("studio", "numpy", "google", "pyqtgraph", "onnx"):
            late.append(self.opening + ":" + name)
        return None

def look():
    window = next((w for w in app.topLevelWidgets() if w.objectName() == "mainWindow"), None)
    if window is None or window.session is None or window.session.repository is None:
        return
    if watch.opening == "model":
        if window.findChild(QWidget, "modelTab") is not None:
            window.close()
    elif window.findChild(Preloading) is None:
        for key in window.pages.keys():
            watch.opening = key
            window.context.show(PagePlace(key))
        watch.opening = "model"
        window.context.show(ModelPlace("m"))

watch = Watch()
sys.meta_path.insert(0, watch)
app = start.application()
timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
print(start.run(Path(sys.argv[1]), "", "light"), elsewhere, late)
"""


@pytest.mark.long
def test_no_page_and_no_model_is_held_up_by_what_it_imports(tmp_path: Path) -> None:
    """And the classes of Qt are made on the thread of the window."""
    (tmp_path / "m" / "1").mkdir(parents=True)
    (tmp_path / "m" / "config.pbtxt").write_text('backend: "python"\n', "utf-8")
    program = [sys.executable, "-c", _PROGRAM, str(tmp_path)]
    out = subprocess.run(program, capture_output=True, text=True, timeout=240, check=True)
    assert out.stdout.split() == ["0", "[]", "[]"]
    assert "libpyside" not in out.stderr
