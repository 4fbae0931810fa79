"""Pictures of the tester on a real server: an image and its labels, numbers, a picture that comes back, a refusal."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import ModelMetadata
from studio.ui.tester.inputs import InputsSide
from studio.ui.tester.page import TesterPage
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, launch, settle, shoot
from tests.ui.tensor_samples import titles


def _ask(page: TesterPage, model: str, file: Path | None = None) -> None:
    page.select(model)
    wait_until(lambda: page.header.send.isEnabled() and page.header.model.currentText() == model)
    wait_until(lambda: page.metadata is not None and page.metadata.name == model)
    if file is not None:
        page.take_file(file)
    page.send_request()
    wait_until(lambda: not page.is_busy, 60)


def _sources(folder: Path, theme_name: str) -> Path:
    """A card for each way to fill an input."""
    side = InputsSide()
    kinds = {kind: data_type(kind) for kind in ("FP32", "BYTES")}
    infos = [
        TensorInfo(name, found, (-1, 2, 4) if kind == "FP32" else (-1, 1))
        for kind, found in kinds.items()
        if found is not None
        for name in (f"{kind.lower()}_{number}" for number in range(6 if kind == "FP32" else 3))
    ]
    side.show_model(ModelMetadata("m", ("1",), "", tuple(infos), ()), Traits(max_batch_size=8))
    side.options.hide()
    side.resize(460, 1500)
    side.show()
    for number, card in enumerate(side.inputs):
        card.chooser.setCurrentIndex(number % card.chooser.count() if number < 6 else number - 6)
    side.inputs[5].hold(np.arange(40, dtype=np.float32).reshape(5, 2, 4), "from the clipboard")
    taken = shoot(side, folder, "tester-sources", theme_name, lambda: settle(900))
    side.close()
    side.deleteLater()
    return taken


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application, a display and the embedded engine."""
    with example_session(theme_name) as session:
        page = TesterPage(session)
        page.resize(1150, 760)
        page.show()
        made = [shoot(page, folder, "tester-empty", theme_name), _sources(folder, theme_name)]
        launch(session)
        assert session.repository is not None
        samples = session.repository.path.parent / "samples"
        image = sorted((samples / "images").glob("*.png"))[0]
        _ask(page, "image_pipeline", image)
        made.append(shoot(page, folder, "tester-labels", theme_name))
        page.timing.breakdown.choose(1)
        page.resize(1036, 560)
        made.append(shoot(page, folder, "tester-steps-small", theme_name))
        page.resize(1150, 760)
        _ask(page, "preprocess", image)
        made.append(shoot(page, folder, "tester-picture", theme_name))
        _ask(page, "classifier")
        view = page.outputs.outputs[0]
        view.tabs.setCurrentIndex(titles(view).index("Histogram"))
        made.append(shoot(page, folder, "tester-numbers", theme_name))
        _ask(page, "preprocess", samples / "texts" / sorted(p.name for p in (samples / "texts").iterdir())[0])
        made.append(shoot(page, folder, "tester-refused", theme_name))
        page.close()
        page.deleteLater()
        return made
