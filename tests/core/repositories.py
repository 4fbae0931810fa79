"""Small repositories for tests, and their check."""

from collections.abc import Mapping
from pathlib import Path

from studio.core.checking.check import check_each
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import Verdict
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import Repository, scan

PLAIN = """\
backend: "onnxruntime"
max_batch_size: 4
input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 2 ] } ]
"""
ENSEMBLE = """\
platform: "ensemble"
max_batch_size: 4
input [ { name: "a" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "b" data_type: TYPE_FP32 dims: [ 2 ] } ]
ensemble_scheduling {
  step [
    {
      model_name: "m"
      model_version: -1
      input_map { key: "x" value: "a" }
      output_map { key: "y" value: "b" }
    }
  ]
}
"""
STAND_IN = """\
class TritonPythonModel:
    def execute(self, requests):
        return []
"""
CPU = Profile(gpus=())


def write(repository: Path, name: str, text: str | None = PLAIN, *versions: str) -> Path:
    """One model's folder with its configuration (None: none) and versions ("1" where none is given)."""
    folder = repository / name
    for version in versions or ("1",):
        (folder / version).mkdir(parents=True, exist_ok=True)
    if text is not None:
        (folder / "config.pbtxt").write_text(text, encoding="utf-8", errors="surrogateescape", newline="")
    return folder


def drafts(repository: Repository) -> dict[str, Draft]:
    """The configurations of a repository that are plain files."""
    folders = (*repository.models, *repository.strays)
    paths = {folder.name: folder.config_path for folder in folders if folder.config_path}
    return {name: draft(path.read_bytes()) for name, path in paths.items() if path.is_file()}


def check(repository: Repository, drafts: Mapping[str, Draft], profile: Profile) -> tuple[Finding, ...]:
    """All findings: those of the repository itself, then model by model."""
    return tuple(found for _name, several in check_each(repository, drafts, profile) for found in several)


def checked(path: Path, profile: Profile = CPU) -> tuple[Finding, ...]:
    """All findings of a repository on disk."""
    repository = scan(path)
    return check(repository, drafts(repository), profile)


def has_errors(verdict: Verdict) -> bool:
    """Whether anything in a repository keeps a server from starting that may not go on without a model."""
    return any(each.severity is Severity.ERROR for each in verdict.findings) or not all(
        model.loads for model in verdict.models
    )
