"""What the first model and the first launch need is imported on the thread of the window."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import sys, threading
from importlib.abc import MetaPathFinder
from PySide6.QtCore import QTimer
from studio.ui import run as start
elsewhere, wanted = [], ("studio.ui.editor.model_tab", "studio.ui.canvas.pane", "studio.ui.server.page")

class Watch(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith("studio.ui") and threading.current_thread() is not threading.main_thread():
            elsewhere.append(name)
        return None

sys.meta_path.insert(0, Watch())
app = start.application()

def look():
    window = next((w for w in app.topLevelWidgets() if w.objectName() == "mainWindow"), None)
    if window is not None and all(name in sys.modules for name in wanted):
        window.close()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
print(start.run(None, "", "light"), elsewhere)
"""


@pytest.mark.long
def test_classes_of_qt_are_made_on_the_thread_of_the_window() -> None:
    out = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=240, check=True)
    assert out.stdout.split() == ["0", "[]"]
    assert "libpyside" not in out.stderr
