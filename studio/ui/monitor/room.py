"""The monitor's room: requests, queue, latency and GPUs, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu
from studio.ui.room.place import PagePlace
from studio.ui.room.room import PageSpec, Room, StatusItem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.monitor.page import MonitorPage
    from studio.ui.room.context import Context


def _page(context: Context, parent: QWidget) -> MonitorPage:
    from studio.ui.monitor.page import MonitorPage

    page = MonitorPage(context.session, parent)
    context.selection.step_chosen.connect(page.choose_step)
    return page


def _queue(context: Context) -> QWidget:
    from studio.ui.monitor.status import queue_entry

    return queue_entry(context)


def _latency(context: Context) -> QWidget:
    from studio.ui.monitor.status import latency_entry

    return latency_entry(context)


def _gpu(context: Context) -> QWidget:
    from studio.ui.monitor.status import GpuEntry

    return GpuEntry(context)


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "monitor",
        "Monitor",
        Menu.VIEW,
        (1, 40),
        lambda context: context.show(PagePlace("monitor")),
        ("Alt+4",),
        "activity",
        facts.session,
    ),
)
ROOM = Room(
    "monitor",
    "Monitor",
    "activity",
    "Watch requests, queue, latency and GPU memory of every model, live.",
    COMMANDS,
    page=PageSpec(_page, 40),
    status=(StatusItem(_queue, 20, True), StatusItem(_latency, 30, True), StatusItem(_gpu, 40, True)),
)
