"""The parameters of a repository agent; those of the checksum agent are computed from the model's files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from PySide6.QtWidgets import QMenu, QWidget

from studio.app import notices, tasks
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.files.checksums import checksum
from studio.failure import Failure
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.element_table import elements_at
from studio.ui.editor.form.tables.key_values import KeyValuesPart

_AGENT = "checksum"
_PREFIX = "MD5:"


class AgentParametersPart(KeyValuesPart):
    """Parameters of one agent. For the checksum agent a file is chosen and its checksum computed."""

    told_title = ""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent)
        self._compute = self.add_action(
            "checksum", "Checksum", "Compute the checksum of a file of the model", "fingerprint"
        )
        self._compute.clicked.connect(self._open_files)

    def show_draft(self, draft: Draft) -> None:
        """The parameters; the action is for the checksum agent."""
        super().show_draft(draft)
        self._compute.setVisible(str(draft.get(*self.path[:-1], "name") or "") == _AGENT and bool(self._files()))

    def _files(self) -> Mapping[str, FilePath]:
        folder = self.context.model.folder
        found = {file.name: folder.path / file.name for file in folder.files if not file.is_folder}
        found.pop("config.pbtxt", None)  # It would hold its own checksum.
        for version in folder.versions:
            for file in version.files:
                if not file.is_folder:
                    found[f"{version.number}/{file.name}"] = folder.path / str(version.number) / file.name
        return found

    def files_menu(self) -> QMenu:
        """A line for each file of the model."""
        menu = QMenu(self)
        menu.setObjectName(names.Form.STARTERS_MENU)
        for name in self._files():
            menu.addAction(name).setData(name)
        menu.triggered.connect(lambda action: self._sum(str(action.data())))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open_files(self) -> None:
        self.files_menu().popup(self._compute.mapToGlobal(self._compute.rect().bottomLeft()))

    def _sum(self, name: str) -> None:
        path = self._files()[name]
        self._compute.setEnabled(False)
        tasks.run(self, lambda task: checksum(path, task), lambda found: self._took(name, found), self._failed)

    def _took(self, name: str, found: str) -> None:
        self._compute.setEnabled(True)
        self.context.edit(f"Set the checksum of {name}", lambda draft: self._written(draft, f"{_PREFIX}{name}", found))

    def _written(self, draft: Draft, key: str, found: str) -> Draft:
        if not draft.has(*self.path[:-1]):
            raise CoreError(f"Set {key}", "its agent is gone.")
        keys = [each.get("key") for each in elements_at(draft, self.path)]
        if key in keys:
            return draft.set(*self.path, keys.index(key), "value", found)
        return draft.append(*self.path, {"key": key, "value": found})

    def _failed(self, failure: Failure) -> None:
        self._compute.setEnabled(True)
        notices.post_failure(failure)
