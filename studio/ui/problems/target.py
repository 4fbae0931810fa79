"""Choosing the server that the repository is checked for."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtWidgets import QFormLayout, QWidget

from studio.app.repository.target import Target
from studio.core.checking.images import PRESETS, read_server
from studio.core.checking.profile import Profile, release_text, releases, version_of
from studio.core.checking.server_flags import put, with_flags
from studio.core.checking.target import Choice, chosen
from studio.core.failure import CoreError
from studio.core.serving.kinds import ControlMode
from studio.ui.problems import names
from studio.ui.widgets import Chooser, Label, Segmented, Switch, TextField
from studio.ui.widgets.dialogs import Question

_TEXT = "Problems are those that this server would meet. Its version, backends and flags decide what loads."
_CONTROL = tuple((mode.value, mode.value.capitalize()) for mode in ControlMode)
_SWITCHES = (
    ("--model-namespacing", "Namespaces", "Models of several repositories may share a name."),
    ("--cache-config", "Response cache", "The server has one, so that models may use it."),
    ("--rate-limit", "Rate limiter", "Resources of instance groups are counted."),
)
_ON = {"--cache-config": "local,size=1048576", "--rate-limit": "execution_count"}


class TargetDialog(Question):
    """Edits a choice; what it comes to is told below, and a part that is wrong keeps the dialog open."""

    def __init__(self, parent: QWidget, target: Target, machine: tuple[int, ...]) -> None:
        super().__init__(parent, "Check for a server", _TEXT, names.Target.DIALOG)
        self._target = target
        self._machine = machine
        self._make_fields()
        self._build()
        self._take(target.choice)
        self._connect()
        self._judge()

    def _make_fields(self) -> None:
        naming = self._target.project_path
        followed = f"What {naming.name} says" if naming else "The server that runs"
        self.follow = Segmented([("automatic", followed), ("chosen", "This one")], parent=self)
        self.server = Chooser(tuple(_title(each) for each in releases()), parent=self)
        self.server.setEditable(True)
        self.backends = Chooser(("any", *PRESETS), parent=self)
        self.backends.setEditable(True)
        self.gpus = TextField("auto", parent=self)
        self.mount = TextField("", mono=True, parent=self)
        self.mount.setPlaceholderText("its own place")
        self.control = Segmented(_CONTROL, parent=self)
        self.completes = Switch(parent=self)
        self.switches = {flag: Switch(parent=self) for flag, _called, _words in _SWITCHES}
        self.config_name = TextField("", parent=self)
        self.config_name.setPlaceholderText("config.pbtxt")
        self.flags = TextField("", mono=True, parent=self)
        self.flags.setPlaceholderText("--backend-config=python,shm-default-byte-size=16777216")
        self.outcome = Label("", "dim", 12)
        self.outcome.setWordWrap(True)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        rows: list[tuple[str, str, QWidget]] = [
            ("follow", "Check for", self.follow),
            ("server", "Server", self.server),
            ("backends", "Backends", self.backends),
            ("gpus", "GPUs", self.gpus),
            ("mount", "Repository at", self.mount),
            ("control", "Control mode", self.control),
            ("completes", "Auto-complete", self.completes),
            *((flag, title, self.switches[flag]) for flag, title, _words in _SWITCHES),
            ("config", "Configuration name", self.config_name),
            ("flags", "All flags", self.flags),
        ]
        for key, title, field in rows:
            field.setObjectName(names.Target.FIELD.format(key.removeprefix("--")))
            field.setAccessibleName(title)
            form.addRow(Label(title, "dim"), field)
        self._explain()
        self.column.addLayout(form)
        self.column.addWidget(self.outcome)
        self.add_button("", "Cancel")
        self.add_button("yes", "Check", "primary")
        self.finish()
        self.setMinimumWidth(560)

    def _explain(self) -> None:
        for flag, switch in self.switches.items():
            switch.setToolTip(next(words for known, _called, words in _SWITCHES if known == flag))
        self.server.setToolTip("A version, a release or an image: 2.51, 24.10, 24.10-py3-igpu")
        self.backends.setToolTip("Any, names with commas, or a variant of NVIDIA's image")
        self.mount.setToolTip("The folder at which the server sees the repository: paths in it are looked for here")
        self.gpus.setToolTip("Auto: those of this machine; any; none; or ids with commas")

    def _take(self, choice: Choice) -> None:
        self.follow.set_value("automatic" if self._target.is_automatic else "chosen")
        titles = {release_text(each): _title(each) for each in releases()}
        self.server.setCurrentText(titles.get(choice.server, choice.server))
        self.backends.setCurrentText(choice.backends)
        self.gpus.setText(choice.gpus)
        self.mount.setText(choice.mount)
        self.flags.setText(choice.flags)
        self._take_flags()

    def _take_flags(self) -> None:
        """The controls say what the flags say."""
        try:
            profile = with_flags(Profile(), self.flags.text())
        except CoreError:
            return
        self.control.set_value(profile.control.value)
        self.completes.setChecked(profile.auto_complete)
        self.config_name.setText(profile.config_name)
        on = {"--model-namespacing": profile.namespacing, "--cache-config": profile.cache}
        for flag, switch in self.switches.items():
            switch.setChecked(on.get(flag, profile.rate_limit))

    def _connect(self) -> None:
        self.follow.changed.connect(self._judge)
        self.server.editTextChanged.connect(self._own)
        self.backends.editTextChanged.connect(self._own)
        self.gpus.textEdited.connect(self._own)
        self.mount.textEdited.connect(self._own)
        self.control.changed.connect(lambda key: self._put("--model-control-mode", "" if key == "none" else key))
        self.completes.clicked.connect(
            lambda: self._put("--disable-auto-complete-config", "" if self.completes.isChecked() else "true")
        )
        self.config_name.textEdited.connect(lambda text: self._put("--model-config-name", text.strip()))
        for flag, switch in self.switches.items():
            switch.clicked.connect(
                lambda _=False, flag=flag, switch=switch: self._put(
                    flag, _ON.get(flag, "true") if switch.isChecked() else ""
                )
            )
        self.flags.textEdited.connect(self._flags_edited)

    def _put(self, flag: str, value: str) -> None:
        # Flags that cannot be read stay for the person to mend; the line below says why.
        with suppress(CoreError):
            self.flags.setText(put(self.flags.text(), flag, value))
        self._own()

    def _flags_edited(self, _text: str) -> None:
        self._take_flags()
        self._own()

    def _own(self, *_: object) -> None:
        """A field was changed: the choice is one's own from here on."""
        self.follow.set_value("chosen")
        self._judge()

    def choice(self) -> Choice:
        """The target that the fields describe."""
        titles = {_title(each): release_text(each) for each in releases()}
        server = self.server.currentText().strip()
        backends = self.backends.currentText().strip() or "any"
        gpus, flags = self.gpus.text().strip() or "auto", self.flags.text().strip()
        return Choice(titles.get(server, server), backends, gpus, flags, self.mount.text().strip())

    def _judge(self, *_: object) -> bool:
        """Tells what the choice comes to, or what is wrong with it."""
        if self.follow.value() == "automatic":
            self.outcome.set_role("dim")
            naming = self._target.project_path
            says = f" {naming} says so." if naming else ""
            self.outcome.setText(f"{described(self._target.followed)} now.{says}")
            return True
        choice = self.choice()
        try:
            profile, note = chosen(choice, self._machine), read_server(choice.server).note
        except CoreError as failure:
            self.outcome.set_role("error")
            self.outcome.setText(str(failure))
            return False
        self.outcome.set_role("dim")
        self.outcome.setText(f"{described(profile)}. {note}".rstrip())
        return True

    def accept(self) -> None:
        """Keeps the choice; stays open where it will not do."""
        if self._judge():
            self._target.choose(None if self.follow.value() == "automatic" else self.choice())
            super().accept()


def described(profile: Profile) -> str:
    """A target in one line: version, GPUs, backends."""
    gpus = "of any number" if profile.any_gpu else ", ".join(str(gpu) for gpu in profile.gpus)
    backends = "any backend" if profile.backends is None else ", ".join(sorted(profile.backends)) or "no backend"
    return f"{profile.title}, {f'GPU {gpus}' if gpus else 'no GPU'}, {backends}"


def _title(release: tuple[int, int]) -> str:
    return f"{version_of(release)} ({release_text(release)})"
