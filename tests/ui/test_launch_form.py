"""The launch settings: every option is read, shown, found, marked and refused where it is; named launches are kept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.machine import Machine
from studio.app.session import Session
from studio.core.serving.command import command_line
from studio.core.serving.doctor import Needs
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.derived import derived_name
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace
from studio.core.serving.launching.presets import keep_preset, presets_path, read_presets
from studio.core.serving.series import GpuReading
from studio.engines.docker.connection import DockerInfo
from studio.engines.docker.engine import Image
from studio.engines.install import EngineInfo
from studio.metrics import nvml
from studio.ui.server.launch.form import LaunchForm
from studio.ui.server.launch.names import Launch
from studio.ui.server.launch.releases import ReleaseDialog
from studio.ui.server.page import ServePage
from studio.ui.widgets.dialogs import Prompt
from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.fixtures.waiting import wait_until
from tests.standins.figures import MIG, PART, Figures
from tests.ui.serve_page import serve_page
from tests.ui.serve_page import session as session

IMAGE = "nvcr.io/nvidia/tritonserver:25.10-py3"
ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing is launched
GIB = 1 << 30
GPUS = (
    GpuReading("GPU-aaaa", "NVIDIA RTX 4090", 0, 24 * GIB, 14 * GIB),
    GpuReading("GPU-bbbb", "NVIDIA RTX 4090", 1, 24 * GIB, 23 * GIB),
)
MACHINE = Machine(
    DockerInfo("28.2"),
    (Image(IMAGE, 7_900_000_000),),
    GPUS,
    "580.105",
    EngineInfo(True, Path("/engine"), "2.51.0"),
    frozenset({IMAGE}),
)


@pytest.fixture
def page(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ServePage:
    """The page, which is told of no machine: the images of the one that tests run on would be proposed."""
    monkeypatch.setattr(session.server, "docker", lambda told: None)
    monkeypatch.setattr(session.server, "machine", lambda told: None)
    return serve_page(session, qtbot)


@pytest.fixture
def form(page: ServePage) -> LaunchForm:
    """The settings of a container on a machine with two GPUs."""
    found = page.form
    wait_until(lambda: tasks.busy() == 0)
    found.engine.choose(1)
    found.note.take_machine(MACHINE)
    return found


def whole(session: Session) -> LaunchSpec:
    """A launch in which nothing is as usual."""
    assert session.repository is not None
    return LaunchSpec(
        EngineKind.DOCKER,
        session.repository.path,
        ports=Ports(9000, 9001, 9002),
        gpus=Gpus(ids=("1",)),
        control=ControlMode.EXPLICIT,
        load=("alpha",),
        image=IMAGE,
        shared_memory_mb=512,
        cache_bytes=32 << 20,
        arguments=("--x=a b",),
        bind="127.0.0.2",
        options=ServerOptions(
            2, True, 500, False, Trace("triton", "TENSORS", 7, "/tmp/t.json"), True, ("R1:4", "R2:1:0"), True
        ),
        limits=ContainerOptions(4096, 2.5, "1000:1000", ("pillow==11.0.0", "scipy>=1, <2")),
    )


def child(form: LaunchForm, kind: type[Any], name: str) -> Any:
    found = form.findChild(kind, name)
    assert found is not None, name
    return found


def test_every_option_is_shown_and_read_again(form: LaunchForm, session: Session) -> None:
    spec = whole(session)
    form.show_spec(spec)
    assert form.spec() == spec
    assert form.same_as.command() == command_line(spec, place=MACHINE.docker.place)
    assert form.problems() == ()
    shown = [row for row in form.options.rows.values() if not row.is_default]
    assert {row.option.key for row in shown} == set(form.options.rows) - {
        "engine",
        "image",
        "mount",
        "environment",
        "control",
    }


def test_every_option_goes_back_to_what_is_usual(form: LaunchForm, session: Session) -> None:
    form.show_spec(whole(session))
    for row in form.options.rows.values():
        if not row.is_default:
            child(form, QToolButton, Launch.RESET.format(row.option.key)).click()
    assert form.spec() == LaunchSpec(EngineKind.DOCKER, form.repository, image=IMAGE)
    assert not any(topic.count.text() for topic in form.options.topics)


def test_what_is_typed_is_in_the_line_at_once(form: LaunchForm) -> None:
    """By keyboard: a topic is unfolded by Space, a switch set by Space, a number typed."""
    topic = form.options.topics[0]
    assert not form.options.server.strict.isVisible()
    QTest.keyClick(topic.head, Qt.Key.Key_Space)
    assert form.options.server.strict.isVisible()
    QTest.keyClick(form.options.server.strict, Qt.Key.Key_Space)
    assert "--disable-auto-complete-config" in form.same_as.command()
    assert topic.count.text() == "2 set", "the response cache is on by a setting"
    form.options.bring("memory")
    wait_until(lambda: QApplication.focusWidget() is form.options.container.memory.field)
    QTest.keyClicks(form.options.container.memory.field, "4096")
    assert "--memory 4096m" in form.same_as.command()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("shm-size", {"shared_memory"}),
        ("trace-config", {"trace"}),
        ("rate limiter", {"rate_limit"}),
        ("derived image", {"packages"}),
        ("no such thing", set()),
    ],
)
def test_an_option_is_found_by_its_words_and_by_its_flag(form: LaunchForm, query: str, shown: set[str]) -> None:
    QTest.keyClicks(form.options.search, query)
    found = {key for key, row in form.options.rows.items() if row.isVisible()}
    assert shown <= found
    assert len(found) <= len(shown) + 2
    assert all(topic.head.is_open() for topic in form.options.topics if topic.isVisible())
    assert form.options.nothing.isVisible() is (not found)
    QTest.keyClick(form.options.search, Qt.Key.Key_Escape)
    assert form.options.rows["engine"].isVisible()
    assert not form.options.rows["trace"].isVisible()
    assert not any(topic.head.is_open() for topic in form.options.topics)


def test_what_a_container_alone_has_is_not_offered_for_the_embedded_engine(form: LaunchForm) -> None:
    form.engine.choose(0)
    for key in ("image", "shared_memory", "memory", "user", "packages"):
        assert form.options.rows[key].isHidden()
    assert not form.options.topics[3].isVisible()


def test_an_address_that_others_reach_is_typed_twice(
    page: ServePage, form: LaunchForm, session: Session, posted: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[LaunchSpec] = []
    monkeypatch.setattr(session.server, "launch", launched.append)
    monkeypatch.setattr(session.server, "examine", lambda spec, asked, own, told: told(()))
    form.options.bring("bind")
    bind = form.options.bind
    assert not bind.again.isVisible()
    QTest.keyClicks(bind.address, ANYWHERE)
    assert "by everybody who reaches this machine" in bind.warning.text()
    page.launch()
    assert not launched
    assert posted[-1].detail == f"Type {ANYWHERE} once more: others than you will reach the server."
    told = child(form, QLabel, Launch.PROBLEM.format("bind"))
    assert told.text() == posted[-1].detail
    QTest.keyClicks(bind.confirm, ANYWHERE)
    assert told.isHidden()
    page.launch()
    assert [spec.bind for spec in launched] == [ANYWHERE]


def test_what_is_wrong_stands_beside_its_option_and_comes_in_front(page: ServePage, form: LaunchForm) -> None:
    form.options.container.user.setText("me too")
    form.options.container.user.textEdited.emit("")
    told = child(form, QLabel, Launch.PROBLEM.format("user"))
    assert "is no user" in told.text()
    assert not told.isVisible()
    page.launch()
    wait_until(lambda: QApplication.focusWidget() is form.options.container.user)
    assert told.isVisible()


def test_gpus_are_ticked_by_name_and_free_memory(form: LaunchForm) -> None:
    form.gpus.choose(2)
    boxes = [child(form, QCheckBox, Launch.GPU.format(gpu.uuid)) for gpu in GPUS]
    assert boxes[0].text() == "GPU 0  NVIDIA RTX 4090, 10.0 of 24 GB free"
    assert boxes[1].text().endswith("1.0 of 24 GB free (little)")
    boxes[1].click()
    boxes[0].click()
    assert form.spec().gpus == Gpus(ids=("1", "0"))
    boxes[1].click()
    assert form.spec().gpus == Gpus(ids=("0",))
    form.gpu_ids.setText("GPU-bbbb")
    form.gpu_ids.textEdited.emit("")
    assert [box.isChecked() for box in boxes] == [False, True]


def test_the_parts_of_a_gpu_are_ticked_one_by_one(form: LaunchForm, figures: Figures) -> None:
    """As the driver tells them; Docker takes them by their UUID."""
    figures.take(MIG)
    form.note.take_machine(replace(MACHINE, gpus=nvml.gpus()))
    assert "in 2 parts by MIG" in form.options.gpus.words.text()
    form.gpus.choose(2)
    box = child(form, QCheckBox, Launch.GPU.format(PART))
    assert box.text().startswith("GPU 1:0  NVIDIA A100-SXM4-40GB MIG 3g.20gb")
    box.click()
    assert form.spec().gpus == Gpus(ids=(PART,))


def test_shared_memory_is_proposed_from_the_python_instances(form: LaunchForm) -> None:
    field = form.options.shared_memory
    field.set_needs(Needs((("a", 300), ("b", 4))))
    assert field.words.text().startswith("304 Python instances × 1 MB = 304 MB")
    assert field.propose.text() == "Set 608 MB"
    field.propose.click()
    assert form.spec().shared_memory_mb == 608
    assert not field.propose.isVisible()
    form.image.setCurrentText("nvcr.io/nvidia/tritonserver:23.08-py3")
    assert "304 Python instances × 64 MB" in field.words.text()


def test_models_to_load_are_ticked(form: LaunchForm) -> None:
    load = form.options.load
    assert load.list.count() == 0, "a list of thousands is made for who wants it"
    load.kind.choose(1)
    names = [load.list.item(row).text() for row in range(load.list.count())]
    assert "alpha" in names
    assert form.spec().load == tuple(names)
    load.list.item(names.index("alpha")).setCheckState(Qt.CheckState.Unchecked)
    assert form.spec().load == tuple(name for name in names if name != "alpha")
    load.kind.choose(0)
    assert form.spec().load == ()


def test_the_image_says_what_it_is_and_is_pinned_by_one_press(
    form: LaunchForm, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = child(form, QLabel, Launch.FACTS)
    assert facts.text() == (
        "Triton 2.62 · CUDA 13.0.2 · Python 3.12 · GPUs need driver 580.95.05, here 580.105 · 7.9 GB, here"
    )
    form.note.take_machine(replace(MACHINE, driver="575.51"))
    assert facts.property("role") == "warn"
    digest = f"sha256:{'ab' * 32}"
    monkeypatch.setattr(session.server, "digest", lambda image, done, failed: done(digest))
    pin = child(form, QToolButton, Launch.PIN)
    pin.click()
    assert form.spec().image == f"{IMAGE}@{digest}"
    assert facts.text().startswith("Triton 2.62")
    assert form.problems() == ()
    pin.click()
    assert form.spec().image == IMAGE
    form.image.setCurrentText("registry.example:5000/team/triton:prod")
    assert facts.text() == "Its tag names no release"
    assert form.problems() == ()


def test_a_release_is_chosen_by_keyboard(form: LaunchForm, qtbot: QtBot) -> None:
    child(form, QPushButton, Launch.RELEASES).click()
    dialog = form.findChild(ReleaseDialog)
    assert dialog is not None
    assert dialog.image() == IMAGE
    wait_until(lambda: QApplication.focusWidget() is dialog.search)
    QTest.keyClicks(dialog.search, "12.6.3")
    assert dialog.image() == "nvcr.io/nvidia/tritonserver:24.12-py3"
    dialog.variant.setCurrentText("py3-sdk")
    dialog.accept()
    assert dialog.isVisible(), "an image without a server was taken"
    dialog.variant.setCurrentText("vllm-python-py3")
    assert dialog.what.text().endswith("Backends: python, vllm.")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    wait_until(lambda: form.spec().image == "nvcr.io/nvidia/tritonserver:24.12-vllm-python-py3")


def test_escape_closes_the_releases(form: LaunchForm, qtbot: QtBot) -> None:
    button = child(form, QPushButton, Launch.RELEASES)
    button.setFocus()
    button.click()
    dialog = form.findChild(ReleaseDialog)
    assert dialog is not None
    wait_until(lambda: QApplication.focusWidget() is dialog.search)
    QTest.keyClicks(dialog.search, "12")
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_another_registry_keeps_its_name_and_what_is_here_is_marked(form: LaunchForm, qtbot: QtBot) -> None:
    dialog = ReleaseDialog(form, "mirror.example/triton:25.10-py3", replace(MACHINE, images=(Image("x", 1),)))
    assert dialog.image() == "mirror.example/triton:25.10-py3"
    texts = {dialog.table.model().index(row, 6).data() for row in range(dialog.table.model().rowCount())}
    assert texts == {""}
    dialog.deleteLater()
    dialog = ReleaseDialog(form, IMAGE, MACHINE)
    assert dialog.table.model().index(dialog.table.currentIndex().row(), 6).data() == "here, 7.9 GB"
    dialog.deleteLater()


def test_an_image_with_packages_is_made_when_it_is_asked_for(
    form: LaunchForm, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    form.options.bring("packages")
    packages = form.options.container.packages
    asked: list[tuple[Any, ...]] = []
    cancelled: list[bool] = []

    def build(*told: Any) -> SimpleNamespace:
        asked.append(told)
        return SimpleNamespace(cancel=lambda: cancelled.append(True))

    monkeypatch.setattr(session.server, "build", build)
    QTest.keyClicks(packages.field, "pillow==11.0.0")
    assert packages.recipe.command().splitlines()[0] == f"FROM {IMAGE}"
    assert not asked, "an image was made unasked"
    assert derived_name(IMAGE, ("pillow==11.0.0",)) in form.same_as.command()
    packages.button.click()
    image, names, progress, *_ = asked[0]
    assert (image, names) == (IMAGE, ("pillow==11.0.0",))
    progress(0.3, "Downloading pillow")
    assert packages.building.step.text() == "Downloading pillow"
    child(form, QPushButton, Launch.CANCEL_BUILD).click()
    assert cancelled == [True]
    made = derived_name(IMAGE, ("pillow==11.0.0",))
    form.note.take_machine(replace(MACHINE, image_names=MACHINE.image_names | {made}))
    assert packages.words.text().startswith("It is here")
    assert not packages.button.isEnabled()
    packages.field.setText("-r file")
    packages.field.textEdited.emit("")
    assert not packages.recipe.isVisible()
    assert "is no requirement" in child(form, QLabel, Launch.PROBLEM.format("packages")).text()


def _answer(form: LaunchForm, name: str) -> None:
    dialog = form.findChild(Prompt)
    assert dialog is not None
    line = dialog.findChild(QLineEdit, "promptField")
    assert line is not None
    line.setText(name)
    dialog.accept()


def _menu(form: LaunchForm, text: str) -> None:
    form.presets.open_menu()
    menu = form.presets.findChild(QMenu)
    assert menu is not None
    next(each for each in menu.actions() if each.text() == text).trigger()
    menu.close()


def test_a_launch_is_kept_chosen_renamed_and_deleted_and_each_is_undone(
    form: LaunchForm, session: Session, posted: list[Notice]
) -> None:
    assert session.repository is not None
    folder = session.repository.path
    spec = whole(session)
    form.show_spec(spec)
    save = child(form, QPushButton, Launch.SAVE_PRESET)
    assert save.text() == "Save as…"
    save.click()
    _answer(form, "On the GPU")
    wait_until(lambda: form.presets.name == "On the GPU")
    assert dict(read_presets(folder).launches) == {"On the GPU": spec}
    assert form.presets.changed_words.isHidden()
    form.control.choose(2)
    assert form.presets.changed_words.isVisible()
    form.presets.chooser.setCurrentIndex(1)
    form.presets.chooser.activated.emit(1)
    assert form.spec() == spec
    _menu(form, "Rename…")
    _answer(form, "Two")
    wait_until(lambda: form.presets.name == "Two")
    _menu(form, "Delete")
    wait_until(lambda: not read_presets(folder).launches and tasks.busy() == 0)
    assert form.presets.name == ""
    assert posted[-1].text == "Deleted the launch “Two”"
    posted[-1].actions[0][1]()
    wait_until(lambda: dict(read_presets(folder).launches) == {"Two": spec} and tasks.busy() == 0)
    assert form.presets.chooser.findText("Two") == 1


def test_what_another_studio_kept_is_offered_and_a_strange_file_is_told(form: LaunchForm, session: Session) -> None:
    assert session.repository is not None
    folder = session.repository.path
    keep_preset(folder, "Theirs", whole(session))
    form.hide()
    form.show()
    wait_until(lambda: form.presets.chooser.findText("Theirs") == 1)
    text = '{"version": 99, "launches": {}}'
    presets_path(folder).write_text(text, "utf-8")
    form.hide()
    form.show()
    wait_until(lambda: "newer Trireme" in form.presets.problem.text())
    assert form.presets.problem.isVisible()
    assert not form.presets.save.isEnabled()
    assert presets_path(folder).read_text("utf-8") == text


def test_the_last_launch_of_a_repository_comes_back(
    page: ServePage, form: LaunchForm, session: Session, qtbot: QtBot
) -> None:
    spec = whole(session)
    form.show_spec(spec)
    form.keep()
    wait_until(lambda: tasks.busy() == 0)
    other = serve_page(session, qtbot)
    wait_until(lambda: replace(other.form.spec(), inherited=()) == spec)


def test_the_rows_of_a_container_fit_a_narrow_page(page: ServePage, form: LaunchForm, session: Session) -> None:
    form.show_spec(whole(session))
    for topic in form.options.topics:
        topic.head.set_open(True)
    page.resize(1000, 600)
    QApplication.processEvents()
    area = form.parentWidget()
    assert isinstance(area, QWidget)
    assert form.minimumSizeHint().width() <= 540
    assert not re.search(r"\bNone\b", form.same_as.command())
