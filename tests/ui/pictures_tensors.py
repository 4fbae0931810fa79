"""Pictures of every viewer of tensors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from studio.core.inference.compare import Tolerance
from studio.ui.look import theme
from studio.ui.tensors.compare.view import CompareView
from studio.ui.tensors.heat import HeatView
from studio.ui.tensors.picture import PictureView
from studio.ui.tensors.view import TensorView
from tests.fixtures.waiting import wait_until
from tests.ui.shots import shoot
from tests.ui.tensor_samples import LABELS, SAMPLES, boxes, heat, picture, probabilities, titles


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    made = []
    for title, make in SAMPLES.items():
        view = TensorView(make(), LABELS if title == "Labels" else ())
        view.set_companions([picture(), boxes()])
        view.tabs.setCurrentIndex(titles(view).index(title))
        view.resize(660, view.sizeHint().height())
        view.show()
        view.slices.point((13, 18) if title == "Heat map" else None)
        made.append(shoot(view, folder, f"viewer-{title.lower().replace(' ', '-')}", theme_name))
        view.close()
        view.deleteLater()
    made += _laid_over(folder, theme_name)
    made.append(_compared(folder, theme_name))
    return made


def _laid_over(folder: Path, theme_name: str) -> list[Path]:
    """A heat map over an image and the other way round, a box chosen in the list, ticks of what is expected."""
    made = []
    for name, sample, title in (
        ("image-with-heat", picture(), "Image"),
        ("heat-over-image", heat(), "Heat map"),
        ("labels-expected", probabilities(), "Labels"),
    ):
        view = TensorView(sample, LABELS if title == "Labels" else ())
        view.set_companions([picture(), boxes(), heat()])
        numbers = sample.array.astype(np.float64)
        view.set_expected(replace(sample, array=np.roll(numbers, 1, -1) * 0.4 + numbers * 0.7))
        view.tabs.setCurrentIndex(titles(view).index(title))
        view.resize(660, view.sizeHint().height())
        view.show()
        shown = view.stack.currentWidget()
        if isinstance(shown, PictureView):
            shown.heat.source.setCurrentIndex(1)
            shown.list.selectRow(0)
        elif isinstance(shown, HeatView):
            shown.over.setChecked(True)
        view.resize(660, view.sizeHint().height())
        made.append(shoot(view, folder, f"viewer-{name}", theme_name))
        view.close()
        view.deleteLater()
    return made


def _compared(folder: Path, theme_name: str) -> Path:
    """One tensor against another."""
    wanted = heat().array[:, :3].astype(np.float64)
    got = wanted + np.where((wanted > 0.7), (wanted - 0.7) * 0.6, np.random.default_rng(1).random(wanted.shape) * 1e-4)
    view = CompareView()
    view.resize(1060, 660)
    view.show()
    view.set_pair(got.astype(np.float32), wanted, Tolerance(1e-3))
    wait_until(lambda: view.difference is not None)
    view.go_worst()
    taken = shoot(view, folder, "viewer-compare", theme_name)
    view.close()
    view.deleteLater()
    return taken
