"""Pictures of the launch settings: a container with two GPUs, its options, a search, a problem, the releases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QScrollArea

from studio.app import tasks
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace
from studio.core.serving.series import GpuReading
from studio.engines.docker.connection import DockerInfo
from studio.engines.docker.engine import Image
from studio.ui.server.launch.releases import ReleaseDialog
from studio.ui.server.page import ServePage
from tests.fixtures import names
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, settle, shoot

_IMAGE = "nvcr.io/nvidia/tritonserver:25.10-py3"
_SPEC = LaunchSpec(
    EngineKind.DOCKER,
    image=_IMAGE,
    gpus=Gpus(ids=("0",)),
    load=("classifier", "tokenizer"),
    cache_bytes=64 << 20,
    options=ServerOptions(verbose=1, trace=Trace("triton", "TIMESTAMPS", 1), rate_limit=True, resources=("R1:4",)),
    limits=ContainerOptions(16384, 8.0, "", ("pillow==11.0.0",)),
)


def _gpu(index: int, used: float) -> GpuReading:
    uuid = f"GPU-8f3a0c1e-0000-4000-8000-00000000000{index}"
    return GpuReading(uuid, "NVIDIA RTX 4090", index, 24 * (1 << 30), used * (1 << 30))


def _top(page: ServePage) -> None:
    """Scrolls the settings to their beginning."""
    area = page.findChild(QScrollArea, names.Serve.SIDE.format("Launch settings"))
    assert isinstance(area, QScrollArea)
    settle(100)
    area.verticalScrollBar().setValue(0)


def _opened(page: ServePage, key: str, folder: Path, theme_name: str) -> Path:
    """One topic, unfolded."""
    topic = next(each for each in page.form.options.topics if each.head.objectName().endswith(key))
    topic.head.set_open(True)
    page.form.options.bring(topic.rows[0].option.key)
    made = shoot(page, folder, f"launch-{key}", theme_name)
    topic.head.set_open(False)
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    with example_session(theme_name) as session:
        page = ServePage(session)
        page.resize(1396, 800)
        page.show()
        form = page.form
        wait_until(lambda: form.note.machine is not None and tasks.busy() == 0, 30)
        before = form.note.machine
        assert before is not None
        there = replace(
            before,
            docker=DockerInfo("28.5", "unix:///var/run/docker.sock"),
            images=(Image(_IMAGE, 7_900_000_000),),
            image_names=frozenset({_IMAGE}),
            gpus=(_gpu(0, 13.4), _gpu(1, 20.8)),
            driver="580.105",
        )
        form.note.take_machine(there)
        form.note.hide()
        assert session.repository is not None
        form.presets.presets.save("RTX 4090", replace(_SPEC, repository=session.repository.path))
        wait_until(lambda: bool(form.presets.presets.found.launches), 30)
        form.show_spec(replace(_SPEC, repository=session.repository.path), runs=False)
        form.presets.set_name("RTX 4090")
        form.options.shared_memory.number.set_value(1)
        form.options.shared_memory.number.edited.emit(1)
        _top(page)
        made = [shoot(page, folder, "launch", theme_name)]
        made += [_opened(page, key, folder, theme_name) for key in ("models", "log", "network", "container")]
        form.options.bind.address.setText("0.0.0.0")  # noqa: S104 - nothing is launched
        form.options.bind.address.textEdited.emit("")
        form.show_problem()
        made.append(shoot(page, folder, "launch-problem", theme_name))
        form.options.bind.show_value("127.0.0.1")
        form.options.bind.address.textEdited.emit("")
        form.options.search.setText("trace")
        page.resize(1236, 620)
        _top(page)
        made.append(shoot(page, folder, "launch-search", theme_name))
        form.options.search.clear()
        _top(page)
        made.append(shoot(page, folder, "launch-small", theme_name))
        dialog = ReleaseDialog(page, _IMAGE, there)
        dialog.open()
        made.append(shoot(dialog, folder, "launch-releases", theme_name))
        dialog.close()
        page.close()
        page.deleteLater()
        QApplication.processEvents()
        return made
