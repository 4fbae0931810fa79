"""What files and folders are that a person drops: model files, a model's folder, a repository, or nothing of these."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from studio import disk
from studio.core.artifacts import Reader, reader
from studio.core.artifacts.forests import read_lightgbm, read_xgboost
from studio.core.artifacts.language import read_engine_folder
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.reading import read
from studio.core.files.repository import CONFIG_NAME
from studio.core.files.untrusted import open_plain
from studio.core.files.version_names import version_number
from studio.core.new_model.language_models import is_checkpoint, propose_checkpoint
from studio.core.new_model.modules import imported
from studio.core.new_model.proposal import Proposal, Source
from studio.core.new_model.proposing import explained, file_name, propose
from studio.core.progress import Progress, no_progress
from studio.value_class import dataclass, replace

_MOST_FILES = 20_000
_GENERIC = frozenset({"model", "xgboost", "checkpoint", "saved_model", "config", "engine"})
_KINDS = (
    "Trireme reads .onnx, .pt, .pt2, .savedmodel, .graphdef, .xml with .bin, .plan, tree models of XGBoost, LightGBM "
    "and treelite, model.py, and folders of TensorRT-LLM, vLLM and Hugging Face models."
)
_MAIN_IN_FOLDER = (
    *("model.onnx", "model.pt", "model.pt2", "model.xml", "model.plan", "model.savedmodel", "model.graphdef"),
    *("model.py", "xgboost.json", "xgboost.ubj", "xgboost.model", "checkpoint.tl", "model.txt", "model.json"),
)
_ENDINGS = frozenset(
    (
        *(".onnx", ".pt", ".pth", ".pt2", ".savedmodel", ".graphdef", ".pb", ".xml", ".plan", ".engine", ".py"),
        *(".json", ".txt", ".tl", ".ubj", ".model", ".bst", ".xgb", ".lgb"),
    )
)
_NOT_A_NAME = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was dropped. `repository` is a folder of models, to be opened rather than added."""

    proposals: tuple[Proposal, ...] = ()
    repository: Path | None = None


def recognise(paths: Sequence[Path], gpus: tuple[int, ...] = (), progress: Progress = no_progress) -> Recognised:
    """Reads what was dropped together. Raises CoreError, naming it, for what is no model."""
    lost = next((path for path in paths if not path.exists()), None)
    if lost is not None:
        raise CoreError(f"Add {lost.name}", f"there is no {lost}.", "Look whether it was moved.")
    if len(paths) == 1 and is_repository(paths[0]):
        return Recognised(repository=paths[0])
    main = _main_files(paths)
    if not main:
        raise _unknown(paths)
    beside = [path for path in paths if path not in main]
    made = []
    for place, path in enumerate(main):
        progress(place / len(main), f"Reading {path.name}")
        made.append(_proposal(path, beside if len(main) == 1 else [], gpus))
    return Recognised(tuple(made))


def is_repository(path: Path) -> bool:
    """Whether a folder holds models rather than being one."""
    folders = _folders(path)
    if not folders or (path / CONFIG_NAME).is_file() or _reader_of(path) is not None:
        return False
    return any(_is_model_folder(each) for each in folders)


def name_of(path: Path) -> str:
    """The name to propose: the file's own, or that of a folder around it where the file's says nothing."""
    for each in (path, *path.parents):
        stem = each.stem if each is path and each.suffix in _ENDINGS else each.name
        found = _NOT_A_NAME.sub("_", stem).strip("._")
        if found and found not in _GENERIC and not found.isdecimal():
            return found
        if each is not path and not found.isdecimal():
            break
    return "model"


def _main_files(paths: Sequence[Path]) -> list[Path]:
    """Those of the paths that are models themselves; others belong to them."""
    weights = {path.with_suffix(".xml") for path in paths if path.suffix == ".bin"}
    found = [path for path in paths if _is_model(path)]
    found += [xml for xml in weights if xml not in paths and xml.is_file()]
    scripts = [path for path in found if path.suffix == ".py"]
    if len(scripts) > 1 and any(path.name == "model.py" for path in scripts):
        # Modules that model.py imports.
        found = [path for path in found if path.suffix != ".py" or path.name == "model.py"]
    if any(path.suffix != ".py" for path in found) and not any(path.name == "model.py" for path in scripts):
        found = [path for path in found if path.suffix != ".py"]
    return list(dict.fromkeys(found))


def _is_model(path: Path) -> bool:
    return _reader_of(path) is not None or (path.is_dir() and (_is_model_folder(path) or _main_in(path) is not None))


def _reader_of(path: Path) -> Reader | None:
    """The reader of a file or of a folder that is one model in one format; by name, else by how it begins."""
    if path.is_dir():
        if (path / "saved_model.pb").is_file() or path.suffix == ".savedmodel":
            return reader(Path("x.savedmodel"))
        return read_engine_folder if list(path.glob("rank*.engine")) and (path / "config.json").is_file() else None
    if path.name in ("config.json", "model.json") and is_checkpoint(path.parent):
        return None
    return reader(path) or _by_content(path)


def _by_content(path: Path) -> Reader | None:
    """Tree models go by many names."""
    if path.suffix not in (".json", ".txt", ".model", ".bst", ".xgb", ".lgb"):
        return None
    try:
        with open_plain(path) as file:
            head = file.read(4096)
    except OSError:
        return None
    if head.startswith(b"tree\n"):
        return read_lightgbm
    looks = head.startswith((b"{L\0", b"binf")) or b'"learner"' in head
    return read_xgboost if looks or path.suffix in (".bst", ".xgb", ".model") else None


def _proposal(path: Path, beside: Sequence[Path], gpus: tuple[int, ...]) -> Proposal:
    if path.is_dir() and _reader_of(path) is None:
        if is_checkpoint(path):
            return propose_checkpoint(path, name_of(path))
        return _of_folder(path, gpus) if _is_model_folder(path) else _of_version(path, gpus)
    return _of_file(path, beside, gpus)


def _of_file(path: Path, beside: Sequence[Path], gpus: tuple[int, ...]) -> Proposal:
    if path.name == "saved_model.pb":
        path = path.parent
    read_file = _reader_of(path)
    if read_file is None:
        raise _unknown([path])
    artifact = read_file(path)
    made = propose(artifact, name_of(path), gpus)
    if artifact.format == "TensorRT-LLM engine":
        folder = path if path.is_dir() else path.parent
        return _with_engine(made, folder)
    main = Source(path, f"1/{file_name(artifact, path)}", size_of(path))
    more = [*_external(path, artifact.external, main.target), *_companions(beside)]
    if path.suffix == ".py":
        more += _companions([each for each in imported(path) if each not in beside])
    missing = [source.path.name for source in more if not source.path.exists()]
    refusal = f"{', '.join(missing)} is missing beside {path.name}, which holds its weights there." if missing else ""
    return replace(made, sources=(main, *more), refusal=refusal)


def _with_engine(made: Proposal, folder: Path) -> Proposal:
    engine = Source(folder, "1/engine", size_of(folder))
    parameters = (*made.parameters, ("gpt_model_path", "/models/NAME/1/engine"))
    note = "gpt_model_path is where the server finds the engine: set it to the folder as the server sees it."
    made = replace(made, sources=(engine,), parameters=parameters, notes=(*made.notes, note))
    return explained(made, files="The folder comes along whole.")


def _external(path: Path, names: Iterable[str], target: str) -> list[Source]:
    """The files beside a model that hold its weights, under the names by which it knows them."""
    found = []
    for name in names:
        file = path.parent / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            reason = f"it keeps weights in “{name}”, outside its own folder."
            raise CoreError(f"Add {path.name}", reason, "Save it again with its weights beside it.")
        if path.suffix == ".xml":
            # OpenVINO looks for the weights under the model's own name.
            name = f"{Path(target).stem}.bin"
        found.append(Source(file, f"1/{name}", size_of(file) if file.exists() else 0))
    return found


def _companions(beside: Sequence[Path]) -> list[Source]:
    """What was dropped with a model: label files belong into the model's folder, all else beside the model."""
    return [Source(path, path.name if "label" in path.name else f"1/{path.name}", size_of(path)) for path in beside]


def _of_version(path: Path, gpus: tuple[int, ...]) -> Proposal:
    """A folder with one model file and what belongs to it: all of it becomes the first version."""
    main = _main_in(path)
    if main is None:
        raise _unknown([path])
    made = _of_file(main, [], gpus)
    first = made.sources[0]
    held = {source.target for source in made.sources}
    rest = [Source(each, f"1/{each.name}", size_of(each)) for each in sorted(path.iterdir()) if _is_content(each)]
    more = [source for source in rest if source.path != main and source.target not in held]
    return replace(made, name=name_of(path), sources=(first, *made.sources[1:], *more))


def _of_folder(path: Path, gpus: tuple[int, ...]) -> Proposal:
    """A model's folder from elsewhere: all of it is copied."""
    sources = [
        Source(each, each.name, size_of(each))
        for each in sorted(path.iterdir())
        if each.name != CONFIG_NAME and _is_content(each)
    ]
    config = path / CONFIG_NAME
    if config.is_file():
        text = read(config)[0].decode("utf-8", "surrogateescape")
        sound = draft(text).document.ok
        made = Proposal(path.name, "Model folder", base=text, sources=tuple(sources))
        notes = () if sound else ("Its config.pbtxt does not parse; it comes along as it is.",)
        return explained(replace(made, notes=notes), backend="As its config.pbtxt says.")
    versions = [each for each in _folders(path) if isinstance(version_number(each.name), int)]
    mains = [main for each in versions if (main := _main_in(each)) is not None]
    if not mains:
        raise CoreError(f"Add {path.name}", "its versions hold no model file that Triton looks for.", _KINDS)
    made = _of_file(mains[-1], [], gpus)
    return replace(made, name=path.name, sources=tuple(sources))


def _is_model_folder(path: Path) -> bool:
    if (path / CONFIG_NAME).is_file():
        return True
    return any(isinstance(version_number(each.name), int) and _main_in(each) is not None for each in _folders(path))


def _main_in(path: Path) -> Path | None:
    """The model file of a folder: one of those that Triton looks for, or the only one that can be read."""
    if not path.is_dir():
        return None
    named = [path / name for name in _MAIN_IN_FOLDER if (path / name).exists()]
    if named:
        return named[0]
    if is_checkpoint(path):
        return path
    found = [each for each in _entries(path) if each.suffix != ".py" and _reader_of(each) is not None]
    return found[0] if len(found) == 1 else None


def _is_content(path: Path) -> bool:
    return not path.name.startswith(".") and path.name != "__pycache__"


def _folders(path: Path) -> list[Path]:
    return [each for each in _entries(path) if each.is_dir() and _is_content(each)]


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir()) if path.is_dir() else []
    except OSError as error:
        reason = disk.reason(error)
        raise CoreError(f"Read the folder {path}", f"{reason}.", "Check its permissions.") from error


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files of a folder. Raises CoreError for a folder as large as a disk."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        total, count = 0, 0
        for folder, _, names in os.walk(path):
            count += len(names)
            if count > _MOST_FILES:
                raise CoreError(f"Add {path.name}", f"it holds more than {_MOST_FILES:,} files.", "Choose its model.")
            total += sum(os.lstat(Path(folder, name)).st_size for name in names)
    except OSError as error:
        raise CoreError(f"Read {path}", f"{disk.reason(error)}.", "Check that it is there.") from error
    return total


def _unknown(paths: Sequence[Path]) -> CoreError:
    names = ", ".join(path.name for path in paths[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return CoreError(f"Add {names}{more}", "that is no model that Trireme can read.", _KINDS)
