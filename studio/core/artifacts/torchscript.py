"""What TorchScript archives say of themselves: the source text of `forward`, never its pickles."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from studio.core.artifacts.archive import Archive, opened
from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.artifacts.reading import Malformed, ends, reading, shown
from studio.core.python.syntax import syntax_tree

_SOURCE = 8 << 20
_SCRIPT = "Save the model with torch.jit.script(model).save(…) or torch.jit.trace(…).save(…)."
# The first name in the pickle of a module is its class: the text is looked at, nothing is unpickled.
_CLASS = re.compile(rb"c(__torch__[\w.]*)\n(\w+)\n")
_PICKLE = b"\x80\x02"
_PASSED = re.compile(r"\b(Tensor|str)\b")


def read_torchscript(path: Path) -> Artifact:
    """The arguments and results of a TorchScript file's `forward`. Raises CoreError for what is none."""
    with reading(path, "PyTorch model", "TorchScript"):
        if ends(path, 2)[0] == _PICKLE:
            raise Malformed("it is a pickle, which may hold any code and no program that Triton can load", _SCRIPT)
        with opened(path) as archive:
            return _artifact(archive)


def _artifact(archive: Archive) -> Artifact:
    root = _root(archive)
    module, name = _class(archive.head(f"{root}/data.pkl", 4096))
    source = archive.read(f"{root}/code/{module.replace('.', '/')}.py", _SOURCE).decode("utf-8", "replace")
    forward = _forward(source, name)
    inputs = tuple(_arguments(forward))
    outputs = tuple(_results(forward.returns))
    weights = [size for member, size in archive.sizes.items() if _is_weight(member, root)]
    version = archive.read(f"{root}/version", 64).decode("ascii", "replace").strip() if _has_version(archive) else ""
    facts = {"Class": name, "Weights": f"{len(weights)} ({sum(weights):,} bytes)", "Format version": version}
    return Artifact(
        "TorchScript",
        facts=shown(facts),
        notes=(*_notes(inputs), *_output_notes(outputs)),
        partial_inputs=inputs,
        partial_outputs=outputs,
    )


def _root(archive: Archive) -> str:
    pickles = [name for name in archive.sizes if name.count("/") == 1 and name.endswith("/data.pkl")]
    if not pickles:
        raise Malformed("it is a zip archive of something else", _SCRIPT)
    root = pickles[0].removesuffix("/data.pkl")
    if not any(name.startswith(f"{root}/code/") for name in archive.sizes):
        raise Malformed("it holds weights without a program, as torch.save writes them", _SCRIPT)
    return root


def _has_version(archive: Archive) -> bool:
    return f"{_root(archive)}/version" in archive.sizes


def _is_weight(name: str, root: str) -> bool:
    return name.startswith((f"{root}/data/", f"{root}/constants/"))


def _class(pickle: bytes) -> tuple[str, str]:
    found = _CLASS.search(pickle)
    if not found:
        raise Malformed("it does not name the class of its module", _SCRIPT)
    return found[1].decode("ascii"), found[2].decode("ascii")


def _forward(source: str, name: str) -> ast.FunctionDef:
    """The head of a class's `forward` as a syntax tree. The rest of the text is not parsed."""
    start = re.search(rf"^class {re.escape(name)}\(", source, re.MULTILINE)
    end = source.find("\nclass ", start.end()) if start else -1
    body = source[start.end() : end if end >= 0 else None] if start else ""
    found = re.search(r"^  (def forward\(.*?):$", body, re.MULTILINE | re.DOTALL)
    if not found:
        raise Malformed(f"its class {name} has no method forward", _SCRIPT)
    try:
        head = syntax_tree(f"{found[1]}: pass").body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Malformed("the head of its method forward is damaged") from error
    if not isinstance(head, ast.FunctionDef):
        raise Malformed("the head of its method forward is damaged")
    return head


def _arguments(forward: ast.FunctionDef) -> list[Partial]:
    """The arguments but for `self`; those that have a default are optional."""
    plain, named = forward.args.args, forward.args.kwonlyargs
    required = len(plain) - len(forward.args.defaults)
    optional = [place >= required for place in range(len(plain))]
    optional += [default is not None for default in forward.args.kw_defaults]
    both = zip((*plain, *named), optional, strict=True)
    return [Partial(arg.arg, kind=_kind(arg.annotation), optional=free) for arg, free in list(both)[1:]]


def _results(returns: ast.expr | None) -> list[Partial]:
    """Triton counts the results, as they have no names: output__0, output__1 …"""
    kind = _kind(returns)
    if kind in ("None", "NoneType"):
        return []
    many = isinstance(returns, ast.Subscript) and kind.startswith("Tuple[")
    inner = returns.slice if many and isinstance(returns, ast.Subscript) else None
    kinds = [_kind(each) for each in inner.elts] if isinstance(inner, ast.Tuple) else [kind]
    return [Partial(f"output__{place}", kind=each) for place, each in enumerate(kinds)]


def _kind(annotation: ast.expr | None) -> str:
    return ast.unparse(annotation) if annotation else "Tensor"


def _notes(inputs: tuple[Partial, ...]) -> list[str]:
    odd = [each for each in inputs if not each.optional and not _PASSED.search(each.kind)]
    return [f"The argument “{each.name}” is of type {each.kind}; Triton passes tensors only." for each in odd]


def _output_notes(outputs: tuple[Partial, ...]) -> list[str]:
    odd = [each for each in outputs if not _PASSED.search(each.kind)]
    return [f"The result “{each.name}” is of type {each.kind}; Triton takes tensors only." for each in odd]
