"""The parser: sound texts, the words of the server's parser for broken ones, and what stays of them."""

import pytest

from studio.text.parse import elements, find, float_value, int_value, parse, quote, render, string_value
from studio.text.tree import Field, Message, Scalar
from tests.corpus import corpus_files, verdicts


def _first(text: str | bytes) -> tuple[int, int, str]:
    problem = parse(text).problems[0]
    return problem.line, problem.column, problem.message


def _scalar(raw: str) -> Scalar:
    field = parse(f"x: {raw}").root.fields[0]
    assert isinstance(field.value, Scalar)
    assert field.value.raw == raw
    return field.value


def test_every_corpus_file_is_rendered_as_it_was() -> None:
    for path in corpus_files():
        data = path.read_bytes()
        assert render(parse(data)) == data, path


def test_what_the_server_parsed_has_no_problem_of_syntax() -> None:
    probes = verdicts("probes")
    for path in corpus_files():
        probe = probes.get(path.parents[1].name) if path.parents[2].name == "probes" else None
        if probe is not None and probe["loads"]:
            assert parse(path.read_bytes()).ok, path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n# only a comment",
        "a: 1, b: 2; c: 3",
        "a { b < c: 1 > }",
        "a: { b: 1 } a [ { b: 1 }, < b: 2 > ]",
        "a: [ ] b: [] c: [ 1, -2, - 3 ]",
        "a: 'x' \"y\" # between\n 'z'",
        'a: "\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\\'\\"\\0\\377\\x1f\\u00e9\\U0010ffff"',
        "a: 0x1F b: 010 c: 1.f d: .5 e: 1e-3 f: inf g: -nan h: 5F",
        "[a.b]: 1 [type.googleapis.com / a.B] { x: 1 } [ a . b ] { }",
        "a:\r\n\t1\r\n",
        'a: "é" # ü\n',
        "a: FOO [x.y]: 1",
        b'a: "\xff"',
    ],
)
def test_sound_forms(text: str | bytes) -> None:
    assert parse(text).problems == ()


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("{ }", 1, 1, "Expected identifier, got: {"),
        ("// no", 1, 1, "Expected identifier, got: /"),
        ("a: 1;; b: 2", 1, 6, "Expected identifier, got: ;"),
        ("a { b: 1", 1, 9, "Expected identifier, got: "),
        ("a { b: 1 >", 1, 10, 'Expected "}", found ">".'),
        ("a: 1 }", 1, 6, "Expected identifier, got: }"),
        ("a: [ 1, 2", 1, 10, 'Expected ",", found "".'),
        ("a: [ 1 2 ]", 1, 8, 'Expected ",", found "2".'),
        ("\ta: [ { } { } ]", 1, 18, 'Expected ",", found "{".'),
        ('a: "b\\q"', 1, 7, "Invalid escape sequence in string literal."),
        ('a: "\\xg"', 1, 7, "Expected hex digits for escape sequence."),
        ('a: "b\nc: 1', 1, 6, "String literals cannot cross line boundaries."),
        ('a: "b', 1, 6, "Unexpected end of string."),
        ("a: 08", 1, 5, "Numbers starting with leading zero must be in octal."),
        ("a: 0x", 1, 6, '"0x" must be followed by hex digits.'),
        ("a: 1e", 1, 6, '"e" must be followed by exponent.'),
        ("a: 1.5.2", 1, 7, "Already saw decimal point or exponent; can't have another one."),
        ("a: 5b: 6", 1, 5, "Need space between number and identifier."),
        ("a: 0x1.5", 1, 7, "Hex and octal numbers must be integers."),
        ("a: b.5", 1, 5, "Need space between identifier and decimal point."),
        ("a: 1 \x01", 1, 6, "Invalid control characters encountered in text."),
        ("a: 1\0", 1, 5, "Invalid control characters encountered in text."),
        (b"\xef\xbb\xbfa: 1", 1, 1, "Interpreting non ascii codepoint 239."),
        ('x: "é" é', 1, 9, "Interpreting non ascii codepoint 195."),
        ("[a b]: 1", 1, 4, 'Expected "]", found "b".'),
        ("[1]: 1", 1, 2, "Expected identifier, got: 1"),
    ],
)
def test_the_first_problem_reads_as_the_servers(text: str | bytes, line: int, column: int, message: str) -> None:
    assert _first(text) == (line, column, message)


@pytest.mark.parametrize(
    ("text", "raw", "skipped"),
    [
        ("a: ${count}\nb: 1", "$", "${count}"),
        ("a: }", "}", ""),
        ("a:", "", ""),
        ("a:\nb: 1", "b", ""),
        ("a\nb: 1", "b", ""),
        ("a: - {}", "- {", "-"),
        ("a: @x@", "@", "@x@"),
    ],
)
def test_a_missing_value_shows_what_stands_there(text: str, raw: str, skipped: str) -> None:
    document = parse(text)
    value = document.root.fields[0].value
    assert isinstance(value, Scalar)
    assert (value.kind, value.raw, text[value.start : value.end]) == ("missing", raw, skipped)
    assert document.problems[0].kind == "value"


@pytest.mark.parametrize(
    "broken",
    [
        "a: ${x}",
        "a:",
        "a",
        "a: [ 1, 2",
        "a: [ 1, ]",
        "a: [ [ 1 ], 2 ]",
        "} }",
        '"json": 1,',
        "/* a comment */",
        "// a comment",
        'a: "never closed',
        "a: 1.2.3",
        "\ufeff",
        "a { b: 1 >",
        "{{ a }}",
        "[x: 1",
        "é ü",
        "a: [ -dims: [1,]1 ]",
    ],
)
def test_the_sound_part_of_a_broken_text_stands(broken: str) -> None:
    document = parse(f'before: 1\n{broken}\nkept {{ x: "y" }}\nlast: 3\n')
    assert not document.ok
    assert isinstance(find(document, ("before",)), Field)
    assert elements(document, ("kept", 0, "x")) != []
    last = find(document, ("last",))
    assert isinstance(last, Field)
    assert isinstance(last.value, Scalar)
    assert last.value.raw == "3"


def test_an_unclosed_message_keeps_what_is_in_it() -> None:
    document = parse('input [ { name: "a" dims: [ 1, 2 }, { name: "b"\n')
    assert [len(m.fields) for m in elements(document, ("input",)) if isinstance(m, Message)] == [2, 1]


def test_problems_stand_in_the_order_in_which_the_server_meets_them() -> None:
    problems = parse('a: "\\q"\nb: 08\n} c: [1 2] é').problems
    assert [p.span.start for p in problems] == sorted(p.span.start for p in problems)
    assert [p.line for p in problems] == [1, 2, 3, 3, 3]


def test_find_and_elements() -> None:
    document = parse('d: 1 d: [ 2, 3 ] m { n { x: "y" } } m: { }')
    assert [e.raw for e in elements(document, ("d",)) if isinstance(e, Scalar)] == ["1", "2", "3"]
    second = find(document, ("d", 1))
    assert isinstance(second, Scalar)
    assert document.text[second.start : second.end] == "2"
    assert isinstance(find(document, ("m", 0, "n", 0, "x", 0)), Scalar)
    assert isinstance(find(document, ("m", "n", "x")), Field)
    assert find(document, ("m", 2)) is None
    assert find(document, ("d", -1)) is None
    assert find(document, ("d", 0, "x")) is None
    assert find(document, ()) is document.root


def test_literals() -> None:
    assert string_value(_scalar("'a\\n' # c\n \"\\351\\u00e9\\x41\"")) == b"a\n\xe9\xc3\xa9A"
    assert [int_value(_scalar(raw)) for raw in ("010", "0x1F", "-5", "- 7", "0")] == [8, 31, -5, -7, 0]
    assert [float_value(_scalar(raw)) for raw in ("1.5f", ".5", "-inf", "2", "1e3F")] == [
        1.5,
        0.5,
        float("-inf"),
        2.0,
        1000.0,
    ]
    for raw in ("1.5", "FOO", '"5"'):
        with pytest.raises(ValueError, match=r".+"):
            int_value(_scalar(raw))


@pytest.mark.parametrize("text", ["", 'a"b\\c\n\t', "é€", "\x00\x7f", "\udcff"])
def test_quoted_text_reads_back(text: str) -> None:
    raw = quote(text)
    assert string_value(_scalar(raw)) == text.encode("utf-8", "surrogateescape")
    assert parse(f"a: {raw}").ok


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "{" * 500_000,
        "a{" * 300_000,
        "a:[" * 300_000,
        "a: [" + "1," * 500_000,
        "}" * 500_000,
        "[" * 500_000,
        "-" * 500_000,
        "a:" * 400_000,
        "a " * 400_000,
        '"' * 500_000,
        "é " * 300_000,
        "a: b" + ".5" * 300_000,
        "#" * 900_000,
        '{"' * 400_000,
        "\0" * 900_000,
        "a: [ -a: " * 100_000,
    ],
    ids=lambda text: text[:9].encode("unicode_escape").decode(),
)
def test_hostile_texts_end(text: str) -> None:
    document = parse(text)
    assert render(document) == text.encode()
    assert document.problems or text.startswith("#")


def test_the_caps_give_a_problem() -> None:
    large = parse(b"a: 1\n" * 2_000_000)
    assert "10,000,000 bytes" in large.problems[0].message
    assert len(render(large)) == 10_000_000
    deep = parse("a { " * 5 + "b: 1 " + "} " * 5 + "c: 2", max_depth=3)
    assert "3 levels" in deep.problems[0].message
    assert isinstance(find(deep, ("c",)), Field)
    assert parse("a { " * 100 + "} " * 100).ok
