"""`trireme.toml`: where it is found, what it may say, and what it may not."""

import os
from pathlib import Path

import pytest

from studio.core.checking.profile import Ignored
from studio.core.checking.project.project_file import LARGEST, ProjectFile, project_file
from studio.core.checking.project.project_target import on_project, target_of
from studio.core.checking.project.toml_places import line_of
from studio.core.checking.repositories import Verdict, check_path
from studio.core.failure import CoreError
from tests.core.repositories import CPU, ENSEMBLE, PLAIN, has_errors, write

WHOLE = """\
server = "26.07-py3"
gpus = [0, 1]
backends = ["python", "onnxruntime"]
agents = "any"
flags = ["--model-namespacing=true", "--rate-limit=execution_count"]
weights = "elsewhere"
mount = "/srv/models"
templates = ["*_llm"]
fail-on = "warning,undecided"
baseline = "ci/baseline.json"
[[ignore]]
rule = "label-count"
reason = "one more label is added at run time"
models = ["class*"]
"""


def _project(tmp_path: Path, text: str) -> ProjectFile:
    (tmp_path / "trireme.toml").write_text(text, encoding="utf-8")
    (tmp_path / "models").mkdir(exist_ok=True)
    found = project_file(tmp_path / "models")
    assert found is not None
    return found


def _refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(CoreError) as caught:
        _project(tmp_path, text)
    assert str(tmp_path / "trireme.toml") in caught.value.attempted
    return caught.value.reason


def test_everything_that_it_says_is_taken(tmp_path: Path) -> None:
    found = _project(tmp_path, WHOLE)
    profile = target_of(found, {})
    assert (profile.release, profile.gpus, profile.any_gpu) == ((26, 7), (0, 1), False)
    assert (profile.backends, profile.agents) == (frozenset({"python", "onnxruntime"}), None)
    assert (profile.namespacing, profile.rate_limit) == (True, True)
    assert (profile.weights_elsewhere, profile.mount, profile.templates) == (True, "/srv/models", ("*_llm",))
    assert profile.ignored == (Ignored("label-count", "one more label is added at run time", ("class*",)),)
    assert (found.fail_on, found.baseline) == ("warning,undecided", tmp_path / "ci" / "baseline.json")


def test_what_is_said_for_one_run_goes_first(tmp_path: Path) -> None:
    found = _project(tmp_path, 'server = "26.07"\nflags = "--rate-limit=execution_count"\n')
    assert target_of(found, {"server": "25.01"}).release == (25, 1)
    assert target_of(found, {"server": "25.01"}).rate_limit
    assert not target_of(found, {"flags": ""}).rate_limit


def test_it_stands_beside_the_repository_in_it_or_above_up_to_the_root_of_the_checkout(tmp_path: Path) -> None:
    models = tmp_path / "project" / "services" / "models"
    models.mkdir(parents=True)
    above, root, between, beside, inside = (
        folder / "trireme.toml" for folder in (tmp_path, tmp_path / "project", models.parents[1], models.parent, models)
    )
    above.write_text('server = "24.01"\n')
    assert project_file(models) is None
    (tmp_path / "project" / ".git").mkdir()
    assert project_file(models) is None
    for path in dict.fromkeys((root, between, beside, inside)):
        path.write_text('server = "26.07"\n')
        found = project_file(models)
        assert found is not None
        assert found.path == path
    for path in (inside, beside, root):
        path.unlink()
    (tmp_path / "project" / ".git").rmdir()
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    found = project_file(models)
    assert found is not None
    assert found.path == above


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\n\nsever = "24.10"\n', "line 3: there is no key “sever”. Did you mean “server”?"),
        ("follow-links = true\n", "line 1: there is no key “follow-links”"),
        ("[server]\nversion = 1\n", "line 1: “server” is a text in quotes, not a table."),
        ("server = 24.10\n", "line 1: “server” is a text in quotes, not a number."),
        ('# one\nserver = "1.0"\n', "line 2: Check for the server “1.0”"),
        ("gpus = [true]\n", "line 1: “gpus” is a text in quotes, not a list."),
        ('gpus = "auto"\n', "line 1: which GPUs a machine has is not for a file to say"),
        ('gpus = "first"\n', "line 1: Check for the GPUs “first”"),
        ("backends = [\n  1,\n]\n", "line 1: “backends” is a list of texts"),
        ('weights = "there"\n', "line 1: Check with the weights “there”"),
        ('mount = "models"\n', "line 1: Check for the mount “models”"),
        ('mount = "/models/../etc"\n', "line 1: Check for the mount"),
        ("flags = ['--rate-limit-resource=a:b']\n", "line 1: Read the server's flag --rate-limit-resource"),
        ("flags = '\"'\n", "line 1: Read the server's flags"),
        ('templates = "all"\n', "line 1: “templates” is a list of texts"),
        ('fail-on = "sometimes"\n', "line 1: Fail on “sometimes”: there is no “sometimes”."),
        ('fail-on = "never,error"\n', "line 1: Fail on"),
        ("fail-on = 1979-05-27\n", "line 1: “fail-on” is a text in quotes, not a time."),
        ("ignore = 1\n", "line 1: “ignore” is a list of tables"),
        ("ignore = [1]\n", "line 1: what is ignored is a table"),
        (
            '[[ignore]]\nrule = "label-count"\nreason = "x"\n[[ignore]]\nrule = "label-cout"\n',
            "line 5: there is no rule",
        ),
        ('[[ignore]]\nrule = "label-count"\n', "line 1: why “label-count” is ignored is not said"),
        ('[[ignore]]\nrule = "label-count"\nreason = " "\n', "line 3: why “label-count” is ignored is not said"),
        ('[[ignore]]\nreason = "x"\n', "line 1: a rule is not named."),
        ('[[ignore]]\nrule = "label-count"\nreason = "x"\nmodel = "m"\n', "line 4: [[ignore]] has no key “model”"),
        ('server = "26.07\n', "it is not sound TOML"),
        ("x = " + "[" * 20_000, "it is not sound TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert _refused(tmp_path, text).startswith(told)


@pytest.mark.parametrize(
    "flag", ["--model-repository=/etc", "--model-store /etc", "--backend-directory=/", "--repoagent-directory=/"]
)
def test_no_flag_of_it_names_a_folder(tmp_path: Path, flag: str) -> None:
    assert f"{flag[:12]}" in _refused(tmp_path, f'\nflags = "--exit-on-error=true {flag}"\n')
    assert "names a folder" in _refused(tmp_path, f'flags = "{flag}"\n')


@pytest.mark.parametrize("name", ["/etc/passwd", "../baseline.json", "", "out/baseline.json", "a\\u0000b"])
def test_its_baseline_lies_in_the_checkout(tmp_path: Path, name: str) -> None:
    (tmp_path / "out").symlink_to("/")
    assert "does not lie in the checkout" in _refused(tmp_path, f'baseline = "{name}"\n')


def test_hostile_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "trireme.toml"
    for data, told in ((b"\xff\xfe", "UTF-8"), (b"# " + b"x" * LARGEST, "larger than"), (b"\0", "TOML")):
        path.write_bytes(data)
        with pytest.raises(CoreError, match=told):
            project_file(tmp_path / "models")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(CoreError, match="plain file"):
        project_file(tmp_path / "models")
    for target, told in (("/etc/passwd", "leads out"), ("nowhere", "no such file"), (".", "folder|directory")):
        path.unlink()
        path.symlink_to(target)
        with pytest.raises(CoreError, match=told):
            project_file(tmp_path / "models")


def test_a_link_within_the_checkout_is_followed(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci" / "trireme.toml").write_text('server = "26.07"\n')
    (tmp_path / "trireme.toml").symlink_to("ci/trireme.toml")
    found = project_file(tmp_path / "models")
    assert found is not None
    assert found.target == {"server": "26.07"}


def _rules(verdict: Verdict) -> dict[str, list[str]]:
    return {model.name: [each.rule for each in model.findings] for model in verdict.models}


def test_ignored_rules_are_told_of_no_model_that_they_name_and_do_not_spoil_ensembles(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    write(repository, "m", PLAIN + 'name: "k"\n')
    write(repository, "n", PLAIN + 'name: "k"\n')
    write(repository, "e", ENSEMBLE)
    text = '[[ignore]]\nrule = "model-name-mismatch"\nreason = "deployed under that name"\nmodels = ["m*"]\n'
    profile = on_project(CPU, _project(tmp_path, text))
    assert _rules(check_path(repository, profile)) == {"m": [], "n": ["model-name-mismatch"], "e": []}
    everywhere = on_project(CPU, _project(tmp_path, text.replace('models = ["m*"]\n', "")))
    assert not has_errors(check_path(repository, everywhere))


def test_findings_of_the_repository_itself_can_be_ignored(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    write(repository, "m")
    (repository / "broken").symlink_to("nowhere")
    assert has_errors(check_path(repository, CPU))
    text = '[[ignore]]\nrule = "repo-stat-fails"\nreason = "the link is made at deployment"\n'
    assert not has_errors(check_path(repository, on_project(CPU, _project(tmp_path, text))))


def test_a_template_is_not_checked_and_what_uses_it_is(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    write(repository, "big_llm", "max_batch_size: ${batch}\ninput [ ${inputs} ]\n")
    write(repository, "e", ENSEMBLE.replace('"m"', '"big_llm"'))
    write(repository, "bad", PLAIN.replace("[ 3 ]", "[ 0 ]"))
    profile = on_project(CPU, _project(tmp_path, 'templates = ["*_llm"]\n'))
    verdict = check_path(repository, profile)
    assert _rules(verdict) == {"big_llm": ["config-template"], "e": [], "bad": ["io-dim-value"]}
    assert [model.name for model in verdict.models if not model.loads] == ["bad"]


def test_the_mount_is_where_the_server_has_the_repository(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    text = PLAIN.replace("onnxruntime", "python")
    text += 'parameters { key: "EXECUTION_ENV_PATH" value { string_value: "/srv/m/env.tar.gz" } }\n'
    folder = write(repository, "m", text)
    (folder / "1" / "model.py").write_text(
        "class TritonPythonModel:\n    def execute(self, requests):\n        return []\n"
    )
    mounted = on_project(CPU, _project(tmp_path, 'mount = "/srv"\n'))
    assert _rules(check_path(repository, mounted)) == {"m": ["py-env-missing"]}
    (folder / "env.tar.gz").write_bytes(b"packed")
    assert _rules(check_path(repository, mounted)) == {"m": []}
    assert "py-env-missing" in _rules(check_path(repository, CPU))["m"]


def test_lines_of_keys_are_found_whatever_stands_around_them() -> None:
    text = 'a = """\nserver = 1\n"""\n["b c".d]\nserver = 2\n[[e]]\nx = 1\n[[e]]\n  "x" = [\n 1]\ny.z = 3\n'
    assert line_of(text, ("b c", "d", "server")) == 5
    assert line_of(text, ("e", 0, "x")) == 7
    assert line_of(text, ("e", 1, "x")) == 9
    assert line_of(text, ("e", 1, "y", "z")) == 11
    assert line_of(text, ("server",)) == 0
    assert line_of("q = [{ r = 1 }]\n", ("q", 0, "r")) == 1
