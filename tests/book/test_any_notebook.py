"""What holds for any notebook: it becomes a book, whose markup is well formed and whose references lead somewhere."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.book.assemble import assemble
from notebook_compile.book.names import Names
from notebook_compile.book.order import order_by_links, order_by_name, reach
from notebook_compile.book.resolve import resolve_links
from notebook_compile.filling import fill
from notebook_compile.model import Chapter, CrossReference, NoteReference, Part, PlannedChapter, Source, Text
from notebook_compile.notes.reader import read_note

NAMES = ("index", "a", "b", "c d")
TARGETS = [f"{name}{place}" for name in (*NAMES, "", "gone") for place in ("", "#H", "#H#H", "#^id", "#^gone")]
PIECES = [
    *(f"{form}[[{target}]]" for form in ("", "!", "- ", "- !", "  - ", "# ", "> !") for target in TARGETS),
    *("# H\n", "## H\n", "#### H\n", "text ^id\n", "- item ^id\n", "[00:00:01]", "[00:00:02] ", "![x](crab.png)"),
    *("words ", "\n", "\n\n", "<br/>", "From: ", "| a |\n|---|\n| ", "> ", "*", "**", "`", "<b>", "</p>", "<!--", "##"),
    *("<td ^id", "<h2>", "</h2>", '<a href="b.md">', "==", "[x](b.md#H) ", "```\n"),
]
bodies = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.tuples(*(bodies for _ in NAMES)), st.sampled_from([1, 2, 3, None]))
def test_any_notebook_becomes_a_book(texts: tuple[str, ...], depth: int | None) -> None:
    sources = [
        Source(f"{name}.md", f"---\ntitle: {name}\nvideoId: dQw4w9WgXc{number}\n---\n{text}")
        for number, (name, text) in enumerate(zip(NAMES, texts, strict=True))
    ]
    notes = {source.path: read_note(source)[0] for source in sources}
    targets, _ = resolve_links(notes, Names(notes.values(), ["crab.png"]))
    if depth is None:
        outline = order_by_name(notes, None, "alpha")
    else:
        outline = order_by_links(notes["index.md"], notes, targets, depth)
    outline = reach(outline, notes, targets)
    introduction, entries, _ = assemble(outline, notes, targets)

    planned = [entry.path for entry in outline.entries if isinstance(entry, PlannedChapter)]
    assert len(set(planned)) == len(planned)
    assert {*planned, *outline.outside, *outline.unreachable, outline.index} - {None} == set(notes)

    anchors = [entry.anchor for entry in entries]
    texts_of_book = [
        introduction,
        *(entry.introduction if isinstance(entry, Part) else entry.text for entry in entries),
    ]
    for text in texts_of_book:
        markup = fill(text, lambda _, label: f"<i>{label}</i>")
        assert "ref" not in {element.tag for element in etree.fromstring(f"<div>{markup}</div>").iter()}
        anchors += re.findall(r' id="([^"]*)"', text.body)
    assert len(set(anchors)) == len(anchors)
    for entry in entries:
        if isinstance(entry, Chapter):
            assert_that_references_lead_somewhere(entry, anchors)


def assert_that_references_lead_somewhere(chapter: Chapter, anchors: list[str]) -> None:
    named = used(chapter.text)
    marks = [reference for reference in named if isinstance(reference, NoteReference)]
    first = [mark.number for mark in marks if mark.occurrence == 1]
    assert first == list(range(1, len(chapter.footnotes) + 1))
    assert len({(mark.number, mark.occurrence) for mark in marks}) == len(marks)
    for reference in named:
        assert not isinstance(reference, CrossReference) or reference.anchor in anchors
    assert {section.anchor for section in chapter.sections} <= set(anchors)
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", chapter.text.body)]
    assert all(2 <= level <= before + 1 for before, level in zip([1, *levels], levels, strict=False))


def used(text: Text) -> list[object]:
    return [text.references[int(number)] for number in re.findall(r'<ref n="(\d+)">', text.body)]
