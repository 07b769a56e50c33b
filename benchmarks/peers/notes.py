"""A book's notes written anew for programs that know less of them: plain Markdown, with what a user would do by hand.

In: a compiled notebook. Out: each chapter as Markdown without frontmatter. Times of videos are footnotes with clock
time and address, wiki-links lead to chapters of the book or are plain text, pictures have the place of their file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from notebook_compile.book.names import Names
from notebook_compile.compiler import Compiled
from notebook_compile.model import Chapter, Moment
from notebook_compile.moments import address, clock
from notebook_compile.notes.clock import Time
from notebook_compile.notes.frontmatter import read_frontmatter
from notebook_compile.notes.scan import STAND_IN, Found, number_of, scan
from notebook_compile.notes.timestamps import read_times
from notebook_compile.notes.wikilinks import read_wikilink

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(<?([^()<>\n]*?)>?\)")
_BEFORE_MARK = re.compile(r"(?<=\S)[ \t]+(?=\[\^m\d)")  # a mark stands close behind its word

# (a chapter and the text of a link) -> the link to it
Link = Callable[[Chapter, str], str]


@dataclass(frozen=True, slots=True)
class _Note:
    """A chapter's note on its way."""

    compiled: Compiled
    names: Names
    chapters: dict[str, Chapter]  # by path
    chapter: Chapter
    link: Link

    def markdown(self, text: str) -> str:
        """The note's text, from its frontmatter on, and its footnotes."""
        frontmatter, _ = read_frontmatter(text, self.chapter.path)
        body, found = scan(text, frontmatter.end)
        times = read_times(found)
        footnotes: list[str] = []

        def written(match: re.Match[str]) -> str:
            number = number_of(match)
            return self._written(found[number], times[number], footnotes)

        body = _PICTURE.sub(lambda match: self._picture(match[2].strip(), match[1]), body)
        body = _BEFORE_MARK.sub("", STAND_IN.sub(written, body)).strip()
        return "\n\n".join([body, *footnotes]) + "\n"

    def _written(self, item: Found, time: Time | None, footnotes: list[str]) -> str:
        if item.embed:
            return self._picture(read_wikilink(item.link).target, "")
        if item.link:
            return self._link(item.link)
        video = self.compiled.notes[self.chapter.path].video
        if time is None or video is None:
            return item.shown or item.source
        place = address(Moment(video, time.seconds))
        shown = place.partition("://")[2].replace("_", "\\_")
        name = f"[^m{len(footnotes) + 1}]"
        footnotes.append(f"{name}: {clock(time.seconds)} [{shown}]({place})")
        return name

    def _link(self, source: str) -> str:
        written = read_wikilink(source)
        answer = self.names.note(written.target, self.chapter.path)
        target = self.chapters.get(answer.path) if answer else None
        label = re.sub(r"([\[\]*_`<>])", r"\\\1", written.label)
        return label if target is None else self.link(target, label)

    def _picture(self, file: str, alt: str) -> str:
        """A picture by its whole path, so that it is found wherever the text lies; a note or a lost file by name."""
        found = self.names.file(file, self.chapter.path)
        return f"![{alt}](<{self.compiled.book.root / found}>)" if found else alt or file


def rewritten(compiled: Compiled, link: Link) -> Iterator[tuple[Chapter, str]]:
    """Each chapter with its text as plain Markdown, in which `link` says what a link to another looks like."""
    texts = {source.path: source.text for source in compiled.notebook.sources}
    names = Names(compiled.notes.values(), compiled.notebook.files)
    chapters = {chapter.path: chapter for chapter in compiled.book.chapters}
    for path, chapter in chapters.items():
        yield chapter, _Note(compiled, names, chapters, chapter, link).markdown(texts[path])
