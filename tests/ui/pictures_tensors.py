"""Pictures of every viewer of tensors."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from studio.ui.look import theme
from studio.ui.tensors.view import TensorView
from tests.ui.shots import shoot
from tests.ui.tensor_samples import LABELS, SAMPLES, boxes, picture


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    made = []
    for title, make in SAMPLES.items():
        view = TensorView(make(), LABELS if title == "Labels" else ())
        view.set_companions([picture(), boxes()])
        titles = [view.tabs.tabText(place) for place in range(view.tabs.count())]
        view.tabs.setCurrentIndex(titles.index(title))
        view.resize(660, view.sizeHint().height())
        view.show()
        view.slices.point((13, 18) if title == "Heat map" else None)
        made.append(shoot(view, folder, f"viewer-{title.lower().replace(' ', '-')}", theme_name))
        view.close()
        view.deleteLater()
    return made
