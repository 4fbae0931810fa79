"""What of a GPU each model has, and the bars that lead up to it."""

from studio.core.serving.figures.ledger import Entry
from studio.core.serving.figures.shares import Share, Step, shares, steps

GB = 2.0**30
LEDGER = (
    Entry(1.0, "GPU-x", "a", "load", GB, 3 * GB),
    Entry(2.0, "GPU-y", "a", "load", GB, 9 * GB),
    Entry(3.0, "GPU-x", "", "growth", 3 * GB, 4 * GB),
    Entry(4.0, "GPU-x", "b", "load", 4 * GB, 5 * GB),
    Entry(5.0, "GPU-x", "a", "unload", 5 * GB, 3.5 * GB),
)


def test_shares_add_up_and_what_is_left_over_is_not_known() -> None:
    found = shares(LEDGER, "GPU-x", 4 * GB, {})
    assert found == (
        Share("b", GB, "estimate"),
        Share("a", 0.5 * GB, "estimate"),
        Share("in use before the first load seen", GB, "before"),
        Share("not known", 1.5 * GB, "not known"),
    )
    assert sum(share.bytes for share in found) == 4 * GB
    told = shares(LEDGER, "GPU-x", 4 * GB, {"b": 0.75 * GB, "pre": 0.25 * GB})
    assert [(share.name, share.source) for share in told[:3]] == [
        ("b", "by process"),
        ("a", "estimate"),
        ("pre", "by process"),
    ]
    assert sum(share.bytes for share in told) == 4 * GB
    assert shares((), "GPU-x", GB, {}) == (Share("not known", GB, "not known"),)


def test_the_oldest_entries_fold_into_the_first_bar() -> None:
    assert [(step.name, step.word) for step in steps(LEDGER, "GPU-x", 40)] == [
        ("before", "in use"),
        ("a", "load"),
        ("requests, others", "growth"),
        ("b", "load"),
        ("a", "unload"),
    ]
    assert steps(LEDGER, "GPU-x", 2) == (
        Step("before", "and 2 earlier", 0.0, 4 * GB),
        Step("b", "load", 4 * GB, 5 * GB, 3, 4.0),
        Step("a", "unload", 5 * GB, 3.5 * GB, 4, 5.0),
    )
    assert steps((), "GPU-x", 2) == ()
