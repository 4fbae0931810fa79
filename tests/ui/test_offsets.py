"""Positions in the editor and in the text lead to each other, whatever the file holds."""

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.text.offsets import offsets

TEXTS = st.text(alphabet=st.sampled_from("ab\n\r\0é😀\u2029\ufdd0\ufeff\udc80")) | st.text()


def utf16(text: str) -> int:
    """The length as Qt counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(TEXTS)
def test_every_character_is_found_again(text: str) -> None:
    mapping = offsets(text)
    assert mapping.to_shown(len(text)) == utf16(mapping.shown)
    for offset, character in enumerate(text):
        inside_pair = character == "\n" and offset and text[offset - 1] == "\r"
        if not inside_pair:
            assert mapping.to_text(mapping.to_shown(offset)) == offset


@given(TEXTS)
def test_nothing_that_qt_would_change_is_shown(text: str) -> None:
    shown = offsets(text).shown
    assert not set(shown) & set("\r\0\u2028\u2029\ufdd0\ufdd1\ufeff\ufffe")
    assert shown.count("\n") == text.count("\n")


def test_plain_text_is_shown_as_it_is() -> None:
    assert offsets("a: 1\n").shown == "a: 1\n"
    assert offsets("é").shown == "é"
    assert offsets("a\r\nb").line_end == "\r\n"
