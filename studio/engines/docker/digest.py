"""The digest of an image, from Docker where it has the image, else from the image's registry."""

from __future__ import annotations

from studio.core.serving.launching.image_names import digest_of, repository_of
from studio.engines.docker.connection import connected, errors
from studio.engines.docker.pull import with_tag
from studio.engines.failure import EngineError

_REGISTRY_SECONDS = 20


def digest(image: str) -> str:
    """The digest that a name stands for now. Raises EngineError where there is none, or nobody tells it."""
    from docker.errors import ImageNotFound

    attempted = f"Find the digest of {image}"
    name = with_tag(image)
    with errors(attempted), connected(_REGISTRY_SECONDS) as client:
        try:
            told = client.api.inspect_image(name).get("RepoDigests") or []
        except ImageNotFound:
            return str(client.api.inspect_distribution(name)["Descriptor"]["digest"])
    own = [digest_of(each) for each in told if repository_of(each) == repository_of(name)]
    if not own:
        reason = "it was made on this machine and was never in a registry, which gives digests."
        raise EngineError(attempted, reason, "Push it to a registry, or go on by its tag.")
    return own[0]
