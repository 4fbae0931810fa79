"""What holds in the window right now, as far as commands depend on it, and the predicates over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from studio.app.selection import Selected
    from studio.core.checking.findings import Finding


@dataclass(frozen=True, slots=True)
class Facts:
    """The state by which commands are enabled and checked. The window makes a new one whenever something changed."""

    has_session: bool = False
    """False in the moment after the start in which only the empty frame is shown."""
    has_repository: bool = False
    tabs: int = 0
    """How many tabs are open."""
    has_preview: bool = False
    """Whether the tab in front only previews: the next preview takes its place."""
    can_reopen: bool = False
    """Whether a tab was closed that can be opened again."""
    has_model: bool = False
    """Whether the tab in front is a model's."""
    has_text: bool = False
    """Whether the tab in front is a model's or a text file's."""
    has_trace: bool = False
    """Whether the page in front shows traced requests."""
    has_request: bool = False
    """Whether the tester is in front."""
    is_ensemble: bool = False
    """Whether that model is an ensemble."""
    can_undo: bool = False
    can_redo: bool = False
    unsaved: int = 0
    """How many models have unsaved edits."""
    model: str = ""
    """The model that commands are about: the selected one, else the one in front."""
    models: tuple[str, ...] = ()
    """All models that are selected; the one in front where none is."""
    problem: Finding | None = None
    """The problem whose row is selected."""
    row: Selected | None = None
    """The row of the explorer that has the cursor."""
    server_runs: bool = False
    server_stops: bool = False
    """Whether it was told to end, and has not yet."""
    servers: int = 0
    """How many servers are in the list of those that run or have run."""
    serves_another_folder: bool = False
    """Whether the current server was launched here on a folder that is not the open one."""
    may_change_models: bool = False
    """Whether the server takes loads and unloads from here."""
    why_no_changes: str = ""
    """Why it does not."""
    shows_explorer: bool = False
    shows_inspector: bool = False
    shows_panel: bool = False
    theme: str = "system"


Needs: TypeAlias = Callable[[Facts], bool]
"""A predicate by which a command says when it can be run. Its docstring, "Needs …", stands in the reference."""


def nothing(_: Facts) -> bool:
    """Needs nothing."""
    return True


def session(facts: Facts) -> bool:
    """Needs a window that has started up."""
    return facts.has_session


def repository(facts: Facts) -> bool:
    """Needs an open repository."""
    return facts.has_repository


def tab(facts: Facts) -> bool:
    """Needs an open tab."""
    return facts.tabs > 0


def several_tabs(facts: Facts) -> bool:
    """Needs more than one open tab."""
    return facts.tabs > 1


def preview(facts: Facts) -> bool:
    """Needs a tab in front that only previews."""
    return facts.has_preview


def closed_tab(facts: Facts) -> bool:
    """Needs a tab that was closed."""
    return facts.can_reopen


def model_in_front(facts: Facts) -> bool:
    """Needs a model's tab in front."""
    return facts.has_model


def text_in_front(facts: Facts) -> bool:
    """Needs the tab of a model or of a text file in front."""
    return facts.has_text


def request_in_front(facts: Facts) -> bool:
    """Needs the tester in front."""
    return facts.has_request


def trace_in_front(facts: Facts) -> bool:
    """Needs the X-ray in front."""
    return facts.has_trace


def request_and_server(facts: Facts) -> bool:
    """Needs the tester in front, and a running server."""
    return facts.has_request and facts.server_runs


def something_to_save(facts: Facts) -> bool:
    """Needs the tab of a model or of a text file, or the tester, in front."""
    return facts.has_text or facts.has_request


def ensemble_in_front(facts: Facts) -> bool:
    """Needs an ensemble's tab in front."""
    return facts.is_ensemble


def step_to_undo(facts: Facts) -> bool:
    """Needs an edit of the model in front."""
    return facts.can_undo


def step_to_redo(facts: Facts) -> bool:
    """Needs an edit that was undone."""
    return facts.can_redo


def unsaved_model(facts: Facts) -> bool:
    """Needs a model with unsaved edits."""
    return facts.unsaved > 0


def selected_model(facts: Facts) -> bool:
    """Needs a model that is selected or in front."""
    return bool(facts.model)


def one_model(facts: Facts) -> bool:
    """Needs exactly one model that is selected or in front."""
    return len(facts.models) == 1


def selected_file(facts: Facts) -> bool:
    """Needs a file that is selected in the explorer."""
    return facts.row is not None and facts.row.kind in ("file", "config")


def selected_problem(facts: Facts) -> bool:
    """Needs a problem whose row is selected."""
    return facts.problem is not None


def running_server(facts: Facts) -> bool:
    """Needs a running server."""
    return facts.server_runs


def server_to_stop(facts: Facts) -> bool:
    """Needs a server that runs, or one that still stops: to press it again ends that one at once."""
    return facts.server_runs or facts.server_stops


def several_servers(facts: Facts) -> bool:
    """Needs more than one server."""
    return facts.servers > 1


def a_server(facts: Facts) -> bool:
    """Needs a server, be it one that has ended."""
    return facts.servers > 0


def server_of_another_folder(facts: Facts) -> bool:
    """Needs a server that runs on another folder than the open one."""
    return facts.serves_another_folder


def model_in_front_and_server(facts: Facts) -> bool:
    """Needs a running server whose models may be changed, and a model's tab in front."""
    return facts.server_runs and facts.may_change_models and facts.has_model


def why_not_on_server(facts: Facts) -> str:
    """Why nothing can be loaded or unloaded; "" where no more than a model is missing."""
    return facts.why_no_changes if facts.server_runs else "No server runs: launch one, or attach to one."


def model_and_server(facts: Facts) -> bool:
    """Needs a running server whose models may be changed, and a model that is selected or in front."""
    return facts.server_runs and facts.may_change_models and bool(facts.model)
