"""Names of images: the repository, a tag, and the digest that pins them to one image for ever."""

from __future__ import annotations

NVIDIA = "nvcr.io/nvidia/tritonserver"


def repository_of(image: str) -> str:
    """The name without tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def tag_of(image: str) -> str:
    """The tag, empty where there is none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def digest_of(image: str) -> str:
    """The digest that it is pinned to, empty where to none."""
    return image.partition("@")[2]


def pinned(image: str, digest: str) -> str:
    """The image of that digest. The tag stays for whoever reads it: Docker looks at the digest alone."""
    return f"{image.partition('@')[0]}@{digest}"


def unpinned(image: str) -> str:
    """The image that a tag names now; the very name where there is no tag."""
    return image.partition("@")[0] if tag_of(image) else image


def as_docker_lists(image: str) -> str:
    """The name as it stands in the list of what Docker has: with a digest without its tag, else with a tag."""
    if digest := digest_of(image):
        return f"{repository_of(image)}@{digest}"
    return image if tag_of(image) else f"{image}:latest"
