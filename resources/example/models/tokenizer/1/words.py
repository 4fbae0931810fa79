"""How a message becomes token ids. Shared by this model and by the script that trained the classifier after it."""

import re

PADDING, UNKNOWN, NUMBER = 0, 1, 2
ZERO = "0"  # stands for every number
RESERVED = 3  # ids before the first word of the vocabulary
LENGTH = 32  # tokens a message; longer ones are cut

_TOKEN = re.compile(r"[a-z]+|[0-9][0-9.,]*")
_ENDINGS = ("ings", "ing", "ers", "er", "ies", "ed", "es", "s", "y", "e")


def stem(word):
    """The word without its common ending, so that "berth", "berths" and "berthing" are one token."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    # "shipping", "shipped" and "ship" meet here.
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def tokens(text):
    """The stems of a text's words in order; every number is `ZERO`."""
    found = _TOKEN.findall(text.lower().replace("'", ""))
    return [ZERO if token[0].isdigit() else stem(token) for token in found]


def encode(text, vocabulary, length=LENGTH):
    """`length` ids for a text. `vocabulary` is what `numbered` gives."""
    ids = [vocabulary.get(token, UNKNOWN) for token in tokens(text)][:length]
    return ids + [PADDING] * (length - len(ids))


def numbered(stems):
    """A vocabulary: each stem's id, by its place."""
    return {ZERO: NUMBER, **{stem: RESERVED + position for position, stem in enumerate(stems)}}


def read_vocabulary(path):
    """The vocabulary in a file with one stem a line."""
    return numbered(path.read_text(encoding="utf-8").split())
