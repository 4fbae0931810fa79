"""What the import rules of `pyproject.toml` cannot say: owners of libraries, widgets, and what loads late."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWNERS = {
    "docker": "studio/engines/",
    "tritonclient": "studio/client/",
    "grpc": "studio/client/",
    "pynvml": "studio/metrics/",
    "prometheus_client": "studio/metrics/",
    "onnx": "studio/core/artifacts/",
    "pyqtgraph": "studio/ui/",
    "httpcore": "studio/net/",
}
LATE = ("docker", "tritonclient", "grpc", "pynvml", "onnx", "pyqtgraph", "numpy", "httpcore", "PIL")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def sources(folder: str) -> list[Path]:
    """The Python files of a folder; an empty answer would make a test of them vain."""
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found
    return found


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_library_is_imported_by_its_owner_alone(library: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources("studio")
        for module, line in imports(path)
        if module.split(".")[0] == library and not str(path.relative_to(ROOT)).startswith(OWNERS[library])
    ]
    assert not wrong


def test_app_has_no_widgets() -> None:
    wrong = [
        f"{path.name}:{line}"
        for path in sources("studio/app")
        for module, line in imports(path)
        if "QtWidgets" in module
    ]
    assert not wrong


def test_nothing_heavy_is_loaded_with_the_window() -> None:
    code = f"import sys, studio.ui.shell.window, studio.app.session; print([n for n in {LATE!r} if n in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_the_command_line_does_without_qt() -> None:
    code = "import sys; from studio.cli.main import parser; parser(); print('PySide6' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"


def test_import_rules_hold() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert checked.returncode == 0, checked.stdout[-3000:]


def test_files_keep_to_the_house_limits() -> None:
    long = [f"{p.relative_to(ROOT)}" for p in sources("studio") if len(p.read_text("utf-8").splitlines()) > 500]
    assert not long


def test_every_painter_is_ended_by_its_block() -> None:
    """A painter that outlives its paint event, by an error or a frame that is kept, takes the surface along."""
    wrong = []
    for path in sources("studio"):
        tree = ast.parse(path.read_text("utf-8"))
        held = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
        made = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "QPainter" and id(node) not in held
        ]
        wrong += [f"{path.relative_to(ROOT)}:{line}" for line in made]
    assert not wrong
