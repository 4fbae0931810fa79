"""The reports of `trireme check` for continuous integration, of sound and of hostile repositories."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

import pytest

from studio.cli.main import main
from studio.cli.reports.writers import FORMATS
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from tests.cli.sarif import require_valid
from tests.core.repositories import ENSEMBLE, PLAIN, write

WRONG = PLAIN.replace("[ 3 ]", "[ 0 ]")
HOSTILE = "a\x1b[31m\n::stop-commands::x\r%0A,b:c\u2028<&\"'"
"""The name of a folder that would command terminals, runners and readers of XML."""


def _run(*arguments: str | Path) -> int:
    return main(["check", *map(str, arguments)])


def _out(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    _run(*arguments)
    return capsys.readouterr().out


def _sarif(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    told = json.loads(_out(capsys, *arguments, "--format", "sarif"))
    require_valid(told)
    (run,) = told["runs"]
    return dict(run)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A checkout whose repository is full of odd names and texts."""
    models = tmp_path / "a project: 100%" / "models"
    (tmp_path / "a project: 100%" / ".git").mkdir(parents=True)
    write(models, HOSTILE, 'name: "k\\000\\033[2J\\377\udcfe"\n' + WRONG)
    write(models, "::error::m", WRONG + 'name: "##[error]x"\n')
    write(models, "bytes\udcff", PLAIN + 'nam\udcffe: "\udc80"\n')
    write(models, "astral", '# 𝄞\n\tbackend: "𝄞onnxruntime" bogus: "x"\n')
    (models / "stray").mkdir()
    write(models, "e", ENSEMBLE)
    return models


# SARIF


def test_code_scanning_gets_relative_addresses_names_help_fingerprints_and_fixes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "models", "m", 'name: "k"\n' + PLAIN)
    run = _sarif(capsys, tmp_path / "models")
    assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": f"{tmp_path.as_uri()}/"}}
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("model-name-mismatch", "ModelNameMismatch")
    assert rule["shortDescription"]["text"] == "The name in the configuration is not that of the folder"
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "models/m/config.pbtxt", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 10}
    assert result["properties"]["serverText"].startswith("unexpected directory name 'm'")
    (fix,) = result["fixes"]
    assert fix["description"]["text"] == "Change the name to “m”"


def _mended(text: str, replacement: dict[str, Any]) -> str:
    """A text with a replacement made, as a tool that counts in UTF-16 makes it."""
    lines = text.split("\n")

    def offset(line: int, column: int) -> int:
        start = sum(len(each) + 1 for each in lines[: line - 1])
        units = lines[line - 1].encode("utf-16-le")[: 2 * (column - 1)]
        return int(start + len(units.decode("utf-16-le")))

    where = replacement["deletedRegion"]
    start, end = (offset(where[f"{side}Line"], where[f"{side}Column"]) for side in ("start", "end"))
    return f"{text[:start]}{replacement['insertedContent']['text']}{text[end:]}"


@pytest.mark.parametrize(
    "text",
    [
        '# 𝄞 a comment\n\tname: "𝄞" # and\n' + PLAIN,
        PLAIN + "dynamic_batching { preferred_batch_size: [ 2, 99, 4 ] }\n",
        PLAIN.replace("TYPE_FP32", '"TYPE_FP32"', 1),
        "\ufeff" + PLAIN,
        WRONG + "bogus: 1\n",
    ],
)
def test_fixes_are_what_the_studio_would_write(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m", text)
    (model,) = check_path(tmp_path, Profile(any_gpu=True)).models
    draft = check_path(tmp_path, Profile()).served.drafts["m"]
    wanted = [fix.edit(draft).document.text for each in model.findings for fix in each.fixes if fix.edit]
    results = _sarif(capsys, tmp_path)["results"]
    changes = [change for each in results for fix in each.get("fixes", ()) for change in fix["artifactChanges"]]
    assert [_mended(text, each["replacements"][0]) for each in changes] == wanted
    assert wanted or text.startswith(PLAIN.partition("\n")[0])


def test_columns_are_counted_in_utf_16(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m", PLAIN + '\tparameters { key: "𝄞é" value { string_value: "" } } bogus: 1\n')
    result = next(each for each in _sarif(capsys, tmp_path)["results"] if each["ruleId"] == "pbtxt-unknown-field")
    region = result["locations"][0]["physicalLocation"]["region"]
    line = '\tparameters { key: "𝄞é" value { string_value: "" } } bogus: 1'
    column = len(line[: line.index("bogus")].encode("utf-16-le")) // 2 + 1
    assert (region["startLine"], region["startColumn"]) == (5, column)


def test_fingerprints_stay_where_lines_move(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fingerprints() -> list[str]:
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in _sarif(capsys, tmp_path)["results"]]

    write(tmp_path, "m", WRONG + 'instance_group [ { name: "a" }, { name: "a" }, { name: "a" } ]\n')
    before = fingerprints()
    assert len(set(before)) == len(before) == 3
    (tmp_path / "m" / "config.pbtxt").write_text(
        "# one\n# two\n" + WRONG + '\n\ninstance_group [ { name: "a" }, { name: "a" }, { name: "a" } ]\n'
    )
    assert fingerprints() == before


def test_what_is_in_the_baseline_is_suppressed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "models", "m", WRONG)
    _run(tmp_path / "models", "--write-baseline", tmp_path / "baseline.json")
    write(tmp_path / "models", "n", WRONG)
    results = _sarif(capsys, tmp_path / "models", "--baseline", tmp_path / "baseline.json")["results"]
    assert [(each["properties"]["model"], "suppressions" in each) for each in results] == [("m", True), ("n", False)]


def test_sarif_of_a_hostile_repository_is_valid(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = _sarif(capsys, hostile)
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
    assert f"models/{HOSTILE}/config.pbtxt" in {unquote(uri, errors="surrogateescape") for uri in uris}
    assert all(each["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] for each in run["results"])


# JUnit


def _junit(text: str) -> dict[str, list[dict[str, str]]]:
    """The elements of a document with their attributes and their text under "", by name; strictly read."""
    found: dict[str, list[dict[str, str]]] = {}
    open_: list[dict[str, str]] = []
    reader = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        open_.append({**attributes, "": ""})
        found.setdefault(name, []).append(open_[-1])

    def said(data: str) -> None:
        open_[-1][""] += data

    reader.StartElementHandler = start
    reader.EndElementHandler = lambda _name: open_.pop()
    reader.CharacterDataHandler = said
    reader.Parse(text.encode("utf-8", "surrogatepass"), True)
    return found


def test_junit_has_a_test_for_each_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "models", "bad", WRONG)
    write(tmp_path / "models", "good")
    write(tmp_path / "models", "hinted", PLAIN + 'instance_group [ { name: "a" }, { name: "a" } ]\n')
    engine = write(tmp_path / "models", "engine", 'backend: "tensorrt" input { name: "x" } output { name: "y" }\n')
    (engine / "1" / "model.plan").write_bytes(b"engine")
    told = _junit(_out(capsys, tmp_path / "models", "--format", "junit"))
    (suite,) = told["testsuite"]
    assert [suite[each] for each in ("tests", "failures", "errors", "skipped")] == ["4", "1", "0", "1"]
    assert [each["name"] for each in told["testcase"]] == ["bad", "engine", "good", "hinted"]
    (failure,) = told["failure"]
    assert failure["type"] == "io-dim-value"
    assert "server: " in failure[""]
    assert "ig-same-name" in told["system-out"][-1][""]
    assert _run(tmp_path / "models", "--format", "junit") == 1
    strict = _junit(_out(capsys, tmp_path / "models", "--format", "junit", "--fail-on", "hint,undecided"))
    assert strict["testsuites"][0]["failures"] == "3"


def test_what_was_not_checked_is_an_error_of_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (write(tmp_path, "m", None) / "config.pbtxt").symlink_to("/etc/hostname")
    told = _junit(_out(capsys, tmp_path, "--format", "junit"))
    assert told["testsuites"][0]["errors"] == "1"


def test_junit_of_a_hostile_repository_is_read_strictly(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = _out(capsys, hostile, "--format", "junit")
    assert text.isascii()
    told = _junit(text)
    names = {each["name"] for each in told["testcase"]}
    assert HOSTILE.replace("\x1b", "\\x1b").replace("\r", "\\r") in names
    assert "bytes\\udcff" in names


# GitHub


_COMMAND = re.compile(r"::(error|warning|notice) ([^\n\r]*?)::([^\n\r]*)")


def _annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands as GitHub's runner reads them."""
    found: list[tuple[str, dict[str, str], str]] = []
    for line in text.splitlines():
        match = _COMMAND.fullmatch(line.strip())
        if match is None:
            assert not line.strip().startswith("::")
            assert "##[" not in line
            continue
        words = dict(word.split("=", 1) for word in match[2].split(","))
        plain = {name: _unescaped(value, (":", ",")) for name, value in words.items()}
        found.append((match[1], plain, _unescaped(match[3], ())))
    return found


def _unescaped(text: str, more: tuple[str, ...]) -> str:
    for sign in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


def test_github_gets_one_annotation_for_each_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "models", "m", WRONG + 'instance_group [ { name: "a" }, { name: "a" } ]\n')
    text = _out(capsys, tmp_path / "models", "--format", "github")
    (error, notice) = _annotations(text)
    assert (error[0], notice[0]) == ("error", "notice")
    assert error[1] == {
        "file": "models/m/config.pbtxt",
        "line": "3",
        "endLine": "3",
        "col": "42",
        "endColumn": "53",
        "title": "m: io-dim-value",
    }
    assert error[2].splitlines()[1].startswith("server: ")
    assert "0 of 1 models load. 1 error, 0 warnings, 1 hint." in text


def test_names_forge_no_commands_of_a_runner(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _annotations(_out(capsys, hostile, "--format", "github"))
    assert len(told) >= 6
    assert all(set(words) <= {"file", "line", "endLine", "col", "endColumn", "title"} for _, words, _ in told)
    assert any(words["title"] == r"\x3a:error::m: io-dim-value" for _, words, _ in told)
    for form in ("text", "github"):
        for line in _out(capsys, hostile, "--format", form).splitlines():
            assert not line.strip().startswith("::") or _COMMAND.fullmatch(line)
            assert "##[" not in line


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_nothing_and_of_what_cannot_be_checked(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path / "nowhere", "--format", form) == 2
    (tmp_path / "notes.txt").touch()
    assert _run(tmp_path / "notes.txt", "--format", form) == 0
    assert "nothing to check" in capsys.readouterr().err
