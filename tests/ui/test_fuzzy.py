"""Fuzzy matching of the palette."""

from studio.ui.widgets.fuzzy import ranked, score


def test_every_letter_has_to_be_there_in_order() -> None:
    assert score("svall", "Save all") is not None
    assert score("lls", "Save all") is None
    assert score("", "anything") == 0


def test_what_starts_words_comes_first() -> None:
    names = ["Unload", "Read the folder again", "Load", "Close the repository"]
    assert ranked("load", names, str)[0] == "Load"
    assert ranked("rfa", names, str) == ["Read the folder again"]
    assert ranked("", names, str) == names


def test_initials_beat_scattered_letters() -> None:
    assert ranked("sa", ["Settings page", "Save all", "Stop again"], str)[0] == "Save all"
