"""A person at ten times the speed: edits, saves, loads, requests, pages and tabs, while what the program holds is read.

`python -m tests.e2e.soak [SECONDS]` prints the curve.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from studio.core.config.draft import Draft
from studio.core.files.example import write_example
from studio.paths import temporary_home
from studio.ui import operate
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.documents import MODEL
from studio.ui.shell.window import MainWindow
from tests.display import virtual_display
from tests.e2e import stage
from tests.e2e.hand import spin

_PAGE = os.sysconf("SC_PAGE_SIZE")
_STEP_MS = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """What the program holds at one moment."""

    seconds: float
    megabytes: float
    widgets: int
    objects: int

    def __str__(self) -> str:
        return f"{self.seconds:6.0f} s {self.megabytes:7.1f} MB {self.widgets:6} widgets {self.objects:8} objects"


def measure(began: float) -> Sample:
    """Now, after everything that can be freed was."""
    spin(300)
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 2**20
    objects = len(gc.get_objects()) + gc.get_freeze_count()
    return Sample(time.monotonic() - began, resident, len(QApplication.allWidgets()), objects)


def widgets() -> Counter[str]:
    """The widgets that are alive, by type."""
    return Counter(type(each).__name__ for each in QApplication.allWidgets())


def objects() -> Counter[str]:
    """The objects of the studio that are alive, by type."""
    kinds = Counter(type(each) for each in gc.get_objects())
    named = {f"{kind.__module__}.{kind.__qualname__}": count for kind, count in kinds.items()}
    return Counter({name: count for name, count in named.items() if name.startswith("studio.")})


class Soak:
    """One window on the example; `round` does a little of everything a person does, each time with another model."""

    def __init__(self, window: MainWindow, example: Path, most: int = 100) -> None:
        self.window = window
        self.session = window.need_session()
        self.counts: Counter[str] = Counter()
        stage.open_repository(window, example)
        assert self.session.repository is not None
        self.models = [folder.name for folder in self.session.repository.models][:most]
        self._round = 0

    def round(self) -> None:
        """About a minute of a person's work."""
        place = self._round % len(self.models)
        name = self.models[place]
        self._round += 1
        self._edit(name)
        self._look(name)
        self._ask_server(name)
        for page in self.window.pages.keys():  # noqa: SIM118 - no dict
            self.window.show_activity(page)
            self.counts["pages"] += 1
            spin(_STEP_MS)
        if place % 2:
            self.window.documents.close_tab(MODEL + name)
            self.counts["closed"] += 1
        spin(_STEP_MS)
        # What was sent is kept, up to so many bytes: that would look like growth.
        self.session.requests.past.clear()

    def _edit(self, name: str) -> None:
        self.window.documents.open_model(name)
        model = self.session.models()[name]
        spin(_STEP_MS)
        for number in range(4):
            text = f"# {self._round} {number}\n{model.draft.document.text}"
            model.edit("Soak", _becomes(text))
            spin(_STEP_MS)
        model.undo_stack.undo()
        model.undo_stack.redo()
        for _ in range(4):
            model.undo_stack.undo()
            spin(_STEP_MS)
        model.edit("Soak", _becomes(_numbered(model.draft.document.text, self._round)))
        assert model.save()
        self.counts["edits"] += 5
        self.counts["saves"] += 1
        spin(_STEP_MS)

    def _look(self, name: str) -> None:
        """Each view of the model's tab."""
        page = self.window.documents.open_model(name)
        assert isinstance(page, ModelTab)
        for views in (
            ["text"],
            ["form", "text"],
            ["effective"],
            ["graph"] if page.model.last_good.config.is_ensemble else ["form"],
        ):
            page.views.set_values(views)
            page.views.changed.emit(views[0])
            self.counts["views"] += 1
            spin(_STEP_MS)

    def _ask_server(self, name: str) -> None:
        server = self.session.server
        assert server.status.is_running, f"the server ended: {server.status}"
        server.load(name)
        self.counts["loads"] += 1
        page = operate.tester(self.window)
        for _ in range(6):
            page.send_request()
            self.counts["requests"] += 1
            spin(_STEP_MS)

    def cycle(self) -> None:
        """A round with each model: after it the same tabs are open as before."""
        for _ in self.models:
            self.round()

    def run(self, seconds: float, every: float) -> list[Sample]:
        """Rounds until then; a sample now and again, the first before any."""
        began = time.monotonic()
        samples = [measure(began)]
        while time.monotonic() - began < seconds:
            self.round()
            if time.monotonic() - began - samples[-1].seconds > every:
                samples.append(measure(began))
        return samples


def _becomes(text: str) -> Callable[[Draft], Draft]:
    return lambda draft: draft.with_text(text)


def _numbered(text: str, number: int) -> str:
    """The text with a comment in its first line, in place of the one of before."""
    rest = text.partition("\n")[2] if text.startswith("# round ") else text
    return f"# round {number}\n{rest}"


def serve(soak: Soak, example: Path) -> None:
    """Launches the embedded engine and fills the tester."""
    operate.launch(soak.window)
    stage.ask(soak.window, "text_pipeline", next((example.parent / "samples" / "texts").iterdir()))


def main(seconds: float) -> None:
    """Prints the curve of a soak."""
    with virtual_display(), temporary_home() as home, stage.opened() as window:
        example = write_example(home / "example")
        soak = Soak(window, example)
        serve(soak, example)
        for sample in soak.run(seconds, seconds / 20):
            print(sample, flush=True)
        print(dict(soak.counts))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600)
