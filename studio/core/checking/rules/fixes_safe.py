"""Which fixes can be made without a look at them: where there is one way only, and nothing that works is changed.

Safe is a fix of what the server refuses, if it takes out what cannot be there or writes what a file says, and one of
what the server passes over in any case.
"""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.checking.findings import Fix
from studio.value_class import replace

_RULES = frozenset(
    [
        "backend-library-missing",
        "ens-optimization",
        "ensemble-with-backend",
        "ig-ensemble-forbidden",
        "ig-profile-non-trt",
        "io-duplicate",
        "io-nonlinear-platform",
        "io-shape-tensor",
        "ort-dims-batch",
        "ort-dims-nobatch",
        "ort-dtype",
        "ort-scalar",
        "ov-io",
        "ov-kind",
        "platform-unknown",
        "priority-policy-unused",
        "py-auto-io-dims",
        "py-auto-io-dtype",
        "py-auto-optional",
        "ragged-without-batching",
        "seq-corrid-values",
        "seq-state-duplicate-names",
        "seq-state-growable",
    ]
)


def with_safe(rule: str, fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """The fixes of a finding; the only one, an edit, is safe if the rule is one of those."""
    if rule in _RULES and len(fixes) == 1 and fixes[0].edit is not None:
        return (replace(fixes[0], safe=True),)
    return tuple(fixes)
