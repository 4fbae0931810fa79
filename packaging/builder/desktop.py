"""Icons, manual page and completion, made from what the program itself declares."""

from __future__ import annotations

import json
import os
from pathlib import Path

from common import ROOT, environment, run, version

_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_DRAW = """
import sys
from pathlib import Path
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication
from studio.ui.look import theme
from studio.ui.look.logo import paint_logo
app = QApplication([])
theme.apply(app, "light")
for size in map(int, sys.argv[2:]):
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        paint_logo(painter, QRectF(0, 0, size, size))
    target = Path(sys.argv[1], f"{size}x{size}", "apps", "trireme.png")
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(target))
"""
_DESCRIBE = """
import argparse, json
from studio.cli.main import parser

def options(one):
    return [[a.option_strings, a.metavar or (a.dest if a.nargs != 0 and a.option_strings else ""), a.help or "",
             list(map(str, a.choices or ())), a.nargs == 0] for a in one._actions if a.option_strings]

def places(one):
    return [[a.metavar or a.dest, a.help or ""] for a in one._actions
            if not a.option_strings and not isinstance(a, argparse._SubParsersAction)]

top = parser()
subs = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
helps = {c.dest: c.help for c in subs._choices_actions}
commands = [{"name": name, "help": helps.get(name, ""), "options": options(one), "places": places(one)}
            for name, one in subs.choices.items()]
print(json.dumps({"description": top.description, "options": options(top), "commands": commands}))
"""


def icons(folder: Path) -> None:
    """The sign of the studio in every size that desktops ask for."""
    _studio(_DRAW, str(folder), *map(str, _SIZES))


def manual() -> str:
    """The manual page, in troff."""
    told = json.loads(_studio(_DESCRIBE))
    lines = [
        f'.TH TRIREME 1 "" "Trireme {version()}" "User Commands"',
        ".SH NAME",
        "trireme \\- studio for model repositories of Triton Inference Server",
        ".SH SYNOPSIS",
        ".B trireme\n.RI [ REPOSITORY ]\n.br\n.B trireme\n.I COMMAND\n.RI [ OPTION ]...",
        ".SH DESCRIPTION",
        _troff(told["description"].replace("`", "")),
        ".SH OPTIONS",
        *_manual_options(told["options"]),
        ".SH COMMANDS",
    ]
    for command in told["commands"]:
        lines += [
            f".SS {command['name']} {' '.join(name for name, _ in command['places'])}",
            _troff(command["help"]) + ".",
        ]
        lines += _manual_options(command["options"])
    lines += [
        ".SH FILES",
        _troff(
            "Settings are in $XDG_CONFIG_HOME/trireme, engines in $XDG_DATA_HOME/trireme, unsaved edits and logs in "
        ),
        _troff("$XDG_STATE_HOME/trireme. TRIREME_HOME moves all three."),
    ]
    return "\n".join(lines) + "\n"


def _manual_options(options: list[list[object]]) -> list[str]:
    lines: list[str] = []
    for names, value, text, _choices, _flag in options:
        shown = ", ".join(f"\\fB{_troff(str(name))}\\fR" for name in names) if isinstance(names, list) else ""
        lines += [".TP", f"{shown} \\fI{_troff(str(value))}\\fR" if value else shown, _troff(str(text)) or "\\&"]
    return lines


def _troff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("’", "'")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def completion() -> str:
    """Completion for bash: commands, their options, the choices of options, and paths."""
    told = json.loads(_studio(_DESCRIBE))
    names = " ".join(command["name"] for command in told["commands"])
    top = " ".join(name for each in told["options"] for name in each[0])
    cases, values = [], []
    for command in told["commands"]:
        words = " ".join(name for each in command["options"] for name in each[0])
        cases.append(f'        {command["name"]}) words="{words}" ;;')
        for each in command["options"]:
            if each[3]:
                keys = "|".join(f"{command['name']}:{name}" for name in each[0])
                values.append(f'        {keys}) COMPREPLY=($(compgen -W "{" ".join(each[3])}" -- "$here")); return ;;')
    return "\n".join(
        [
            "# bash completion for trireme",
            "_trireme() {",
            '    local here="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
            '    local command="${COMP_WORDS[1]}" words=""',
            '    if [ "$COMP_CWORD" = 1 ]; then',
            f'        COMPREPLY=($(compgen -W "{names} {top}" -- "$here") $(compgen -d -- "$here"))',
            "        return",
            "    fi",
            '    case "$command:$before" in',
            *values,
            "    esac",
            '    case "$command" in',
            *cases,
            "    esac",
            '    if [[ "$here" == -* ]]; then',
            '        COMPREPLY=($(compgen -W "$words" -- "$here"))',
            "    else",
            '        COMPREPLY=($(compgen -f -- "$here"))',
            "    fi",
            "}",
            "complete -o filenames -F _trireme trireme",
            "",
        ]
    )


def _studio(code: str, *arguments: str) -> str:
    """What a piece of Python prints that uses the studio of this tree, without a display."""
    env = environment() | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/")}
    return run([ROOT / ".venv" / "bin" / "python", "-c", code, *arguments], env=env)
