"""Documents for property tests: grammatical ones in every style, as text."""

from hypothesis import strategies as st

trivia = st.sampled_from([" ", "  ", "\n", "\t", "\r\n", ' # note, { } " [\n', "\n  # own line\r\n"])
names = st.sampled_from(["name", "dims", "input", "x1", "_a"])
scalars = st.sampled_from(
    ["1", "-2", "- 3", "0x1f", "010", "1.5f", ".5", "inf", "KIND_CPU", '"a"', "'é'", "\"a\" 'b'", '"\\n\\x41"']
)


@st.composite
def _list(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    gap = draw(trivia)
    return "[" + gap + f"{gap},{gap}".join(draw(st.lists(values, max_size=4))) + gap + "]"


@st.composite
def fields(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    """Some fields with separators and comments between."""
    parts = []
    for name, value in draw(st.lists(st.tuples(names, values), max_size=5)):
        colon = draw(st.sampled_from(["", ":"])) if value.startswith(("{", "<")) else ":"
        parts.append(f"{name}{colon}{draw(trivia)}{value}{draw(st.sampled_from(['', ',', ';', ' ;']))}{draw(trivia)}")
    return "".join(parts)


@st.composite
def _message(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    opener, closer = draw(st.sampled_from([("{", "}"), ("<", ">")]))
    return f"{opener}{draw(trivia)}{draw(fields(values))}{closer}"


_values = st.recursive(scalars, lambda inner: _message(inner | _list(scalars)) | _list(_message(inner)), max_leaves=8)
documents = fields(_values | _list(scalars))
