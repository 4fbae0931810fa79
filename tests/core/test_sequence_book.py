"""Which sequences are open, and what their next request must say."""

from studio.core.inference.asking.sequence_book import Book, correlation, new_name


def _turn(book: Book, name: str, at: float, *, start: bool = False, end: bool = False, refused: str = "") -> None:
    turn = book.begin(name, at, start=start, end=end)
    turn.ended, turn.refused = at + 1, refused


def test_start_is_set_for_what_is_new_and_not_for_what_goes_on() -> None:
    book = Book(idle=60)
    assert book.needs_start("7", 0)
    assert "new sequence" in book.words("7", 0)
    _turn(book, "7", 0, start=True)
    assert not book.needs_start("7", 10)
    assert book.words("7", 10) == "Turn 2 of 7. Start was set by turn 1; End is yours to set."
    assert book.open_names(10) == ("7",)
    assert book.lanes["7"].state(10, 60) == "closes in 51 s"


def test_what_was_ended_begins_anew() -> None:
    book = Book(idle=60)
    _turn(book, "7", 0, start=True)
    _turn(book, "7", 5, end=True)
    assert book.needs_start("7", 7)
    assert "was ended" in book.words("7", 7)
    assert book.lanes["7"].state(16, 60) == "ended 10 s ago"
    _turn(book, "7", 20, start=True)
    assert "Turn 2" in book.words("7", 22)


def test_what_was_idle_too_long_begins_anew() -> None:
    book = Book(idle=2)
    _turn(book, "7", 0, start=True)
    assert not book.needs_start("7", 2.5)
    assert book.needs_start("7", 4)
    assert "without a request" in book.words("7", 4)
    assert "closed" in book.lanes["7"].state(4, 2)


def test_a_refused_request_holds_no_state() -> None:
    book = Book(idle=60)
    _turn(book, "7", 0, refused="must specify the START flag")
    assert book.needs_start("7", 2)
    assert "refused" in book.words("7", 2)
    assert book.lanes["7"].state(2, 60) == "refused"
    assert book.open_names(2) == ()


def test_one_that_is_answering_is_open() -> None:
    book = Book(idle=1)
    book.begin("7", 0, start=True, end=False)
    assert book.lanes["7"].state(50, 1) == "answering"
    assert book.open_names(50) == ("7",)


def test_ids_are_new_and_numbers_where_they_are_such() -> None:
    book = Book()
    _turn(book, "4101", 0, start=True)
    assert new_name(book) == "4102"
    assert correlation(" 12 ") == 12
    assert correlation("a-1") == "a-1"
