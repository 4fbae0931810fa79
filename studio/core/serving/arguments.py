"""Arguments of `tritonserver` that every engine gives."""

from __future__ import annotations

from studio.core.serving.kinds import ControlMode
from studio.core.serving.launch import LaunchSpec


def served_arguments(spec: LaunchSpec) -> list[str]:
    """The model control mode, the models to load at start, and what keeps one bad model from ending the rest."""
    command = [f"--model-control-mode={spec.control.value}"]
    if spec.control is ControlMode.EXPLICIT:
        command += [f"--load-model={name}" for name in spec.load or ("*",)]
    return [*command, "--exit-on-error=false", "--strict-readiness=false"]
