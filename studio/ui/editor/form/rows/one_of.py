"""Fields that rule one another out: which of them, and below the editor of that one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.core.config.fields import message_of, title_of
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.message_editor import MessageEditor
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.editor.form.rows.field_rows import FieldRow, TextRow
from studio.ui.editor.form.rows.typed_rows import schema_of
from studio.ui.widgets import Chooser, set_state

_NONE = "none of them"
_ZEROS: dict[str, object] = {"bool": True, "string": "", "int": 0, "uint": 0, "float": 0.0, "message": {}}


class _OneOfRow(FieldRow):
    """The row that says which."""

    def __init__(self, context: FormContext, above: Path, oneof: str, members: Sequence[str], parent: QWidget) -> None:
        super().__init__(context, (*above, members[0]), oneof.replace("_", " ").capitalize(), parent)
        self._above = above
        self.members = tuple(members)
        self.field = Chooser((_NONE, *(title_of((*above, name)) for name in members)), parent=self)
        self.place(self.field)
        self.field.setObjectName(names.Form.ONE_OF.format(widget_key((*above, oneof))))
        self.field.activated.connect(self._chosen)

    def member(self, draft: Draft) -> str:
        """The one that the file sets; empty where it sets none."""
        return next((name for name in self.members if draft.has(*self._above, name)), "")

    def _chosen(self, place: int) -> None:
        before = self.member(self.context.model.draft)
        wanted = self.members[place - 1] if place else ""
        if wanted == before:
            return
        if wanted:
            path = (*self._above, wanted)
            self.context.put(f"Choose {title_of(path).lower()}", path, _ZEROS[schema_of(path).kind])
        else:
            self.context.put(f"Clear {title_of((*self._above, before)).lower()}", (*self._above, before), None)

    def show_draft(self, draft: Draft) -> None:
        """Shows which member of the oneof is set."""
        chosen = self.member(draft)
        self.path = (*self._above, chosen or self.members[0])
        self.field.setCurrentIndex(self.members.index(chosen) + 1 if chosen else 0)
        self._state = "" if chosen else "default"
        set_state(self.field, self._state)

    def mark(self, state: str) -> None:
        set_state(self.field, state if state in ("warning", "error") else self._state)


class OneOfPart(FormPart):
    """A oneof: choosing another member clears the one before in the same step."""

    def __init__(self, context: FormContext, above: Path, oneof: str, members: Sequence[str], parent: QWidget) -> None:
        super().__init__(context, tuple((*above, name) for name in members), parent)
        self._above = above
        self.head = _OneOfRow(context, above, oneof, members, self)
        self._bodies: dict[str, QWidget | None] = {}
        self._found: Sequence[Finding] = ()
        self._asked = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self.setFocusProxy(self.head)

    def show_draft(self, draft: Draft) -> None:
        """The choice, and the editor of what is chosen."""
        self.head.show_draft(draft)
        self.head.show_state(draft)
        chosen = self.head.member(draft) or self._asked
        if chosen and chosen not in self._bodies:
            self._bodies[chosen] = self._build(chosen)
            self.show_findings(self._found)
        for name, body in self._bodies.items():
            if body is not None:
                body.setVisible(name == chosen)
        self._show_body(self._bodies.get(chosen), draft)

    @staticmethod
    def _show_body(body: QWidget | None, draft: Draft) -> None:
        if isinstance(body, MessageEditor):
            body.show_draft(draft)
        elif isinstance(body, FormPart):
            body.show_draft(draft)
            body.show_state(draft)

    def _build(self, name: str) -> QWidget | None:
        path = (*self._above, name)
        message = message_of(path)
        if message is not None and not message.fields:
            return None
        body: QWidget = MessageEditor(self.context, path, self) if message else self.context.part_for(path, self)
        if isinstance(body, TextRow):
            # An empty text is a choice too; clearing it would take the choice back while somebody types.
            body.keeps_empty = True
        self._column.addWidget(body)
        return body

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Each at the field that it is about; the others at the choice."""
        self._found = found
        left = list(found)
        for name, body in self._bodies.items():
            its = [each for each in left if each.path[: len(self._above) + 1] == (*self._above, name)]
            if isinstance(body, MessageEditor):
                near_none = body.show_findings(its)
                its = [each for each in its if each not in near_none]
            elif isinstance(body, FormPart):
                body.show_findings(its)
            else:
                continue
            left = [each for each in left if each not in its]
        self.head.show_findings(left)

    def reveal(self, path: Path) -> QWidget | None:
        """The choice, or a field of the member that is chosen; of another member the choice."""
        if not self.nearness(path):
            return None
        name, draft = str(path[len(self._above)]), self.context.model.last_good
        if not self.head.member(draft):
            self._asked = name
            self.show_draft(draft)
        if name != (self.head.member(draft) or self._asked):
            return self.head
        body = self._bodies.get(name)
        if isinstance(body, MessageEditor):
            return body.reveal(path, draft) or self.head
        return body.reveal(path) if isinstance(body, FormPart) else self.head
