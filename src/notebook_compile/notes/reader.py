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
from lxml.html import HtmlElement

from notebook_compile.diagnostics import Diagnostic
from notebook_compile.markup import serialise_content
from notebook_compile.model import Embed, FootnoteMark, Link, Note, Source
from notebook_compile.moments import known_video, video_address
from notebook_compile.notes import scan
from notebook_compile.notes.clock import Time
from notebook_compile.notes.elements import (
    drop_first_heading,
    read_blocks,
    read_headings,
    read_references,
)
from notebook_compile.notes.footnotes import say_unused, take_footnotes
from notebook_compile.notes.frontmatter import read_frontmatter
from notebook_compile.notes.markdown import (
    BlockIdExtension,
    CalloutExtension,
    CommentExtension,
    CommonMarkExtension,
    FootnoteExtension,
    MathExtension,
    UnusedFootnote,
)
from notebook_compile.notes.reading import HEADINGS, Dialect, Reading
from notebook_compile.notes.sanitise import sanitise, without_control_characters
from notebook_compile.notes.tags import read_tags
from notebook_compile.notes.timestamps import read_times, time_mark, time_markup
from notebook_compile.notes.wikilinks import file_label, read_size, read_wikilink
from notebook_compile.notes.wrapping import Wrapping, find_wrapping, unwrapped

DEFAULT = Dialect()
_VIDEO_KEYS = ("videoId", "video")
_ADDRESS_KEYS = ("url", "source")  # often a page that the note is about


def read_note(source: Source, dialect: Dialect = DEFAULT) -> tuple[Note, tuple[Diagnostic, ...]]:
    """Parse one note."""
    text = scan.without_reserved(without_control_characters(source.text))
    front, problems = read_frontmatter(text, source.path)
    wrapping = find_wrapping(text, front.end)
    taken = wrapping is not None and (dialect.wrapped == "rest" or (dialect.wrapped == "note" and wrapping.whole))
    if wrapping and taken:
        text = unwrapped(text, wrapping)
    body_text, found = scan.scan(text, front.end)
    reading = Reading(Source(source.path, text), found, text.count("\n", 0, front.end) + 1, dialect)
    reading.diagnostics += problems
    if wrapping:
        _say_wrapping(wrapping, taken, reading)
    named = (*map(video_address, map(front.text, _VIDEO_KEYS)), *map(known_video, map(front.text, _ADDRESS_KEYS)))
    video = next(filter(None, named), None)

    html, unused = _to_html(body_text, dialect)
    tree, blocked = sanitise(html)
    for name in blocked:
        tag = re.compile(rf"(?<!`)<{name}(?=[\s/>])", re.IGNORECASE).search(text, front.end)
        place = reading.place(tag.start() if tag else front.end)
        reading.say("blocked-html", place, f"`<{name}>` has no place in a book")
    notes = take_footnotes(tree)
    headings = read_headings(tree, reading)
    own = [
        heading for heading, element in zip(headings, tree.iter(*HEADINGS), strict=True) if element.getparent() is tree
    ]
    first = next((heading.text for heading in own if heading.level == 1), "")
    title = " ".join(front.text("title").split()) or first or PurePosixPath(source.path).stem
    if own and own[0].level == 1 and own[0].text == title:
        headings = tuple(heading for heading in headings if heading is not own[0])
        drop_first_heading(tree)
    blocks = read_blocks(tree, headings)
    times = read_times(found)
    body = _finish(tree, reading, times, video)
    tags = read_tags(tree, text)
    footnotes = tuple((name, _finish(item, reading, times, video).strip()) for name, item in notes.items())
    for each in unused:
        say_unused(each, reading)
    marked = {reference.name for reference in reading.references if isinstance(reference, FootnoteMark)}
    for name in (name for name, _ in footnotes if name not in marked):  # its mark stood in the title
        say_unused(UnusedFootnote(name, 1, 1, "unreferenced"), reading)
    if not body.strip():
        reading.say("empty-note", (1, 1), "the note has no text", "write it, or take it out of the index")
    note = Note(
        path=source.path,
        title=title,
        body=body,
        aliases=(*front.texts.get("aliases", ()), *front.texts.get("alias", ())),
        tags=tuple(dict.fromkeys((*(tag.lstrip("#") for tag in front.texts.get("tags", ())), *tags))),
        video=video,
        meta=tuple(front.values.items()),
        references=tuple(reading.references),
        footnotes=footnotes,
        headings=headings,
        blocks=blocks,
        lines=tuple(front.lines.items()),
    )
    return note, tuple(reading.diagnostics)


def _say_wrapping(wrapping: Wrapping, taken: bool, reading: Reading) -> None:
    place = reading.place(wrapping.opening)
    if taken:
        reading.say("wrapped-note", place, "the text is in a fence of Markdown as a whole, which is taken away")
    else:
        hint = '`wrapped = "rest"` takes the fence away' if reading.dialect.wrapped == "note" else ""
        reading.say("wrapped-note", place, "the text is in a fence of Markdown as a whole, and shown as code", hint)


@cache
def converter(line_breaks: str = "soft") -> tuple[markdown.Markdown, FootnoteExtension]:
    """The Markdown of notes, and the extension that knows which footnotes the last text left out."""
    footnotes = FootnoteExtension(backlinks=False)
    made = markdown.Markdown(
        extensions=[
            CommonMarkExtension(line_breaks=line_breaks, source_lines=True, tasks=True, use_align_attribute=True),
            CommentExtension(),
            MathExtension(),
            footnotes,
            CalloutExtension(unquoted=True),
            BlockIdExtension(),
        ]
    )
    return made, footnotes


def _to_html(text: str, dialect: Dialect) -> tuple[str, tuple[UnusedFootnote, ...]]:
    made, footnotes = converter(dialect.line_breaks)
    html = made.reset().convert(text)
    return html, tuple(footnotes.unused)


def _finish(tree: HtmlElement, reading: Reading, times: tuple[Time | None, ...], video: str | None) -> str:
    """The markup of a tree, all that leads out of it references; `times` stand beside what was found."""
    read_references(tree, reading)
    return _fill_stand_ins(serialise_content(tree), reading, times, video)


def _fill_stand_ins(body: str, reading: Reading, times: tuple[Time | None, ...], video: str | None) -> str:
    """The markup with each stand-in replaced by a reference, or by its text."""
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
            time = times[number]
            if time and video:  # its label is one
                pieces.append(time_mark(reading, item, time, video))
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
