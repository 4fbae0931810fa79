"""The room of the X-ray: traced requests, where the time of each went, and their export."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.at_pointer import open_menu
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.place import ModelPlace, PagePlace, SpanPlace, StepPlace, TracePlace
from studio.ui.room.room import PageSpec, Room, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.room.facts import Needs
    from studio.ui.xray.content import XrayContent
    from studio.ui.xray.exports import XrayExports
    from studio.ui.xray.page import XrayPage

_SERVER = facts.running_server
_SPAN, _REQUEST = ContextMenu.XRAY_SPAN, ContextMenu.XRAY_REQUEST
_MOVE = 0.2
"""Of what is in sight, by which one press of a key moves."""
_ZOOM = 1.35


def _page(context: Context, parent: QWidget) -> XrayPage:
    from studio.ui.xray.page import XrayPage

    page = XrayPage(context.session, parent)
    for button in (page.empty.serve, page.empty.settings):
        button.clicked.connect(lambda: context.show(PagePlace("serve")))
    context.bind_keys(page, Scope.XRAY)
    page.made.connect(lambda content: _follow(context, content))
    return page


def _follow(context: Context, content: XrayContent) -> None:
    content.canvas_wanted.connect(lambda ensemble, model: _show_step(context, ensemble, model))
    content.span_menu_asked.connect(lambda at: open_menu(context, _SPAN, at))
    content.request_menu_asked.connect(lambda at: open_menu(context, _REQUEST, at))
    for widget in (content.middle.waterfall.view, content.requests.table):
        context.bind_keys(widget, Scope.XRAY)


def _show_step(context: Context, ensemble: str, model: str) -> None:
    context.show(StepPlace(ensemble, model=model) if ensemble else ModelPlace(model))


def _in_front(context: Context) -> XrayContent | None:
    """What shows the trace, where the page is in front and has one."""
    from studio.ui.xray.page import XrayPage

    page = context.front()
    return page.content if isinstance(page, XrayPage) and page.trace is not None else None


def _exports(context: Context) -> XrayExports | None:
    from studio.ui.xray.page import XrayPage

    page = context.front()
    return page.exports if isinstance(page, XrayPage) else None


def _shown(context: Context) -> XrayPage | None:
    from studio.ui.xray.page import XrayPage

    page = context.show(PagePlace("xray"))
    return page if isinstance(page, XrayPage) else None


def _show_span(context: Context, place: SpanPlace) -> QWidget | None:
    page = _shown(context)
    if page is not None:
        page.choose_model(place.model)
    return page


def _show_trace(context: Context, place: TracePlace) -> QWidget | None:
    page = _shown(context)
    if page is not None:
        page.show_one(place.request)
    return page


def _command(
    id_: str,
    text: str,
    order: tuple[int, int],
    run: Callable[[XrayContent], object],
    *keys: str,
    icon: str = "",
    menus: tuple[ContextMenu, ...] = (),
) -> Command[Context]:
    needs = facts.trace_in_front
    found = frozenset(menus)
    made = Command(id_, text, Menu.XRAY, order, run, keys, icon, needs, scope=Scope.XRAY, context_menus=found)
    return made.on(_in_front)


def _of_page(
    id_: str, text: str, order: int, run: Callable[[XrayPage], object], icon: str, needs: Needs, *keys: str
) -> Command[Context]:
    """One that brings the page in front."""
    scope = Scope.XRAY if keys else Scope.WINDOW
    return Command(id_, text, Menu.XRAY, (0, order), run, keys, icon, needs, scope=scope).on(_shown)


def _export(id_: str, text: str, order: int, run: Callable[[XrayExports], object], icon: str = "") -> Command[Context]:
    made = Command(id_, text, Menu.XRAY, (0, order), run, (), icon, facts.trace_in_front)
    return made.on(_exports)


_TRACES = (
    _of_page(
        "trace_next", "Trace the next requests", 10, lambda on: on.trace_next(), "record", facts.running_server, "T"
    ),
    _of_page("open_trace", "Open a trace…", 20, lambda on: on.exports.ask_trace(), "folder-open", facts.session),
    _export("export_perfetto", "Export the trace for Perfetto…", 30, lambda exports: exports.ask("perfetto"), "export"),
    _export("export_chrome", "Export the trace as Chrome JSON…", 40, lambda exports: exports.ask("chrome")),
    _export("export_sums", "Export the sums as CSV…", 50, lambda exports: exports.ask_sums(), "table"),
)
_SIGHT = (
    _command("xray_zoom_in", "Zoom in on the trace", (1, 10), lambda on: on.axis.zoom(_ZOOM), "W", "+", "="),
    _command("xray_zoom_out", "Zoom out of the trace", (1, 20), lambda on: on.axis.zoom(1 / _ZOOM), "S", "-"),
    _command("xray_left", "Move back in the trace", (1, 30), lambda on: on.axis.move(-_MOVE), "A"),
    _command("xray_right", "Move on in the trace", (1, 40), lambda on: on.axis.move(_MOVE), "D"),
    _command("xray_fit", "Show the whole request", (1, 50), lambda on: on.axis.fit(), "F", icon="corners-out"),
    _command("xray_all", "Show the whole trace", (1, 60), lambda on: on.axis.show_all(), "Shift+F"),
    _command("xray_zoom_span", "Zoom to the span", (1, 70), lambda on: on.zoom_to_span(), "Z", menus=(_SPAN,)),
)
_SPANS = (
    _command("xray_turn", "Open or fold the span", (2, 10), lambda on: on.turn(), "Return", "Enter", menus=(_SPAN,)),
    _command(
        "xray_canvas",
        "Show on the canvas",
        (2, 20),
        lambda on: on.show_on_canvas(),
        "G",
        icon="flow-arrow",
        menus=(_SPAN,),
    ),
    _command("xray_find", "Find a span…", (2, 30), lambda on: on.middle.open_search(), "/", icon="magnifying-glass"),
    _command("xray_next", "Next request", (2, 40), lambda on: on.requests.step(1), "N"),
    _command("xray_before", "Request before", (2, 50), lambda on: on.requests.step(-1), "P"),
)
_COPIES = (
    _command(
        "xray_copy",
        "Copy the request as text",
        (3, 10),
        lambda on: on.copy_request(),
        "Ctrl+C",
        icon="copy",
        menus=(_SPAN, _REQUEST),
    ),
    _command(
        "xray_copy_sums", "Copy the sums as text", (3, 20), lambda on: on.copy_sums(), icon="copy", menus=(_SPAN,)
    ),
    _command("xray_columns", "Show or hide the span’s column", (3, 30), lambda on: on.turn_column("span"), "I"),
    _command("xray_list", "Show or hide the list of requests", (3, 40), lambda on: on.turn_column("list"), "L"),
)
COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "xray",
        "X-ray",
        Menu.PAGES,
        (1, 45),
        lambda context: context.show(PagePlace("xray")),
        ("Alt+7",),
        "text-align-left",
        facts.session,
    ),
    *_TRACES,
    *_SIGHT,
    *_SPANS,
    *_COPIES,
)
ROOM = Room(
    "xray",
    "X-ray",
    "text-align-left",
    "See where the time of each traced request went, step by step of its ensemble.",
    COMMANDS,
    page=PageSpec(_page, 41, under="monitor", speaks_of_server=True),
    places=(shows(SpanPlace, _show_span), shows(TracePlace, _show_trace)),
)
