"""Pictures of the monitor under a real load on the example, served by the embedded engine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.ui.look import theme
from studio.ui.monitor.page import MonitorPage
from studio.ui.run import application
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.fixtures.waiting import wait_until
from tests.ui.monitor_load import Load, reload, run_for, served_example, settle, varied

_SECONDS = 20.0


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Saves the monitor's pictures in one theme; gives their paths."""
    return _pictures(folder, (theme_name,), _SECONDS)


def _pictures(folder: Path, themes: tuple[str, ...], seconds: float) -> list[Path]:
    from studio.app.session import Session

    app = application()
    theme.apply(app, themes[0])
    folder.mkdir(parents=True, exist_ok=True)
    window = MainWindow(ROOMS)
    session = Session()
    window.bind(session)
    window.resize(1440, 900)
    window.show()
    with tempfile.TemporaryDirectory(prefix="trireme-pictures-") as scratch:
        try:
            return _of_load(app, window, Path(scratch), folder, themes, seconds)
        finally:
            session.shutdown()
            session.deleteLater()
            window.close()
            window.deleteLater()


def _of_load(
    app: QApplication, window: MainWindow, scratch: Path, folder: Path, themes: tuple[str, ...], seconds: float
) -> list[Path]:
    session = window.need_session()
    example = served_example(session, scratch, with_broken=True)
    window.show_activity("monitor")
    window.docks.bottom.hide()
    page = window.page("monitor")
    if not isinstance(page, MonitorPage):
        raise TypeError("the monitor is another page")
    load = Load(session, example)
    varied(load, seconds, lambda: reload(session, "classifier"))
    wait_until(lambda: page.charts is not None, 20)
    page.header.range.set_value("60")
    page.header.ranged.emit(60.0)
    page.header.pause.click()
    found = []
    for name in themes:
        theme.apply(app, name)
        for size, suffix in ((QSize(1440, 900), ""), (QSize(1280, 720), "-720")):
            window.resize(size)
            run_for(0.3)
            window.docks.bottom.hide()
            _point(page)
            settle()
            found.append(folder / f"monitor{suffix}-{name}.png")
            window.grab().save(str(found[-1]))
    return found


def _point(page: MonitorPage) -> None:
    """Puts the pointer over the throughput, as a person who reads a value."""
    if page.charts is None:
        return
    overlay = page.charts.charts["throughput"].overlay
    QTest.mouseMove(overlay, QPoint(overlay.width() * 3 // 4, overlay.height() // 2))
    # A window without a window manager gets no such event: tell the charts as well.
    chart = page.charts.charts["throughput"]
    page.charts.point(chart.moment(overlay.width() * 3 / 4))


def main() -> None:
    """Both themes under one load: `python -m tests.ui.pictures_monitor FOLDER`."""
    import sys

    from tests.display import virtual_display

    with virtual_display():
        for path in _pictures(Path(sys.argv[1]), ("dark", "light"), _SECONDS):
            print(path)


if __name__ == "__main__":
    main()
