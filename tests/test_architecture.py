"""What the import rules of `pyproject.toml` cannot say: owners of libraries, widgets, and what loads late."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWNERS = {
    "docker": "studio/engines/",
    "fcntl": "studio/locking.py",
    "tritonclient": "studio/client/",
    "grpc": "studio/net/",
    "pynvml": "studio/metrics/",
    "onnx": "studio/core/artifacts/",
    "pyqtgraph": "studio/ui/",
    "httpcore": "studio/net/",
    "jeepney": "studio/app/secret_service.py",
}
LATE = ("docker", "tritonclient", "grpc", "pynvml", "onnx", "pyqtgraph", "numpy", "httpcore", "PIL", "jeepney")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """The nodes of a file's tree that say what it imports, calls and holds, parsed once for all tests."""
    wanted = ast.Import | ast.ImportFrom | ast.Call | ast.With
    return tuple(node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, wanted))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, with the line."""
    for node in nodes(path):
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


def test_the_session_loads_after_the_window_is_seen() -> None:
    code = "import sys, studio.ui.run; print({'studio.app.session', 'studio.core.config'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


def test_the_command_line_does_without_qt() -> None:
    code = "import sys; from studio.cli.main import parser; parser(); print('PySide6' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"


def test_the_check_of_a_model_loads_what_it_needs(tmp_path: Path) -> None:
    """To load the checker is most of what a check of one model costs, in an editor's hook say."""
    late = ("dataclasses", "inspect", "ast", "json", "shlex", "studio.text.edit", "studio.core.checking.rules.fixes")
    (tmp_path / "m" / "1").mkdir(parents=True)
    (tmp_path / "m" / "config.pbtxt").write_text('backend: "onnxruntime"')
    code = (
        "import sys; before = set(sys.modules); from studio.cli.main import main; "
        f"main(['check', {str(tmp_path)!r}]); "
        f"print([name for name in {late!r} if name in set(sys.modules) - before])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.splitlines()[-1] == "[]", loaded.stdout


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
        held = {id(item.context_expr) for node in nodes(path) if isinstance(node, ast.With) for item in node.items}
        made = [
            node.lineno
            for node in nodes(path)
            if isinstance(node, ast.Call) and _name(node.func) == "QPainter" and id(node) not in held
        ]
        wrong += [f"{path.relative_to(ROOT)}:{line}" for line in made]
    assert not wrong


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


# The rooms of the window

SHARED = {"look", "widgets", "room", "tensors"}
"""What every room may use: building blocks, the values by which a room is declared, and the viewers of tensors."""


@cache
def rooms() -> frozenset[str]:
    """The folders of `studio/ui` that are rooms: those that declare one."""
    found = {path.parent.name for path in sources("studio/ui") if path.name == "room.py"} - {"room"}
    assert len(found) > 10
    return frozenset(found)


def module_name(path: Path) -> str:
    """The dotted name of a file of the studio."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def import_graph() -> dict[str, set[str]]:
    """Which module of the studio knows which, wherever it imports it: at the top, in a function, for types only."""
    trees = {module_name(path): nodes(path) for path in sources("studio")}
    graph: dict[str, set[str]] = {}
    for module, found_nodes in trees.items():
        found: set[str] = set()
        for node in found_nodes:
            if isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{name.name}" for name in node.names}
                found |= {each if each in trees else node.module for each in inner}
        graph[module] = (found & set(trees)) - {module}
    return graph


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules of which each knows each, over others or directly."""
    reached = {module: _reached(graph, module) for module in graph}
    groups = {frozenset({m, *(n for n in reached[m] if m in reached[n])}) for m in graph if m in reached[m]}
    return sorted(sorted(group) for group in groups)


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += graph[module]
    return seen


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [["a", "b", "c"]]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not circles(import_graph())


def room_of(module: str) -> str:
    """The folder of `studio/ui` that a module belongs to; empty for others."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["studio", "ui"] and len(parts) > 2 else ""


def test_the_shell_knows_no_room() -> None:
    graph = import_graph()
    known = {other for module in graph if room_of(module) == "shell" for other in graph[module]}
    assert not {other for other in known if room_of(other) in rooms()}


def test_no_room_knows_another_one_or_the_window() -> None:
    graph, every = import_graph(), rooms()
    wrong = [
        f"{module} imports {other}"
        for module in graph
        for other in graph[module]
        if room_of(module) in every | SHARED
        and room_of(other) in (every | {"shell", "workbench", "run"}) - {room_of(module)}
    ]
    assert not wrong


def test_one_module_alone_knows_all_rooms() -> None:
    graph, every = import_graph(), rooms()
    knowing = {m for m in graph if len({room_of(other) for other in graph[m]} & every) > 1}
    assert knowing == {"studio.ui.workbench"}
    assert {room_of(other) for other in graph["studio.ui.workbench"]} >= every


def test_the_window_is_known_to_the_shell_its_start_and_the_self_test_alone() -> None:
    graph = import_graph()
    knowing = {module for module in graph if "studio.ui.shell.window" in graph[module]}
    allowed = {"studio.ui.run", "studio.ui.operate", "studio.ui.selftest"}
    assert {module for module in knowing if room_of(module) != "shell"} <= allowed


def test_no_folder_is_crowded() -> None:
    held: dict[Path, int] = {}
    for path in sources("studio"):
        if path.name != "__init__.py" and "rules" not in path.parts:
            held[path.parent] = held.get(path.parent, 0) + 1
    assert not {str(folder): count for folder, count in held.items() if count > 20}


# Named tuples have their methods behind an underscore so that fields may have any name; the other two are documented.
DOCUMENTED = {"_replace", "_asdict", "os._exit", "sys._current_frames"}


def private_names(path: Path) -> Iterator[tuple[str, int]]:
    """Every private name that a file takes from another one: by a dot, an import, or a string that is patched."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in ("self", "cls"):
            if is_private(node.attr) and not {node.attr, ast.unparse(node)} & DOCUMENTED:
                yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield from ((name.name, node.lineno) for name in node.names if is_private(name.name))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("setattr", "getattr"):
            texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
            ends = [str(text).rpartition(".")[2] for text in texts]
            yield from ((end, node.lineno) for end in ends if is_private(end))


def is_private(name: str) -> bool:
    """Whether a name begins with one underscore."""
    return name.startswith("_") and not name.startswith("__")


def test_tests_use_public_names_only() -> None:
    assert not [f"{path.relative_to(ROOT)}:{line}" for path in sources("tests") for _, line in private_names(path)]


@pytest.mark.parametrize(
    "text",
    ["page._session.close()", "from tests.ui.window import _page", 'patch.setattr(log, "_LARGEST", 4)', "a()._b = 1"],
)
def test_a_reach_into_private_names_is_found(text: str, tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    path.write_text(text)
    assert {line for _, line in private_names(path)} == {1}
