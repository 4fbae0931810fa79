"""How a model can be asked, by its configuration."""

import pytest

from studio.core.inference.asking.model_traits import (
    Sequences,
    Traits,
    priority_words,
    sequence_words,
    timeout_words,
    traits,
)


def test_a_plain_model_has_nothing_special() -> None:
    found = traits({"name": "m"})
    assert found == Traits()
    assert "ignores it" in priority_words(found)
    assert "ignores it" in timeout_words(found)


def test_what_the_batcher_looks_at_is_told() -> None:
    batching = {
        "priority_levels": 3,
        "default_priority_level": 2,
        "default_queue_policy": {"allow_timeout_override": True},
    }
    found = traits({"max_batch_size": 8, "dynamic_batching": batching, "response_cache": {"enable": True}})
    assert (found.max_batch_size, found.has_cache, found.has_queue) == (8, True, True)
    assert priority_words(found) == "1 (first) to 3; 2 where none is given"
    assert "ignores" not in timeout_words(found)
    assert "allow_timeout_override" in timeout_words(traits({"dynamic_batching": {}}))


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"sequence_batching": {}}, Sequences("direct", 1, 1_000_000)),
        (
            {"max_batch_size": 4, "instance_group": [{"count": 2}], "sequence_batching": {"direct": {}}},
            Sequences("direct", 8, 1_000_000),
        ),
        (
            {"sequence_batching": {"oldest": {"max_candidate_sequences": 4}, "max_sequence_idle_microseconds": "5"}},
            Sequences("oldest", 4, 5),
        ),
    ],
)
def test_slots_of_sequences(config: dict[str, object], wanted: Sequences) -> None:
    assert traits(config).sequences == wanted


def test_sequences_in_words() -> None:
    assert sequence_words(Sequences("oldest", 4, 60_000_000)) == "oldest, 4 slots, idle 60 s"
    assert sequence_words(Sequences("direct", 1, 500_000)) == "direct, 1 slot, idle 0.5 s"


def test_decoupled_and_ragged_and_ensembles() -> None:
    found = traits(
        {
            "model_transaction_policy": {"decoupled": True},
            "input": [{"name": "a", "allow_ragged_batch": True}, {"name": "b"}],
            "ensemble_scheduling": {"step": [{"model_name": "x"}]},
        }
    )
    assert (found.is_decoupled, found.ragged, found.is_ensemble) == (True, ("a",), True)
    assert "each" in priority_words(found)
    assert "each" in timeout_words(found)
