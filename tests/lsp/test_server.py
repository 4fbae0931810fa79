"""`trireme lsp` through a real client: what an editor shows of a repository while somebody types in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from studio.lsp.fixes import MAKE_FOLDER
from tests.lsp.editor import Editor, edited


def _document(uri: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri)


def _text_edits(found: lsp.WorkspaceEdit | None) -> dict[str, list[lsp.TextEdit]]:
    assert found is not None
    return {
        each.text_document.uri: [edit for edit in each.edits if isinstance(edit, lsp.TextEdit)]
        for each in found.document_changes or ()
        if isinstance(each, lsp.TextDocumentEdit)
    }


def test_an_edit_is_told_and_its_fix_mends_it(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    version = editor.replace(uri, "max_batch_size", "max_batch_sise")
    editor.wait(lambda: "pbtxt-unknown-field" in editor.rules(uri))
    told = editor.told[uri]
    assert told.version == version
    wrong = next(each for each in told.diagnostics if each.code == "pbtxt-unknown-field")
    assert wrong.severity is lsp.DiagnosticSeverity.Error
    assert wrong.range.start == lsp.Position(2, 0)
    given = lsp.CodeActionParams(_document(uri), wrong.range, lsp.CodeActionContext([wrong]))
    actions = editor.run(editor.client.text_document_code_action_async(given)) or ()
    mending = next(each for each in actions if "max_batch_size" in each.title)
    assert isinstance(mending, lsp.CodeAction)
    assert "max_batch_size: 8" in edited(editor.text(uri), _text_edits(mending.edit)[uri])
    editor.replace(uri, "max_batch_sise", "max_batch_size")
    editor.wait(lambda: editor.rules(uri) == [])


def test_an_ensemble_is_told_what_an_edit_of_its_model_breaks(editor: Editor, repository: Path) -> None:
    chain = (repository / "chain" / "config.pbtxt").as_uri()
    uri = editor.open(repository / "first" / "config.pbtxt")
    editor.replace(uri, '"OUT"', '"RESULT"')
    editor.wait(lambda: bool(editor.rules(chain)))
    editor.replace(uri, '"RESULT"', '"OUT"')
    editor.wait(lambda: editor.rules(chain) == [])


def test_what_another_program_writes_is_told(editor: Editor, repository: Path) -> None:
    other = repository / "chain" / "config.pbtxt"
    editor.open(repository / "first" / "config.pbtxt")
    new = repository / "chain" / "new"
    new.write_text(other.read_text().replace('"first"', '"fist"', 1))
    new.replace(other)
    editor.saved_elsewhere(other)
    editor.wait(lambda: bool(editor.rules(other.as_uri())))


def test_a_closed_repository_says_nothing_more(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    editor.replace(uri, "TYPE_FP32", "TYPE_FP23")
    editor.wait(lambda: bool(editor.rules(uri)))
    editor.close(uri)
    editor.wait(lambda: editor.rules(uri) == [])


def test_a_tensor_is_renamed_wherever_it_is_named(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    chain = (repository / "chain" / "config.pbtxt").as_uri()
    given = lsp.RenameParams(_document(uri), editor.place(uri, '"OUT"', 1), "probabilities")
    found = _text_edits(_renamed(editor, given))
    assert edited(editor.text(uri), found[uri]).count('"probabilities"') == 1
    after = edited((repository / "chain" / "config.pbtxt").read_text(), found[chain])
    assert after.count('key: "probabilities"') == 2
    assert "OUT" not in after


def test_a_rename_reaches_the_configurations_that_a_server_may_take(editor: Editor, repository: Path) -> None:
    first = repository / "first"
    small, plain = first / "configs" / "small.pbtxt", first / "configs" / "plain.pbtxt"
    small.parent.mkdir()
    for path in (small, plain):
        path.write_text((first / "config.pbtxt").read_text())
    uri, opened = editor.open(first / "config.pbtxt"), editor.open(small)
    editor.replace(opened, "name:", "# edited\nname:")
    given = lsp.RenameParams(_document(uri), editor.place(uri, '"OUT"', 1), "probabilities")
    found = _text_edits(_renamed(editor, given))
    assert set(found) == {uri, opened, plain.as_uri(), (repository / "chain" / "config.pbtxt").as_uri()}
    for text, address in ((editor.text(opened), opened), (plain.read_text(), plain.as_uri())):
        assert edited(text, found[address]).count('"probabilities"') == 1
    leading = lsp.DefinitionParams(_document(uri), editor.place(uri, '"OUT"', 1))
    led = editor.run(editor.client.text_document_definition_async(leading))
    assert isinstance(led, list)
    assert [each.uri for each in led if isinstance(each, lsp.Location)] == [uri]


def test_a_tensor_inside_an_ensemble_is_renamed_there_alone(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "chain" / "config.pbtxt")
    given = lsp.RenameParams(_document(uri), editor.place(uri, '"middle"', 3), "features")
    found = _text_edits(_renamed(editor, given))
    assert list(found) == [uri]
    assert edited(editor.text(uri), found[uri]).count('"features"') == 2


def test_a_model_is_renamed_with_its_folder(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "chain" / "config.pbtxt")
    given = lsp.RenameParams(_document(uri), editor.place(uri, '"first"', 1), "encoder")
    found = _renamed(editor, given)
    assert found is not None
    first = (repository / "first" / "config.pbtxt").as_uri()
    texts = _text_edits(found)
    assert edited(editor.text(uri), texts[uri]).count('model_name: "encoder"') == 2
    assert 'name: "encoder"' in edited((repository / "first" / "config.pbtxt").read_text(), texts[first])
    moved = [each for each in found.document_changes or () if isinstance(each, lsp.RenameFile)]
    assert [(each.old_uri, each.new_uri) for each in moved] == [
        ((repository / "first").as_uri(), (repository / "encoder").as_uri())
    ]


@pytest.mark.parametrize(("word", "new"), [('"first"', "chain"), ('"middle"', "RAW"), ('"first"', "a/b")])
def test_a_name_that_cannot_be_given_is_refused(editor: Editor, repository: Path, word: str, new: str) -> None:
    uri = editor.open(repository / "chain" / "config.pbtxt")
    given = lsp.RenameParams(_document(uri), editor.place(uri, word, 1), new)
    with pytest.raises(JsonRpcException, match="Choose another name"):
        _renamed(editor, given)


def test_definition_and_references_lead_across_files(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "chain" / "config.pbtxt")
    first = repository / "first" / "config.pbtxt"
    at = editor.place(uri, '"OUT"', 1)
    found = editor.run(editor.client.text_document_definition_async(lsp.DefinitionParams(_document(uri), at)))
    assert isinstance(found, list | tuple)
    assert [each.uri for each in found if isinstance(each, lsp.Location)] == [first.as_uri()]
    context = lsp.ReferenceContext(include_declaration=True)
    given = lsp.ReferenceParams(context, _document(uri), at)
    places = editor.run(editor.client.text_document_references_async(given)) or ()
    assert sorted(each.uri for each in places) == sorted([uri, uri, first.as_uri()])


def test_completion_knows_fields_values_and_the_tensors_of_a_model(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "chain" / "config.pbtxt")
    editor.replace(uri, 'key: "IN" value: "RAW"', 'key: "" value: "RAW"')
    found = _completed(editor, uri, editor.place(uri, 'key: ""', 6))
    assert [each.label for each in found] == ["IN"]
    editor.replace(uri, "max_batch_size: 8\n", "max_batch_size: 8\ndyn\n")
    first = _completed(editor, uri, editor.place(uri, "dyn\n", 3))[0]
    assert (first.label, first.insert_text_format) == ("dynamic_batching", lsp.InsertTextFormat.Snippet)
    assert isinstance(first.text_edit, lsp.TextEdit)
    assert "$0" in first.text_edit.new_text


def test_hover_outline_folding_lens_and_layout(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    client = editor.client
    at = editor.place(uri, "max_batch_size", 3)
    card = editor.run(client.text_document_hover_async(lsp.HoverParams(_document(uri), at)))
    assert card is not None
    assert isinstance(card.contents, lsp.MarkupContent)
    assert "batch" in card.contents.value.lower()
    found = editor.run(client.text_document_document_symbol_async(lsp.DocumentSymbolParams(_document(uri)))) or ()
    assert [each.name for each in found] == ["name", "backend", "max_batch_size", "IN", "OUT"]
    folds = editor.run(client.text_document_folding_range_async(lsp.FoldingRangeParams(_document(uri)))) or ()
    assert {(each.start_line, each.end_line) for each in folds} == {(3, 4), (6, 7)}
    editor.wait_for(lambda: "loads" in _lens(editor, uri))
    options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
    given = lsp.DocumentFormattingParams(_document(uri), options)
    edits = editor.run(client.text_document_formatting_async(given)) or ()
    assert edited(editor.text(uri), list(edits)).count("input") == 1


def test_a_text_that_does_not_parse_is_told_and_left_as_it_is(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    editor.replace(uri, "dims: [ 4 ] }\n]\noutput", "dims: [ 4 \noutput")
    editor.wait(lambda: bool(editor.rules(uri)))
    options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
    given = lsp.DocumentFormattingParams(_document(uri), options)
    assert not editor.run(editor.client.text_document_formatting_async(given))
    outline = lsp.DocumentSymbolParams(_document(uri))
    assert editor.run(editor.client.text_document_document_symbol_async(outline))


def test_a_missing_version_folder_is_made_by_its_fix(editor: Editor, repository: Path) -> None:
    (repository / "first" / "1" / "model.py").unlink()
    (repository / "first" / "1").rmdir()
    uri = editor.open(repository / "first" / "config.pbtxt")
    editor.wait(lambda: bool(editor.rules(uri)))
    wrong = editor.told[uri].diagnostics[0]
    given = lsp.CodeActionParams(_document(uri), wrong.range, lsp.CodeActionContext([wrong]))
    actions = editor.run(editor.client.text_document_code_action_async(given)) or ()
    assert any("Make the version folder" in each.title for each in actions)
    asked = lsp.ExecuteCommandParams(MAKE_FOLDER, [(repository / "first" / "1").as_uri()])
    editor.run(editor.client.workspace_execute_command_async(asked))
    assert (repository / "first" / "1").is_dir()
    editor.wait(lambda: "no-servable-version" not in editor.rules(uri))


def test_no_folder_is_made_outside_of_the_repositories(editor: Editor, repository: Path, tmp_path: Path) -> None:
    editor.open(repository / "first" / "config.pbtxt")
    for address in ((tmp_path / "other").as_uri(), f"{repository.as_uri()}/../other"):
        asked = lsp.ExecuteCommandParams(MAKE_FOLDER, [address])
        with pytest.raises(JsonRpcException, match="no repository that is open"):
            editor.run(editor.client.workspace_execute_command_async(asked))
    assert not (tmp_path / "other").exists()


def test_a_file_in_no_repository_and_one_that_is_not_open_hurt_nobody(editor: Editor, tmp_path: Path) -> None:
    # Two folders deep: what lies around it is what the server takes for its repository.
    lone = tmp_path / "somewhere" / "alone" / "config.pbtxt"
    lone.parent.mkdir(parents=True)
    lone.write_bytes('name: "\udcff😀"\n'.encode("utf-8", "replace"))
    uri = editor.open(lone)
    assert editor.run(editor.client.text_document_hover_async(lsp.HoverParams(_document(uri), lsp.Position(0, 1))))
    given = lsp.HoverParams(_document("file:///nowhere/config.pbtxt"), lsp.Position(0, 0))
    with pytest.raises(JsonRpcException, match="is not open"):
        editor.run(editor.client.text_document_hover_async(given))


def test_a_model_is_not_renamed_where_the_editor_cannot_move_its_folder(repository: Path) -> None:
    plain = Editor(lsp.ClientCapabilities())
    try:
        uri = plain.open(repository / "chain" / "config.pbtxt")
        given = lsp.RenameParams(_document(uri), plain.place(uri, '"first"', 1), "encoder")
        with pytest.raises(JsonRpcException, match="cannot rename the model's folder"):
            _renamed(plain, given)
    finally:
        plain.stop()


def _renamed(editor: Editor, given: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    return editor.run(editor.client.text_document_rename_async(given))


def _completed(editor: Editor, uri: str, at: lsp.Position) -> list[lsp.CompletionItem]:
    found = editor.run(editor.client.text_document_completion_async(lsp.CompletionParams(_document(uri), at)))
    assert isinstance(found, lsp.CompletionList)
    return list(found.items)


def _lens(editor: Editor, uri: str) -> str:
    found = editor.run(editor.client.text_document_code_lens_async(lsp.CodeLensParams(_document(uri)))) or ()
    return next((each.command.title for each in found if each.command), "")


def test_every_safe_fix_is_made_at_once(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    editor.replace(uri, "max_batch_size", "max_batch_sise")
    editor.replace(uri, "TYPE_FP32", "FP32")
    editor.wait(lambda: len(editor.rules(uri)) >= 2)
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    given = lsp.CodeActionParams(
        _document(uri), whole, lsp.CodeActionContext([], only=[lsp.CodeActionKind.SourceFixAll])
    )
    (action,) = editor.run(editor.client.text_document_code_action_async(given)) or ()
    assert isinstance(action, lsp.CodeAction)
    assert (
        edited(editor.text(uri), _text_edits(action.edit)[uri]) == (repository / "first" / "config.pbtxt").read_text()
    )


def test_the_projects_file_says_for_which_server(editor: Editor, repository: Path) -> None:
    uri = editor.open(repository / "first" / "config.pbtxt")
    editor.wait_for(lambda: "24.10" in _lens(editor, uri))
    project = repository.parent / "trireme.toml"
    project.write_text('server = "26.01"\n')
    editor.saved_elsewhere(project)
    editor.wait_for(lambda: "26.01" in _lens(editor, uri))
    new = repository.parent / "new"
    new.write_text("server = 3\n")
    new.replace(project)
    editor.saved_elsewhere(project)
    editor.wait(lambda: any("trireme.toml" in each for each in editor.sentences))
