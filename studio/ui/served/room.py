"""The room of the models on the server: their table, what is done with them, and why one is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.place import LogPlace, ModelPlace, PagePlace, WhyPlace
from studio.ui.room.room import PageSpec, Room, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.core.serving.why.answer import Look
    from studio.ui.room.context import Context
    from studio.ui.served.page import ServedPage

_ON_MODELS = frozenset({ContextMenu.MODEL_ROW, ContextMenu.LISTED_MODEL})


def _page(context: Context, parent: QWidget) -> ServedPage:
    from studio.ui.room.at_pointer import open_menu
    from studio.ui.served.page import ServedPage

    page = ServedPage(context.session, parent)
    page.menu_asked.connect(lambda _model, at: open_menu(context, ContextMenu.LISTED_MODEL, at))
    page.place_asked.connect(context.show)
    page.chosen_changed.connect(lambda: _select(context, page))
    page.why.look_asked.connect(lambda look: _look(context, look))
    context.bind_keys(page.table, Scope.SERVED)
    return page


def _select(context: Context, page: ServedPage) -> None:
    """What is chosen in the table is what commands are about."""
    from studio.app.selection import Selected

    repository = context.session.repository
    rows = []
    for name in page.table.chosen():
        folder = repository.model(name) if repository is not None else None
        rows.append(Selected("model", name, folder.path if folder is not None else None))
    context.selection.select(rows[0] if rows else None, rows)


def _look(context: Context, look: Look) -> None:
    from studio.core.inference.model_index import ready_versions
    from studio.core.serving.logs.reasons import Reason
    from studio.ui.room.reason_places import place_of

    if look.kind == "log":
        context.show(LogPlace(look.model, look.at))
    elif look.kind == "monitor":
        context.page("monitor")
        ready = ready_versions(context.session.server.models.get(look.model, ()))
        context.selection.step_chosen.emit(look.model, next(iter(ready), ""))
        context.show(PagePlace("monitor"))
    elif look.kind == "model":
        context.show(WhyPlace(look.model))
    elif look.kind == "files":
        context.show(ModelPlace(look.model))
    else:
        context.show(place_of(context.session, look.model, Reason("", "", look.file, look.line)))


def _show_why(context: Context, place: WhyPlace) -> QWidget | None:
    from studio.ui.served.page import ServedPage

    page = context.show(PagePlace("served"))
    if isinstance(page, ServedPage):
        page.ask_why(place.model, place.symptom)
    return page


def _in_front(context: Context) -> ServedPage | None:
    from studio.ui.served.page import ServedPage

    page = context.front()
    return page if isinstance(page, ServedPage) else None


def load_models(context: Context) -> None:
    """Loads the selected models, or reloads them."""
    for name in context.selection.models:
        context.session.server.load(name)


def unload_models(context: Context) -> None:
    """Unloads the selected models."""
    from studio.ui.served.unloading import unload

    context.ask(lambda window: unload(window, context.session, context.selection.models))


def ask_why(context: Context) -> None:
    """Answers why the selected model is not as it should be."""
    context.show(WhyPlace(context.selection.model))


def _on_page(
    id_: str, text: str, order: int, run: Callable[[ServedPage], object], icon: str, *keys: str
) -> Command[Context]:
    made = Command(
        id_,
        text,
        Menu.MODEL,
        (3, order),
        run,
        keys,
        icon,
        facts.selected_model,
        scope=Scope.SERVED,
        context_menus=frozenset(),
    )
    return made.on(_in_front)


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "served_models",
        "Models on the server",
        Menu.PAGES,
        (1, 25),
        lambda context: context.show(PagePlace("served")),
        ("Alt+5",),
        "stack",
        facts.session,
    ),
    Command(
        "load_model",
        "Load or reload",
        Menu.MODEL,
        (3, 10),
        load_models,
        ("Ctrl+R",),
        "upload-simple",
        facts.model_and_server,
        why_off=facts.why_not_on_server,
        scope=Scope.SERVED,
        context_menus=_ON_MODELS,
    ),
    Command(
        "unload_model",
        "Unload",
        Menu.MODEL,
        (3, 20),
        unload_models,
        ("Del",),
        "eject",
        facts.model_and_server,
        why_off=facts.why_not_on_server,
        scope=Scope.SERVED,
        context_menus=_ON_MODELS,
    ),
    Command(
        "why_model",
        "Why?",
        Menu.MODEL,
        (3, 35),
        ask_why,
        ("W",),
        "question",
        facts.selected_model,
        scope=Scope.SERVED,
        context_menus=_ON_MODELS,
    ),
    _on_page(
        "unfold_model",
        "Unfold or fold on the server’s page",
        37,
        lambda page: page.turn(),
        "caret-down",
        "Return",
        "Enter",
    ),
    _on_page("keep_trial", "Keep what is tried", 39, lambda page: page.keep(), "floppy-disk", "K"),
    _on_page("drop_trial", "Drop what is tried, load the file", 40, lambda page: page.drop(), "arrow-u-up-left", "D"),
    _on_page("adopt_model", "Adopt what the server completed", 38, lambda page: page.adopt(), "download-simple", "A"),
)
ROOM = Room(
    "served",
    "Models",
    "stack",
    "See what the server has of each model, load and unload it, and why it is not as it should be.",
    COMMANDS,
    page=PageSpec(_page, 21, under="serve", speaks_of_server=True),
    places=(shows(WhyPlace, _show_why),),
)
