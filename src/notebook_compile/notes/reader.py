"""Parse: a source becomes a note. Depends on the source alone, and cannot fail: what is wrong is a diagnostic.

In: the text of a note. Out: its markup as well-formed XHTML with its references symbolic, its headings, its names.
It never looks at other notes or at files.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from xml.sax.saxutils import escape

import markdown

from notebook_compile.diagnostics import Diagnostic
from notebook_compile.markup import serialise_content
from notebook_compile.model import Embed, Link, Note, Source
from notebook_compile.moments import video_address
from notebook_compile.notes import scan
from notebook_compile.notes.elements import drop_first_heading, read_blocks, read_headings, read_references
from notebook_compile.notes.frontmatter import read_frontmatter
from notebook_compile.notes.markdown import BlockIdExtension, CalloutExtension, CommentExtension, CommonMarkExtension
from notebook_compile.notes.reading import Reading
from notebook_compile.notes.sanitise import sanitise, without_control_characters
from notebook_compile.notes.timestamps import read_times, time_markup
from notebook_compile.notes.wikilinks import file_label, read_size, read_wikilink

_VIDEO_KEYS = ("videoId", "video", "url", "source")


def read_note(source: Source) -> tuple[Note, tuple[Diagnostic, ...]]:
    """Parse one note."""
    text = scan.without_reserved(without_control_characters(source.text))
    front, problems = read_frontmatter(text, source.path)
    body_text, found = scan.scan(text, front.end)
    reading = Reading(Source(source.path, text), found, text.count("\n", 0, front.end) + 1)
    reading.diagnostics += problems
    video = next((address for key in _VIDEO_KEYS if (address := video_address(front.text(key)))), None)

    tree, blocked = sanitise(_to_html(body_text))
    for name in blocked:
        tag = re.search(f"<{name}", text, re.IGNORECASE)
        place = reading.place(tag.start() if tag else front.end)
        reading.say("blocked-html", place, f"`<{name}>` has no place in a book")
    headings = read_headings(tree, reading)
    first = next((heading.text for heading in headings if heading.level == 1), "")
    title = " ".join(front.text("title").split()) or first or PurePosixPath(source.path).stem
    if headings and headings[0].level == 1 and headings[0].text == title:
        headings = headings[1:]
        drop_first_heading(tree)
    blocks = read_blocks(tree, headings)
    read_references(tree, reading)
    body = _fill_stand_ins(serialise_content(tree), reading, video)
    if not body.strip():
        reading.say("empty-note", (1, 1), "the note has no text", "write it, or take it out of the index")
    note = Note(
        path=source.path,
        title=title,
        body=body,
        aliases=(*front.texts.get("aliases", ()), *front.texts.get("alias", ())),
        tags=tuple(tag.lstrip("#") for tag in front.texts.get("tags", ())),
        video=video,
        meta=tuple(front.values.items()),
        references=tuple(reading.references),
        headings=headings,
        blocks=blocks,
        lines=tuple(front.lines.items()),
    )
    return note, tuple(reading.diagnostics)


@cache
def _converter() -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[
            CommonMarkExtension(source_lines=True, tasks=True, use_align_attribute=True),
            CommentExtension(),
            CalloutExtension(),
            BlockIdExtension(),
        ]
    )


def _to_html(text: str) -> str:
    converter = _converter()
    converter.reset()
    return converter.convert(text)


def _fill_stand_ins(body: str, reading: Reading, video: str | None) -> str:
    """The markup with each stand-in replaced by a reference, or by its text."""
    times = read_times(reading.found)
    pieces: list[str] = []
    end, after_mark = 0, False
    for match in scan.STAND_IN.finditer(body):
        number = scan.number_of(match)
        item, before = reading.found[number], body[end : match.start()]
        end = match.end()
        if item.is_time:
            pieces.append(time_markup(reading, item, times[number], video, before, after_mark))
        else:
            pieces += [before, _link_markup(reading, item)]
        after_mark = item.is_time and video is not None
    return "".join(pieces) + body[end:]


def _link_markup(reading: Reading, item: scan.Found) -> str:
    link, place = read_wikilink(item.link), reading.place(item.start)
    if not item.embed:
        number = reading.refer(Link(link.target, link.fragment, link.label, place))
        return f'<ref n="{number}">{escape(link.label)}</ref>'
    alt, width, height = read_size(link.label)
    label = alt or file_label(link.target)
    number = reading.refer(Embed(link.target, link.fragment, label, place, width, height))
    return f'<ref n="{number}">{escape(label)}</ref>'
