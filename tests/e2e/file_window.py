"""Another program that a file can be dragged out of, as a file manager would offer it."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class FileLabel(QLabel):
    """Starts a real drag with the file's address."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The first move with the button down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
            drag = QDrag(self)
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    app = QApplication(sys.argv)
    label = FileLabel("drag me")
    label.setWindowTitle("trireme-test-files")
    label.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setGeometry(1380, 40, 180, 80)
    label.show()
    sys.exit(app.exec())
