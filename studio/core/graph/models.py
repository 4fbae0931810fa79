"""The models of a repository as steps of an ensemble see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from studio.core.checking.check import model_context
from studio.core.checking.profile import Profile
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.decoupled import is_decoupled
from studio.core.checking.rules.interfaces import interface
from studio.core.config.draft import Draft
from studio.core.config.model_config import Config
from studio.core.files.repository import Repository
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model that steps may run. `config` has the tensors that its backend completes.

    `is_certain` says whether those are all; `problem` why the server would not load it, "" where it would.
    """

    name: str
    config: Config
    backend: str = ""
    served: tuple[int, ...] = ()
    is_ensemble: bool = False
    is_decoupled: bool = False
    is_certain: bool = True
    problem: str = ""


Resolve: TypeAlias = Callable[[str], Model | None]
"""Gives the model of a name; None where the repository has none."""


class Catalogue:
    """The models of one repository by name, each worked out when it is first asked for.

    `problems` are the first errors of models as the check found them; without them it looks itself whether the server
    would read a configuration. Made anew when the configuration of a step's model changes, not for edits of the
    ensemble's own. It reads files, as a check does.
    """

    def __init__(
        self,
        repository: Repository,
        drafts: Mapping[str, Draft],
        profile: Profile,
        problems: Mapping[str, str] | None = None,
    ) -> None:
        self._context = model_context(repository, drafts, profile)
        self._problems = problems
        self._known: dict[str, Model | None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every model of the repository."""
        return self._context.names

    @property
    def context(self) -> Context:
        """What rules are given to judge these models."""
        return self._context

    def __call__(self, name: str) -> Model | None:
        """The model of that name; None where there is none."""
        if name not in self._known:
            found = self._context.model(name)
            self._known[name] = self._read(found) if found else None
        return self._known[name]

    def _read(self, found: ModelView) -> Model:
        view, certain = interface(self._context, found)
        problem = self._problems.get(found.name, "") if self._problems is not None else ""
        is_read = found.is_sound and (self._problems is not None or self._context.is_available(found.name))
        if not is_read:
            problem = problem or "The server cannot read its configuration."
        return Model(
            found.name,
            view.config,
            "ensemble" if found.is_ensemble else found.deduced.backend,
            found.versions,
            found.is_ensemble,
            is_decoupled(self._context, found),
            certain and found.is_sound,
            problem,
        )
