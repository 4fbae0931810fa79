"""What a rule may look at: the repository, the drafts, the profile of the server, and one model seen through them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.checking.deduction import Deduction, deduce
from studio.core.checking.evidence import Files
from studio.core.checking.findings import Finding, Fix, Severity, shortened
from studio.core.checking.profile import Profile
from studio.core.checking.rules.view import Node
from studio.core.checking.unsound.reading import Recovered
from studio.core.config.conformance import conforms
from studio.core.config.draft import Draft, draft
from studio.core.config.model_config import Config
from studio.core.files.repository import ModelFolder, Repository, Version, servable
from studio.text.document import find
from studio.text.tree import Field, ListValue, Message, Scalar, Span
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, field, replace

if TYPE_CHECKING:
    from typing import TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class ModelView:
    """One model as the server will see it: its folder, its text, and what the server fills in.

    `text` is what is wrong with the text and how it may be read; `draft` is None where there is none that can be read.
    """

    folder: ModelFolder
    draft: Draft | None
    text: Recovered
    config: Config
    deduced: Deduction
    root: Node
    """The whole configuration by field name."""
    versions: tuple[int, ...]
    """The versions that the server would load."""

    @property
    def name(self) -> str:
        """The folder's name, which is the model's."""
        return self.folder.name

    @property
    def is_sound(self) -> bool:
        """Whether the server gets past reading the configuration, so that what it says can be judged."""
        return not (self.text.mistakes or self.folder.unread or self.lacks_text)

    @property
    def lacks_text(self) -> bool:
        """Whether there is a configuration file of which the text is not known."""
        return self.draft is None and self.folder.config_path is not None

    @property
    def is_ensemble(self) -> bool:
        """Whether the server runs it as an ensemble."""
        return self.deduced.platform == "ensemble" and not self.deduced.backend

    @property
    def title(self) -> str:
        """What the server calls it: the name that the configuration writes, else the folder's."""
        return self.config.name or self.folder.name

    @property
    def served(self) -> tuple[Version, ...]:
        """The folders of those versions."""
        return tuple(version for version in self.folder.versions if version.number in self.versions)

    def given(self, *path: str | int) -> bool:
        """Whether the configuration writes this field."""
        return self.draft is not None and self.draft.has(*path)

    def map_entry(self, parent: TextPath, key: str) -> TextPath:
        """The path of the entry of a map field; that of the map where the key is not found."""
        index = 0
        while self.draft and self.draft.has(*parent, index):
            if self.draft.get(*parent, index, "key") == key:
                return (*parent, index)
            index += 1
        return parent

    def problem(
        self,
        rule: str,
        message: str,
        *,
        phase: str,
        server: str = "",
        severity: Severity = Severity.ERROR,
        path: TextPath = (),
        file: Path | None = None,
        line: int = 0,
        span: Span | None = None,
        fixes: Iterable[Fix | None] = (),
        undecided: bool = False,
    ) -> Finding:
        """A finding about this model, placed at the field of that path or the nearest one around it.

        `line` is that of another `file`.
        """
        column = 0
        if self.draft and file is None:
            span = span or (_span(self.draft, path) if path else None)
            line, column = self.draft.document.line_column(span.start) if span else (0, 0)
        return Finding(
            rule=rule,
            severity=severity,
            message=shortened(message),
            model=self.name,
            server_text=shortened(server),
            file=file or self.folder.config_path or self.folder.path,
            span=span,
            line=line,
            column=column,
            path=path,
            phase=phase,
            fixes=tuple(fix for fix in fixes if fix),
            undecided=undecided,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Everything a check is made against. What it works out about a model is kept for the length of one check."""

    repository: Repository
    drafts: Mapping[str, Draft]
    profile: Profile
    polls: Callable[[Context, ModelView], Iterator[Finding]]
    """The rules that Triton applies to one configuration on its own (phase 2), as one."""
    loads: Callable[[Context, ModelView], Iterator[Finding]]
    """Those that follow once every configuration is known, as one."""
    mends: Callable[[Context, ModelView, Finding], Finding]
    """Adds to a finding the fixes that its rule leaves to others."""
    files: Files
    memory: dict[str, object] = field(default_factory=dict)
    """What a rule has worked out over all models, by the rule's name."""
    _views: dict[str, ModelView] = field(default_factory=dict)
    _polled: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    _judged: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    _folders: dict[str, ModelFolder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folders = self.repository.folders
        self._folders.update((folder.name, folder) for folder in folders)

    @property
    def io_phase(self) -> str:
        """When the server looks at inputs and outputs: at once where backends may not complete them."""
        return "4e" if self.profile.auto_complete else "2"

    @property
    def names(self) -> tuple[str, ...]:
        """Every folder that the server takes for a model."""
        return tuple(self._folders)

    def model(self, name: str) -> ModelView | None:
        """The model of that name, None where there is no such folder."""
        folder = self._folders.get(name)
        if folder and name not in self._views:
            self._views[name] = _view(folder, self.drafts.get(name), self.profile)
        return self._views.get(name)

    def polled(self, model: ModelView) -> tuple[Finding, ...]:
        """What is found in one model's own folder and configuration."""
        if model.name not in self._polled:
            self._polled[model.name] = tuple(self.polls(self, model))
        return self._polled[model.name]

    def judged(self, model: ModelView) -> tuple[Finding, ...]:
        """All that is found about one model, in the server's order. Empty for a model on its way to itself."""
        if model.name not in self._judged:
            self._judged[model.name] = ()
            loaded = list(self.loads(self, model))
            # What is found in a reading of a text that is not sound has its fixes from there.
            mended = frozenset() if model.is_sound else frozenset(map(id, loaded))
            found = _once([*self.polled(model), *loaded])
            found = [each if id(each) in mended else self.mends(self, model, each) for each in found]
            # Rules that yield for several phases keep their order within each.
            self._judged[model.name] = tuple(sorted(found, key=_in_ensemble if model.is_ensemble else _phase))
        return self._judged[model.name]

    def local(self, path: str) -> Path:
        """The file here that an absolute path of a configuration means: the server may see the repository elsewhere."""
        found, mount = Path(path), self.profile.mount
        if mount and found.is_relative_to(mount) and not self.files.exists(found):
            return self.repository.path / found.relative_to(mount)
        return found

    def with_draft(self, name: str, draft: Draft) -> Context:
        """The same with another text of one model; what is known of the others stays known."""
        made = replace(self, drafts={**self.drafts, name: draft}, memory={}, _views={}, _polled={}, _judged={})
        made._views.update((each, view) for each, view in self._views.items() if each != name)
        made._polled.update((each, found) for each, found in self._polled.items() if each != name)
        return made

    def is_available(self, name: str) -> bool:
        """Whether the server gets as far as knowing this model, so that an ensemble may use it."""
        model = self.model(name)
        return model is not None and not any(
            finding.severity is Severity.ERROR and finding.phase in ("1", "2") for finding in self.polled(model)
        )


def _once(findings: list[Finding]) -> list[Finding]:
    """Without what is said again, as of two versions whose files differ from the configuration in the same way."""
    if len(findings) < 2:
        return findings
    known: dict[object, Finding] = {}
    for each in findings:
        known.setdefault((each.rule, each.message, each.path, each.span, each.severity, each.phase), each)
    return list(known.values())


def _phase(finding: Finding) -> str:
    return finding.phase


def _in_ensemble(finding: Finding) -> str:
    """The server holds an ensemble against its steps before it loads it."""
    return "3+" if finding.phase == "5" else finding.phase


Rule: TypeAlias = Callable[[Context, ModelView], Iterator[Finding]]
"""One rule, or several that the server applies in one pass. It yields in the server's order and reads no files."""


@cache
def _nothing() -> Draft:
    return draft("")


def _view(folder: ModelFolder, text: Draft | None, profile: Profile) -> ModelView:
    told = Recovered() if text is None or conforms(text.document, profile.schema) else _recovered(text, profile)
    config = (text or _nothing()).config
    given = Deduction(config.backend, config.platform, config.default_model_filename)
    deduced = deduce(folder.name, given, folder.first_names, profile.release)
    root = Node((text or _nothing()).document.root)
    return ModelView(folder, text, told, config, deduced, root, servable(folder, config))


def _recovered(text: Draft, profile: Profile) -> Recovered:
    # Most texts are sound, and a check of one model is over sooner than this is loaded.
    from studio.core.checking.unsound.recovered import recovered

    return recovered(text.document.text, profile.schema)


def _span(text: Draft, path: TextPath) -> Span | None:
    """The span of the field at the path, or of the nearest one around it that is written."""
    for length in range(len(path), 0, -1):
        node = find(text.document, path[:length])
        if node is not None:
            return _narrow(node)
    return None


def _narrow(node: Field | Scalar | Message) -> Span:
    """A message is marked by its name or first field alone, since a whole block underlined says nothing."""
    if isinstance(node, Field):
        short = isinstance(node.value, Scalar) or (
            isinstance(node.value, ListValue) and all(isinstance(item, Scalar) for item in node.value.items)
        )
        return node.span if short else node.name_span
    if isinstance(node, Message) and node.fields:
        return _narrow(node.fields[0])
    return node.span
