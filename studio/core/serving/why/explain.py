"""*Why?*: from what was seen of a model to eight layers, a cause, and where to look. Pure."""

from __future__ import annotations

import re
from collections import Counter

from studio.core.serving.logs.reasons import read_reason
from studio.core.serving.why.answer import LAYERS, MOST_LOOKS, Layer, LayerName, LayerState, Look, Verdict, Why, layer
from studio.core.serving.why.ended import down
from studio.core.serving.why.facts import Facts
from studio.core.serving.why.failing import failing
from studio.core.serving.why.known import known_layers
from studio.core.serving.why.slowness import slow

_REFUSALS: tuple[tuple[str, LayerName, str], ...] = (
    (r"maximum queue size", "queue", "Its queue is full"),
    (r"unexpected shape|unexpected datatype|unexpected (?:inference )?input|expected \d+ inputs|must specify|parse",
     "client", "The request is not what the model takes"),
    (r"is restricted|unauthori[sz]ed|forbidden|certificate", "transport", "The server wants another login"),
    (r"connect|unreachable|refused the connection|reset|name resolution", "transport", "The server was not reached"),
    (r"stub process|not healthy", "instance", "A process of it has ended"),
    (r"out of memory", "device", "The GPU has no memory left for it"),
    (r"no ready version|not ready|not found|unknown model", "instance", "No version of it is ready"),
    (r"deadline|timed? ?out|did not answer", "instance", "It did not answer in time"),
)  # fmt: skip


def why(facts: Facts) -> Why:
    """The answer to what was seen."""
    found = _VERDICTS[facts.symptom](facts)
    layers = known_layers(facts) | {each.name: each for each in found.layers}
    ordered = tuple(layers[name] for name in LAYERS)
    title = found.title if found.is_certain else f"Likely: {found.title[:1].lower()}{found.title[1:]}"
    has_cause = any(each.state == "cause" for each in ordered)
    if not has_cause and not found.is_certain:
        title = found.title
    return Why(
        facts.model, title, found.is_certain, _summary(found, ordered), ordered, _first_looks(found.looks, facts)
    )


def _summary(found: Verdict, layers: tuple[Layer, ...]) -> str:
    counted = Counter(each.state for each in layers)
    states: tuple[LayerState, ...] = ("fine", "not used", "not reached", "not known")
    parts = [f"{counted[state]} {state}" for state in states if counted[state]]
    sure = "Certain, by what was seen" if found.is_certain else "Not certain"
    return f"{sure}. Of eight layers {', '.join(parts)}."


def _first_looks(looks: tuple[Look, ...], facts: Facts) -> tuple[Look, ...]:
    given = looks or (Look("log", facts.model, at=facts.reason_at),)
    return tuple(dict.fromkeys(given))[:MOST_LOOKS]


def _dead(facts: Facts) -> Verdict:
    """It is ready and does not answer."""
    words = facts.reason or "it was asked, and did not answer"
    lives = facts.processes
    if lives is not None and lives.live < lives.wanted:
        words = f"{lives.live} of {lives.wanted} processes live; {words}"
    certain = bool(re.search("stub process|not healthy", facts.reason, re.IGNORECASE))
    layers = [layer("instance", "cause", words, facts.reason_at)]
    if facts.reason_at:
        layers += [layer("client", "fine", "the request of the studio left", facts.reason_at)]
    looks = (Look("log", facts.model), Look("code", facts.model, "1/model.py"), Look("monitor", facts.model))
    return Verdict("It says that it is ready, and does not answer", certain, layers, looks)


def _wrong(facts: Facts) -> Verdict:
    """It answers, and not as it should."""
    looks = (Look("config", facts.model, "config.pbtxt"), Look("files", facts.model), Look("monitor", facts.model))
    if facts.served is not None:
        layers = [layer("artifact", "cause", facts.served.words, facts.served.at)]
        return Verdict("The server runs something else than the file says", True, layers, looks)
    if facts.trouble is not None:
        found = [layer("artifact", "cause", facts.trouble.words)]
        line = Look("config", facts.model, "config.pbtxt", facts.trouble.line)
        return Verdict(facts.trouble.words, False, found, (line, *looks[1:]))
    return Verdict("It answers; whether rightly cannot be told from here", False, (), looks)


def _refused(facts: Facts) -> Verdict:
    """A request of one's own came back with words in place of an answer."""
    words = read_reason(facts.reason).summary
    looks: tuple[Look, ...] = (
        Look("log", facts.model, at=facts.reason_at),
        Look("config", facts.model, "config.pbtxt"),
    )
    for pattern, where, title in _REFUSALS:
        if re.search(pattern, facts.reason, re.IGNORECASE):
            layers = [layer(where, "cause", words, facts.reason_at)]
            if where != "client" and facts.reason_at:
                layers += [layer("client", "fine", "the request left", facts.reason_at)]
            return Verdict(title, True, layers, looks)
    reason = read_reason(facts.reason)
    found = [layer("instance", "stopped by it", words, facts.reason_at)]
    if reason.file.endswith(".py"):
        found += [layer("artifact", "cause", f"{reason.place}: {words}", facts.reason_at)]
        looks = (Look("code", facts.model, reason.file, reason.line), *looks)
    return Verdict(words or "the server does not say why", bool(reason.file), found, looks)


def _elsewhere(facts: Facts) -> Verdict:
    """It works on another server: the first thing in which the two differ, from the model outwards."""
    there = facts.elsewhere
    looks = (Look("config", facts.model, "config.pbtxt"), Look("log", facts.model, at=facts.reason_at))
    if there is None or not there.differences:
        return Verdict("No difference between the two servers was seen", False, (), looks)
    order = {name: place for place, name in enumerate(reversed(LAYERS))}
    ranked = sorted(there.differences, key=lambda each: order[_name(each[0])])
    first, *rest = ranked
    layers = [layer(_name(first[0]), "cause", first[1], there.at)]
    layers += [layer(_name(name), "stopped by it", words, there.at) for name, words in rest]
    return Verdict(f"{there.server} differs: {first[1]}", False, layers, looks)


def _name(text: str) -> LayerName:
    return next((name for name in LAYERS if name == text), "artifact")


_VERDICTS = {
    "failed": failing,
    "dead": _dead,
    "wrong": _wrong,
    "slow": slow,
    "refused": _refused,
    "elsewhere": _elsewhere,
    "down": down,
}
