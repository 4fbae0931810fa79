"""What the stand-ins say of GPUs that are not there, as a file that may change at any time."""

from __future__ import annotations

from pathlib import Path

GB = 1 << 30
FIRST = "GPU-8f3a0000-0000-0000-0000-000000000001"
SECOND = "GPU-8f3a0000-0000-0000-0000-000000000002"
PART = "MIG-5c89852c-d268-c3f3-1b07-005d5ae1dc3f"
OTHER_PART = "MIG-5c89852c-d268-c3f3-1b07-005d5ae1dc40"
VARIABLE = "NVIDIA_STANDIN"
"""The environment variable that names the file; models get what begins so."""
_TWO = {
    "driver": "570.86.15",
    "cuda": "12080",
    "count": "2",
    "0.name": "NVIDIA H100 PCIe",
    "0.uuid": FIRST,
    "0.total": f"{80 * GB}",
    "0.used": f"{20 * GB}",
    "0.util": "88",
    "0.power": "121500",
    "0.limit": "350000",
    "0.temp": "45",
    "0.energy": "148000500",
    "0.clock": "1980",
    "0.memclock": "2619",
    "0.procs": "",
    "0.mig": "0",
    "1.name": "NVIDIA A100-SXM4-40GB",
    "1.uuid": SECOND,
    "1.total": f"{40 * GB}",
    "1.used": f"{GB}",
    "1.power": "61000",
    "1.temp": "39",
    "1.procs": "",
}
"""A GPU that tells everything, and one that keeps its use and its limit to itself."""
MIG = {
    "1.mig": "1",
    "1.migs": "2",
    "1.procs": "NA",
    "1.0.name": "NVIDIA A100-SXM4-40GB MIG 3g.20gb",
    "1.0.uuid": PART,
    "1.0.total": f"{20 * GB}",
    "1.0.used": f"{GB // 32}",
    "1.0.procs": "",
    "1.1.name": "NVIDIA A100-SXM4-40GB MIG 3g.20gb",
    "1.1.uuid": OTHER_PART,
    "1.1.total": f"{20 * GB}",
    "1.1.used": "0",
    "1.1.procs": "",
}
"""The second GPU in two halves."""


class Figures:
    """The file, written whole at each change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = dict(_TWO)
        self.change()

    def change(self, **values: str) -> None:
        """Other figures; the underline between a GPU's number and a name stands for the dot: `_0_used="5"`."""
        self.take({key.lstrip("_").replace("_", "."): value for key, value in values.items()})

    def take(self, values: dict[str, str]) -> None:
        """Other figures, by their keys."""
        self._known.update(values)
        self._write("".join(f"{key}={value}\n" for key, value in self._known.items()))

    def remove(self) -> None:
        """Take the driver away."""
        self.path.unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        new = self.path.with_name(f"{self.path.name}.new")
        new.write_text(text)
        new.replace(self.path)
