"""Which backend, platform and model file Triton gives a model whose configuration leaves them out.

The order is that of `AutoCompleteBackendFields` in Triton's core; it runs for every model, with auto-complete
off as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.value_class import dataclass, replace

_SAVED_MODEL = "tensorflow_savedmodel"
_GRAPH_DEF = "tensorflow_graphdef"
_TENSORFLOW_FILES = {_SAVED_MODEL: "model.savedmodel", _GRAPH_DEF: "model.graphdef"}
_PLATFORM_BACKENDS = {
    _SAVED_MODEL: "tensorflow",
    _GRAPH_DEF: "tensorflow",
    "tensorrt_plan": "tensorrt",
    "onnxruntime_onnx": "onnxruntime",
    "pytorch_libtorch": "pytorch",
    "torch_aoti": "pytorch",
}
_PAIRED_BACKENDS = frozenset(_PLATFORM_BACKENDS.values())


@dataclass(frozen=True, slots=True)
class _Family:
    """How one backend is recognised. `kinds` says whether its file may be a plain file, a folder or either."""

    backend: str
    file: str
    platform: str = ""
    kinds: tuple[bool, ...] = (False,)
    since: tuple[int, int] = (0, 0)


_EITHER = (False, True)
_FAMILIES = (
    _Family("tensorrt", "model.plan", "tensorrt_plan"),
    _Family("onnxruntime", "model.onnx", "onnxruntime_onnx", _EITHER),
    _Family("openvino", "model.xml", kinds=_EITHER),
    _Family("pytorch", "model.pt", "pytorch_libtorch"),
    _Family("pytorch", "model.pt2", "torch_aoti", since=(26, 3)),
    # Another name of the same, which is a platform of no backend all the same.
    _Family("pytorch", "model.pt", "libtorch", since=(26, 4)),
    _Family("python", "model.py", kinds=_EITHER),
)


@dataclass(frozen=True, slots=True)
class Deduction:
    """The three fields after deduction. `undeducible` is true where the server would refuse the model's name."""

    backend: str
    platform: str
    filename: str
    undeducible: bool = False

    @property
    def is_pair(self) -> bool:
        """Whether the backend takes this platform; a backend that Triton does not know takes any."""
        return self.backend not in _PAIRED_BACKENDS or self.backend == _PLATFORM_BACKENDS.get(self.platform)


def deduce(
    folder: str,
    given: Deduction,
    files: Mapping[str, bool],
    release: tuple[int, int] = (24, 10),
) -> Deduction:
    """Fill in what `given` leaves empty.

    `files` are the names in the first sub-folder of the model (by name, whatever it is called), true for a folder;
    `release` is the server's, as its containers are numbered.
    """
    start = _tensorflow(given, files)
    if start.platform in _TENSORFLOW_FILES:
        filename = start.filename or _TENSORFLOW_FILES[start.platform]
        return replace(start, backend=start.backend or "tensorflow", filename=filename)
    if start.backend:
        return _completed(start)
    found = (each for each in _FAMILIES if each.since <= release and _matches(each, start, files))
    family = next(found, None)
    if family is None:
        return _custom(folder, start)
    by_file = family.backend == "pytorch" and not start.platform and not start.filename
    platform = family.platform if by_file else start.platform
    return _completed(replace(start, backend=family.backend, platform=platform))


def _tensorflow(given: Deduction, files: Mapping[str, bool]) -> Deduction:
    if given.platform or given.backend not in ("", "tensorflow"):
        return given
    found = ""
    for platform, name in _TENSORFLOW_FILES.items():
        # A saved model is a folder and a graph a file; the later of the two wins where both are there.
        on_disk = not given.filename and files.get(name) is (platform == _SAVED_MODEL)
        if given.filename == name or on_disk:
            found = platform
    return replace(given, platform=found)


def _matches(family: _Family, given: Deduction, files: Mapping[str, bool]) -> bool:
    by_platform = bool(family.platform) and given.platform == family.platform
    if by_platform or given.filename == family.file:
        return True
    return not given.platform and not given.filename and files.get(family.file) in family.kinds


def _completed(known: Deduction) -> Deduction:
    """The platform and the file name that go with a known backend."""
    if known.backend == "pytorch":
        return _pytorch(known)
    for family in _FAMILIES:
        if family.backend == known.backend:
            platform = known.platform or family.platform
            return replace(known, platform=platform, filename=known.filename or family.file)
    return known


def _pytorch(known: Deduction) -> Deduction:
    if not known.platform:
        return replace(known, platform="pytorch_libtorch", filename=known.filename or "model.pt")
    files = {"pytorch_libtorch": "model.pt", "torch_aoti": "model.pt2"}
    return replace(known, filename=known.filename or files.get(known.platform, ""))


def _custom(folder: str, given: Deduction) -> Deduction:
    """With nothing given at all, the text after the first dot of the folder's name is the backend."""
    if given.platform or given.filename:
        return given
    _, dot, backend = folder.partition(".")
    if not dot:
        return replace(given, undeducible=True)
    return replace(given, backend=backend, filename=f"model.{backend}")
