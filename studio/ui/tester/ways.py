"""The ways in which a model can be asked."""

from __future__ import annotations

from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import ModelMetadata
from studio.core.serving.address import AddressError, parse_address
from studio.core.serving.launch import Addresses, State
from studio.ui.tester.sending import Way
from studio.ui.widgets import NoServer


def way(traits: Traits, protocol: str) -> Way:
    """How a request goes by what is chosen: "grpc", "http" or "generate"."""
    if protocol == "generate":
        return "generate_stream" if traits.is_decoupled else "generate"
    return "stream" if traits.is_decoupled else "infer"


def generates(metadata: ModelMetadata) -> bool:
    """Whether a model takes text and gives text."""
    return all(any(info.data_type.wire == "BYTES" for info in side) for side in (metadata.inputs, metadata.outputs))


def nothing_words(state: State) -> tuple[str, str]:
    """Why nothing can be asked while a server is in a state, and what to do."""
    if state is State.STARTING:
        return "The server is starting", "Its models appear here when they are ready."
    if state is State.READY:
        return "No model is ready", "Load one on the Serve page, or see there why it failed."
    return NoServer.TITLE, "Start one, or attach to one that runs, then send requests here."


def is_here(addresses: Addresses) -> bool:
    """Whether a server shares this machine's memory, as far as its address tells."""
    try:
        return parse_address(addresses.http or addresses.grpc).is_loopback
    except AddressError:
        return False
