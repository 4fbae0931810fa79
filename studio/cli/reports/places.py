"""Where a finding is, as tools of continuous integration want it: relative to a checkout, in lines and columns."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote_from_bytes

from studio import TYPE_CHECKING
from studio.core.files.discovery import checkout_root
from studio.text.tree import Span
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.cli.reports.report import Checked
    from studio.core.checking.findings import Finding


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a text: lines and columns from 1, columns in units of UTF-16, the end behind the last one."""

    line: int
    column: int
    end_line: int
    end_column: int


def root_of(checked: Checked) -> Path:
    """The folder from which files are named: the checkout's root, else where one stands, else around the repository."""
    repository = Path(os.path.realpath(checked.verdict.path))
    here = Path(os.path.realpath(Path.cwd()))
    return checkout_root(repository) or (here if repository.is_relative_to(here) else repository.parent)


def file_of(checked: Checked, finding: Finding) -> Path:
    """The file that is shown for a finding: of a folder its configuration, where it is or belongs to a model."""
    file = finding.file or checked.verdict.path
    if finding.line or not file.is_dir():
        return file
    return config_of(checked, finding) or file


def config_of(checked: Checked, finding: Finding) -> Path | None:
    """The configuration of the model that a finding is about; None where it has none."""
    model = checked.verdict.served.repository.model(finding.model)
    return model.config_path if model is not None else None


def relative(file: Path, root: Path) -> str | None:
    """A file as named from the root; None where it lies elsewhere."""
    real = Path(os.path.realpath(file.parent)) / file.name
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else None


def address(name: str) -> str:
    """A path as it stands in a URI."""
    return quote_from_bytes(os.fsencode(name))


def line_of(finding: Finding) -> str:
    """Line and column behind the name of a file, as compilers write them; "" where it has no place there."""
    return "".join(f":{each}" for each in (finding.line, finding.column) if each)


def region_of(checked: Checked, finding: Finding) -> Region | None:
    """Where in its file a finding is; None where it has no place there."""
    draft = checked.verdict.served.drafts.get(finding.model)
    if finding.line and finding.span is not None and draft is not None:
        return region(draft.document.text, finding.span)
    return Region(finding.line, 1, finding.line, 1) if finding.line else None


def region(text: str, span: Span) -> Region:
    """A piece of a text; what is behind its end is its end."""
    return Region(*_place(text, span.start), *_place(text, max(span.start, span.end)))


def _place(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    units = len(text[start:offset].encode("utf-16-le", "surrogatepass")) // 2
    return text.count("\n", 0, start) + 1, units + 1
