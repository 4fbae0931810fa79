"""The monitor's room: requests, queue, latency and GPUs, live."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.at_pointer import open_menu, open_model_menu
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.place import ModelPlace, PagePlace
from studio.ui.room.room import PageSpec, Room, StatusItem

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from studio.app.serving.sampling.host import Host
    from studio.ui.monitor.own_window import MonitorWindow
    from studio.ui.monitor.page import MonitorPage
    from studio.ui.room.context import Context


def _page(context: Context, parent: QWidget, host: Host | None = None) -> MonitorPage:
    from studio.ui.monitor.page import MonitorPage

    page = MonitorPage(context.session, parent, host)
    context.selection.step_chosen.connect(page.table.choose)
    page.empty.serve.clicked.connect(lambda: context.show(PagePlace("serve")))
    page.table.opened.connect(lambda model: context.show(ModelPlace(model)))
    page.table.menu_asked.connect(lambda model, at: _model_menu(context, page, model, at))
    page.menu_asked.connect(lambda at: _chart_menu(context, page, at))
    return page


def _model_menu(context: Context, page: MonitorPage, model: str, at: QPoint) -> None:
    from studio.ui.monitor.views import spot_menu

    open_model_menu(context, model, at, lambda menu: spot_menu.put_first(menu, spot_menu.of_row(page)))


def _chart_menu(context: Context, page: MonitorPage, at: QPoint) -> None:
    from studio.ui.monitor.views import spot_menu

    open_menu(context, ContextMenu.CHART, at, lambda menu: spot_menu.put_first(menu, spot_menu.of_chart(page)))


def _own_window(context: Context) -> MonitorWindow:
    from studio.ui.monitor.own_window import show_own_window
    from studio.ui.monitor.page import MonitorPage

    page = context.page("monitor")
    host = page.host if isinstance(page, MonitorPage) else None
    return show_own_window(lambda parent: _page(context, parent, host), page.window())


def _queue(context: Context) -> QWidget:
    from studio.ui.monitor.status import queue_entry

    return queue_entry(context)


def _latency(context: Context) -> QWidget:
    from studio.ui.monitor.status import latency_entry

    return latency_entry(context)


def _gpu(context: Context) -> QWidget:
    from studio.ui.monitor.status import GpuEntry

    return GpuEntry(context)


def _alerts(context: Context) -> QWidget:
    from studio.ui.monitor.status import AlertEntry

    return AlertEntry(context)


def _in_front(context: Context) -> MonitorPage | None:
    from studio.ui.monitor.own_window import page_in_front
    from studio.ui.monitor.page import MonitorPage

    page = page_in_front() or context.show(PagePlace("monitor"))
    return page if isinstance(page, MonitorPage) else None


def _on_page(id_: str, text: str, order: int, run: Callable[[MonitorPage], object], icon: str) -> Command[Context]:
    menus = frozenset({ContextMenu.CHART})
    made = Command(id_, text, Menu.CHARTS, (0, order), run, (), icon, facts.running_server, context_menus=menus)
    return made.on(_in_front)


_CHARTS: tuple[Command[Context], ...] = (
    _on_page("pause_charts", "Pause the charts", 10, lambda page: page.header.pause.toggle(), "pause"),
    _on_page("whole_charts", "Show the whole time in the charts", 20, lambda page: page.show_all(), "arrows-out"),
    _on_page("mark_charts", "Mark this moment in the charts", 30, lambda page: page.mark(), "flag"),
    _on_page("copy_charts", "Copy the charts as a picture", 40, lambda page: page.exports.copy_picture(), "copy"),
    _on_page("save_charts", "Export the charts as a picture…", 50, lambda page: page.exports.ask_picture(), "image"),
    _on_page(
        "save_dashboard", "Export a dashboard for Grafana…", 70, lambda page: page.exports.ask_dashboard(), "chart-line"
    ),
    _on_page("save_figures", "Export the figures as CSV…", 60, lambda page: page.exports.ask_csv(), "table"),
)
COMMANDS: tuple[Command[Context], ...] = (
    *_CHARTS,
    Command(
        "monitor",
        "Monitor",
        Menu.PAGES,
        (1, 40),
        lambda context: context.show(PagePlace("monitor")),
        ("Alt+4",),
        "activity",
        facts.session,
    ),
    Command(
        "monitor_window",
        "Monitor in a window of its own",
        Menu.PAGES,
        (1, 41),
        _own_window,
        (),
        "arrow-square-out",
        facts.session,
        context_menus=frozenset({ContextMenu.CHART}),
    ),
)
ROOM = Room(
    "monitor",
    "Monitor",
    "activity",
    "Watch requests, queue, latency and GPU memory of every model, live.",
    COMMANDS,
    page=PageSpec(_page, 40, speaks_of_server=True),
    status=(
        StatusItem(_queue, 20, True),
        StatusItem(_latency, 30, True),
        StatusItem(_gpu, 40, True),
        StatusItem(_alerts, 50, True),
    ),
)
