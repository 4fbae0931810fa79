"""The object names of the question before a launch: what tests and assistive tools hold on to."""

from __future__ import annotations


class Consent:
    """The question whether the code of a repository may run."""

    DIALOG = "consentDialog"
    FILES = "consentFiles"
    WHERE = "consentWhere"
    CARD = "consentCard.{}"
    CHANGE = "consentChange"
    HELD_BACK = "consentHeldBack"
    READ = "answer.read"
    YES = "answer.yes"
