"""What the monitor says of this machine."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.app.serving.sampling.host import Host
from studio.ui.monitor.devices import HostPanel
from studio.ui.monitor.history import TimeWindow


def test_a_stretch_without_a_measurement_is_a_line_and_no_empty_chart(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 2000 kB\nMemAvailable: 500 kB\n")
    host = Host(tmp_path)
    panel = HostPanel(host)
    qtbot.addWidget(panel)
    for time, busy in enumerate((100, 150)):
        (tmp_path / "stat").write_text(f"cpu {busy} 0 0 {2 * busy} 0 0 0 0 0 0\n")
        host.read(10.0 * (time + 1))
        panel.refresh(TimeWindow(0.0, 60.0), ())
        # The first reading has none before it to tell a use by.
        assert (panel.chart.isHidden(), panel.nothing.isHidden()) == ((True, False) if time == 0 else (False, True))
    panel.refresh(TimeWindow(30.0, 60.0), ())
    assert panel.chart.isHidden()
