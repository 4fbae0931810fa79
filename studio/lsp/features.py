"""What an editor asks about one document: completion, hover, outline, folding and layout."""

from __future__ import annotations

import re
from typing import Final

from lsprotocol import types as lsp

from studio.core.assist.hover import Card, card
from studio.core.assist.outline import Entry, foldable, outline
from studio.core.assist.places import path_at, word_at
from studio.core.assist.references import Scope
from studio.core.assist.suggestions import Suggestion, suggestions
from studio.core.config.help import field_help
from studio.lsp.positions import Positions
from studio.lsp.workspace import Opened
from studio.text.edit import text_change
from studio.text.format import formatted
from studio.text.layout import Edit

_KINDS: Final = {
    "field": lsp.CompletionItemKind.Field,
    "block": lsp.CompletionItemKind.Struct,
    "enum": lsp.CompletionItemKind.EnumMember,
    "bool": lsp.CompletionItemKind.Keyword,
    "model": lsp.CompletionItemKind.Module,
    "tensor": lsp.CompletionItemKind.Variable,
    "file": lsp.CompletionItemKind.File,
    "number": lsp.CompletionItemKind.Value,
    "word": lsp.CompletionItemKind.Value,
}
_SYMBOLS: Final = {
    "input": lsp.SymbolKind.Variable,
    "output": lsp.SymbolKind.Variable,
    "step": lsp.SymbolKind.Module,
    "parameters": lsp.SymbolKind.Property,
    "instance_group": lsp.SymbolKind.Object,
}
_MARKS: Final = re.compile(r"[\\$}]")
_AGAIN: Final = lsp.Command("Suggest", "editor.action.triggerSuggest")


def completion(opened: Opened, position: lsp.Position, scope: Scope, snippets: bool) -> lsp.CompletionList:
    """What may be written at a place. It is asked for anew with each key, since what fits depends on all of it."""
    offset = opened.positions.offset(position)
    found = suggestions(opened.text, offset, scope, opened.draft.document)
    items = [_item(each, place, opened.positions, snippets) for place, each in enumerate(found)]
    return lsp.CompletionList(is_incomplete=True, items=items)


def _item(given: Suggestion, place: int, positions: Positions, snippets: bool) -> lsp.CompletionItem:
    text = given.insert
    has_place = given.caret != len(text)
    if has_place and snippets:
        head, tail = (_MARKS.sub(r"\\\g<0>", part) for part in (text[: given.caret], text[given.caret :]))
        text = f"{head}$0{tail}"
    told = field_help(given.path) if given.path else None
    return lsp.CompletionItem(
        label=given.label,
        kind=_KINDS[given.kind],
        detail=given.detail or None,
        documentation=_markdown(f"**{told.title}**\n\n{told.what}") if told else None,
        sort_text=f"{place:04}",
        filter_text=given.label,
        insert_text_format=lsp.InsertTextFormat.Snippet if has_place and snippets else lsp.InsertTextFormat.PlainText,
        insert_text_mode=lsp.InsertTextMode.AsIs,
        text_edit=lsp.TextEdit(positions.range(given.span), text),
        command=_AGAIN if given.more and snippets else None,
    )


def hover(opened: Opened, position: lsp.Position, scope: Scope) -> lsp.Hover | None:
    """What the word at a place means."""
    offset = opened.positions.offset(position)
    span = word_at(opened.text, offset)
    path = path_at(opened.draft.document, offset)
    told = card(path, opened.text[span.start : span.end], scope) if path and span.start < span.end else None
    return lsp.Hover(_markdown(_card_text(told)), opened.positions.range(span)) if told else None


def _card_text(told: Card) -> str:
    parts = [f"**{told.title}**" + (f" · `{told.where}`" if told.where else ""), told.what]
    if told.default:
        parts.append(f"Default: {told.default}")
    return "\n\n".join(part for part in (*parts, *told.notes) if part)


def _markdown(text: str) -> lsp.MarkupContent:
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def symbols(opened: Opened) -> list[lsp.DocumentSymbol]:
    """The outline of a document."""
    return [_symbol(each, opened.positions) for each in outline(opened.draft)]


def _symbol(entry: Entry, positions: Positions) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=entry.title,
        detail=entry.detail or None,
        kind=_SYMBOLS.get(entry.field, lsp.SymbolKind.Struct if entry.children else lsp.SymbolKind.Field),
        range=positions.range(entry.span),
        selection_range=positions.range(entry.name_span),
        children=[_symbol(each, positions) for each in entry.children],
    )


def folding(opened: Opened) -> list[lsp.FoldingRange]:
    """The lines that can be folded. The line with the closing bracket stays."""
    ranges = []
    for span, is_comment in foldable(opened.draft):
        start, end = opened.positions.position(span.start).line, opened.positions.position(span.end).line
        last = end if is_comment else end - 1
        if last > start:
            kind = lsp.FoldingRangeKind.Comment if is_comment else None
            ranges.append(lsp.FoldingRange(start, last, kind=kind))
    return ranges


def formatting(opened: Opened, part: lsp.Range | None = None) -> list[lsp.TextEdit]:
    """The edits that lay a document out, or a part of it. Raises TextError where it does not parse."""
    selection = opened.positions.span(part) if part is not None else None
    after = formatted(opened.draft.document, selection).text
    return replacement(opened, after)


def replacement(opened: Opened, after: str) -> list[lsp.TextEdit]:
    """The edits that make another text of a document: the one place in which they differ."""
    found = text_change(opened.text, after)
    if found is None:
        return []
    return opened.positions.edits([Edit(found.start, found.start + len(found.removed), found.inserted)])
