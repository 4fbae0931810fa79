"""The self-test through the real window, as a person starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.engine]


def test_the_self_test_goes_through_the_window(engine: None) -> None:
    home = Path(os.environ["TRIREME_HOME"])
    before = sorted(home.rglob("*"))
    words = [sys.executable, "-m", "studio", "--selftest", "--window"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    opened = ("Show the window", "Open the example", "Start the server", "Watch the server")
    for step in (*opened, "Stop the server", "Close the window"):
        row = next(line for line in done.stdout.splitlines() if line.startswith(step))
        assert row.endswith("  ok")
    assert "30 of 30 answers are right" in done.stdout
    assert "24 of 24 answers are right" in done.stdout
    assert "4 charts, in the monitor" in done.stdout
    assert sorted(home.rglob("*")) == before
