"""What a Python backend's `model.py` says of itself, read as a syntax tree. Nothing of it is ever run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.artifacts.literals import Names
from studio.core.artifacts.reading import Malformed, read_whole, reading, shown
from studio.core.config.datatypes import data_type
from studio.core.files.bounds import EVERYWHERE, Bounds
from studio.core.python.syntax import LARGEST, syntax_tree
from studio.value_class import dataclass

_CLASS = "TritonPythonModel"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Completion:
    """What `auto_complete_config` adds. Shapes are dims, without a batch dimension; None is what it does not set.

    `is_whole`: whether that is all that it may add, as far as its own statements go.
    """

    inputs: tuple[Partial, ...] = ()
    outputs: tuple[Partial, ...] = ()
    max_batch_size: int | None = None
    dynamic_batching: bool = False
    decoupled: bool | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class PythonModel:
    """What `model.py` says. `line` is that of the class, 0 where the class comes from elsewhere or is missing.

    `inputs` are the tensors that it gets by name, `outputs` those that it makes; where `unnamed` is above 0 there are
    as many more places whose names are computed. `streams` tells that it sends answers through a response sender.
    """

    has_class: bool
    line: int = 0
    methods: tuple[str, ...] = ()
    inputs: tuple[Partial, ...] = ()
    outputs: tuple[Partial, ...] = ()
    unnamed: int = 0
    streams: bool = False
    calls: tuple[str, ...] = ()
    completes: Completion | None = None


def read_python(path: Path, bounds: Bounds = EVERYWHERE) -> Artifact:
    """What `model.py` gets and makes. Raises CoreError for what is no Python, with the line."""
    with reading(path, "Python model", "Python"):
        return _artifact(_model(_tree(read_whole(path, LARGEST, bounds))))


def python_model(path: Path, bounds: Bounds = EVERYWHERE) -> PythonModel:
    """The same in full, for those who compare it with a configuration. Raises CoreError for what is no Python."""
    with reading(path, "Python model", "Python"):
        return _model(_tree(read_whole(path, LARGEST, bounds)))


def _tree(source: bytes) -> ast.Module:
    try:
        return syntax_tree(source)
    except SyntaxError as error:
        raise Malformed(f"line {error.lineno or 1}: {error.msg}", "Correct that line.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Malformed("it is no Python text, or too deeply nested", "Split long expressions.") from error


def _model(tree: ast.Module) -> PythonModel:
    found = next((node for node in _own(tree) if isinstance(node, ast.ClassDef) and node.name == _CLASS), None)
    if found is None:
        return PythonModel(_is_bound(tree))
    shared = Names(chain(_own(tree), (node for node in ast.walk(tree) if _is_attribute(node))))
    calls = list(_calls(tree, shared))
    sent = {id(inner) for call, _ in calls if _called(call) == "InferenceRequest" for inner in ast.walk(call)}
    got = [(call, names) for call, names in calls if _called(call) == "get_input_tensor_by_name"]
    made = [(call, names) for call, names in calls if _makes_tensor(call) and id(call) not in sent]
    inputs, lost_inputs = _tensors(got, 1)
    outputs, lost_outputs = _tensors(made, 0)
    methods = [node for node in found.body if isinstance(node, _Function)]
    completing = next((node for node in methods if node.name == "auto_complete_config"), None)
    return PythonModel(
        has_class=True,
        line=found.lineno,
        methods=tuple(node.name for node in methods),
        inputs=inputs,
        outputs=outputs,
        unnamed=lost_inputs + lost_outputs,
        streams=any(_called(call) == "get_response_sender" for call, _ in calls),
        calls=tuple(_models(calls)),
        completes=_completion(completing, shared) if completing else None,
    )


def _is_bound(tree: ast.Module) -> bool:
    """Whether the class is imported or assigned, perhaps by `import *`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any((each.asname or each.name) in (_CLASS, "*") for each in node.names):
            return True
        if isinstance(node, ast.Name) and node.id == _CLASS and isinstance(node.ctx, ast.Store):
            return True
    return False


def _is_attribute(node: ast.AST) -> bool:
    """Whether it gives a value to an attribute, which every method can see wherever that is done."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Attribute) for target in targets)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """A node's statements and expressions in the order of the text, but for those of functions within it."""
    # A stack, as trees may be deeper than Python calls.
    waiting = _children(node)
    while waiting:
        child = waiting.pop()
        yield child
        if not isinstance(child, _Function):
            waiting += _children(child)


def _children(node: ast.AST) -> list[ast.AST]:
    return list(ast.iter_child_nodes(node))[::-1]


def _calls(tree: ast.AST, shared: Names) -> Iterator[tuple[ast.Call, Names]]:
    """Every call in the order of the text, with the names that it can see."""
    waiting = [(child, shared) for child in _children(tree)]
    while waiting:
        node, names = waiting.pop()
        if isinstance(node, ast.Call):
            yield node, names
        seen = Names(_own(node), names) if isinstance(node, _Function) else names
        waiting += [(child, seen) for child in _children(node)]


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _makes_tensor(call: ast.Call) -> bool:
    """`pb_utils.Tensor("Y", …)` or `pb_utils.Tensor.from_dlpack("Y", …)`; `torch.Tensor(…)` is none."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "from_dlpack":
        func = func.value
        if not isinstance(func, ast.Attribute) or func.attr != "Tensor":
            return False
    if not isinstance(func, ast.Attribute) or func.attr != "Tensor" or not isinstance(func.value, ast.Name):
        return False
    return func.value.id not in ("torch", "np", "tf", "paddle", "cp", "cupy")


def _tensors(calls: list[tuple[ast.Call, Names]], place: int) -> tuple[tuple[Partial, ...], int]:
    """The tensors that calls name, each once, and how many calls name one that cannot be told."""
    found: dict[str, Partial] = {}
    lost = 0
    for call, names in calls:
        known = names.text(_argument(call, place, "name"))
        lost += not known
        for name in known:
            found.setdefault(name, Partial(name, line=call.lineno))
    return tuple(found.values()), lost


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    if len(call.args) > place:
        return call.args[place]
    return next((each.value for each in call.keywords if each.arg == name), None)


def _models(calls: list[tuple[ast.Call, Names]]) -> list[str]:
    """The models that it calls itself."""
    asked = (names.text(_keyword(call, "model_name")) for call, names in calls if _called(call) == "InferenceRequest")
    return list(dict.fromkeys(name for known in asked for name in known))


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _completion(function: _Function, names: Names) -> Completion:
    seen = Names(_own(function), names)
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]

    def given(name: str) -> list[Any]:
        asked = (seen.values(_argument(call, 0, "")) or [] for call in calls if _called(call) == name)
        return [value for known in asked for value in known]

    sizes = [value for value in given("set_max_batch_size") if isinstance(value, int)]
    policies = [value for value in given("set_model_transaction_policy") if isinstance(value, dict)]
    decoupled = next((value["decoupled"] for value in policies if isinstance(value.get("decoupled"), bool)), None)
    return Completion(
        inputs=_declared(given("add_input")),
        outputs=_declared(given("add_output")),
        max_batch_size=sizes[0] if len(set(sizes)) == 1 else None,
        dynamic_batching=any(_called(call) == "set_dynamic_batching" for call in calls),
        decoupled=decoupled,
        is_whole=_is_whole(function, calls, seen),
    )


_ADDING = frozenset({"add_input", "add_output"})
_WRITING = frozenset({"update", "setdefault", "extend", "insert", "pop"})


def _is_whole(function: _Function, calls: list[ast.Call], seen: Names) -> bool:
    """Whether every tensor that is added can be told: none computed, and the configuration not handed on."""
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    config = parameters[-1] if parameters else ""
    handed = any(isinstance(each, ast.Name) and each.id == config for call in calls for each in _given(call))
    writes = any(isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) for node in ast.walk(function))
    writes = writes or any(_called(call) in _WRITING for call in calls)
    named = [seen.values(_argument(call, 0, "")) for call in calls if _called(call) in _ADDING]
    told = all(known and all(isinstance(each, dict) and each.get("name") for each in known) for known in named)
    return told and not handed and not writes


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(each.value for each in call.keywords)]


def _declared(values: list[Any]) -> tuple[Partial, ...]:
    found: dict[str, Partial] = {}
    for value in values:
        name = value.get("name") if isinstance(value, dict) else None
        if isinstance(name, str):
            kind, dims = value.get("data_type"), value.get("dims")
            known = isinstance(dims, list | tuple) and all(isinstance(size, int) for size in dims)
            shape = tuple(dims) if known else None
            found[name] = Partial(
                name, data_type(kind) if isinstance(kind, str) else None, shape, value.get("optional") is True
            )
    return tuple(found.values())


def _artifact(model: PythonModel) -> Artifact:
    done = model.completes or Completion()
    inputs = _merged(model.inputs, done.inputs, done.max_batch_size)
    outputs = _merged(model.outputs, done.outputs, done.max_batch_size)
    facts = {
        "Methods": ", ".join(model.methods),
        "Answers": "through a response sender, as decoupled models do" if model.streams else "",
        "Calls": ", ".join(model.calls),
        "Completes": ", ".join(_completed(done)),
    }
    return Artifact(
        "Python", facts=shown(facts), notes=tuple(_notes(model)), partial_inputs=inputs, partial_outputs=outputs
    )


def _merged(seen: tuple[Partial, ...], declared: tuple[Partial, ...], batch: int | None) -> tuple[Partial, ...]:
    """Tensors by name, with what is declared of them. The shape is known where the batch dimension is."""
    lines = {each.name: each.line for each in seen}
    known = {each.name: each for each in (*seen, *declared)}
    return tuple(
        Partial(name, each.data_type, _wire(each.shape, batch), each.optional, line=lines.get(name, 0))
        for name, each in known.items()
    )


def _wire(dims: tuple[int, ...] | None, batch: int | None) -> tuple[int, ...] | None:
    if dims is None or batch is None:
        return None
    return (-1, *dims) if batch > 0 else dims


def _completed(done: Completion) -> Iterator[str]:
    if done.inputs or done.outputs:
        yield f"{_count(len(done.inputs), 'input')}, {_count(len(done.outputs), 'output')}"
    if done.max_batch_size is not None:
        yield f"max batch size {done.max_batch_size}"
    if done.dynamic_batching:
        yield "dynamic batching"
    if done.decoupled is not None:
        yield "decoupled" if done.decoupled else "not decoupled"


def _notes(model: PythonModel) -> Iterator[str]:
    if not model.has_class:
        yield f"There is no class {_CLASS}, so Triton cannot load it."
    elif model.line and "execute" not in model.methods:
        yield f"{_CLASS} has no method execute here: unless it inherits one, every request fails."
    if model.unnamed:
        yield f"In {_count(model.unnamed, 'place')} the name of a tensor is computed, so it cannot be told."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
