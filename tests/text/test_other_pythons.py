"""The Pythons of the system read texts as this one does: the regular expressions of Debian 12's 3.11.2 have faults."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import corpus

_ROOT = Path(__file__).resolve().parents[2]
_READ = """
import hashlib, sys
from pathlib import Path
from studio.text.edit import remove
from studio.text.parse import parse
read = [path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*.pbtxt")) if path.is_file()]
own = [
    'a: "longer" # keep\\nb { c: 1 d: [2, 44] }\\n', 'name: [ # note, { } " [\\n"a" # note, { } " [\\n] ',
    'a: "x" "y" # kept\\r# kept\\r\\nb: -1.5e # kept', 'a: "\\\\x4 # no escape\\nb: 1.5f # kept', "[a.b/ c] { } # kept",
]
seen = hashlib.sha256()
for each in [*read, *own]:
    document = parse(each)
    seen.update(repr((document.root, document.problems)).encode("utf-8", "surrogatepass"))
    for field in document.root.fields[:4]:
        if document.ok and field.name:
            seen.update(remove(document, (field.name,)).text.encode("utf-8", "surrogatepass"))
print(len(read), seen.hexdigest())
"""


def _said(python: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run([python, "-c", _READ, str(folder)], env=environment, capture_output=True, text=True)
    assert not ended.returncode, ended.stderr
    return ended.stdout


@pytest.mark.long
def test_the_systems_pythons_read_every_text_as_this_one_does() -> None:
    versions = ("python3.11", "python3.12", "python3.13")
    others = [path for name in versions if (path := shutil.which(name, path="/usr/local/bin:/usr/bin"))]
    here = _said(sys.executable, corpus())
    assert int(here.split()[0]) > 100
    assert {python: _said(python, corpus()) for python in others} == dict.fromkeys(others, here)
