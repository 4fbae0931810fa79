"""An image made from another one with further Python packages: its recipe, and the name under which Docker keeps it."""

from __future__ import annotations

import hashlib
import re
import shlex

from studio.core.serving.launching.options import ContainerOptions

_NAME = "trireme/with-packages"
# A requirement as pip takes it, without options, files and addresses, which would be looked for inside the image.
_REQUIREMENT = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._,\s-]+\])?(\s*(==|!=|<=|>=|~=|<|>|===)\s*[A-Za-z0-9.*+!_-]+\s*,?)*"
)


def recipe(image: str, packages: tuple[str, ...]) -> str:
    """The Dockerfile of an image with these packages. They go to the Python that the server's models run in."""
    return f"FROM {image}\nRUN {step(packages)}\n"


def step(packages: tuple[str, ...]) -> str:
    """Its one step, for a shell inside the image."""
    wanted = " ".join(shlex.quote(each) for each in packages)
    # Since Debian 12 pip refuses to add to the system's Python; older ones know no such variable and do as asked.
    return f"PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --no-cache-dir {wanted}"


def derived_name(image: str, packages: tuple[str, ...]) -> str:
    """The name of that image: another one for each recipe, with the release of the image that it is made from."""
    digest = hashlib.sha256(recipe(image, packages).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    tag = re.sub(r"[^A-Za-z0-9_.-]", "-", image.partition("@")[0].rpartition(":")[2].rpartition("/")[2])[:80]
    return f"{_NAME}:{tag.lstrip('.-') or 'image'}-{digest}"


def image_of(image: str, limits: ContainerOptions) -> str:
    """The image that a container is made from: the one that was chosen, or the one with its packages."""
    return derived_name(image, limits.packages) if image and limits.packages else image


def wrong_package(text: str) -> str:
    """Why pip cannot be asked for a requirement; empty where it can."""
    if _REQUIREMENT.fullmatch(text.strip()):
        return ""
    return f"“{text}” is no requirement: write a name, or a name with a version, as in pillow==11.0.0."
