"""Words: does what a reader of the note sees stand in what was read, once and in order?

Wanted are the words of the note's HTML as markdown-it-py makes it; ours are those of the note's body, of the labels in
it and of its footnotes. Clock times are left out on both sides, as a time that becomes a reference leaves
no words; the section on times counts them. What Obsidian shows otherwise than Markdown says is put in the wanted text:
see `wanted_words`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from rapidfuzz.distance import LCSseq

from notebook_compile.model import Note, Source
from notebook_compile.notes.reader import read_note
from notebook_compile.notes.reading import Dialect
from reading.sections import Figure, File, Options, Section, listed, share

KEPT = 0.9995  # of the words that are wanted, wherever they stand
IN_ORDER = 0.9995  # of them, the longest run that stands in both in the same order
ADDED = 0.0005  # words beside those that are wanted: what is there twice

AS_WRITTEN = Dialect(wrapped="never")  # a note that stands in a fence as a whole is code, as it is for the judge

_MARKDOWN_IT = MarkdownIt("gfm-like", {"linkify": False, "maxNesting": 100})
_WORD = re.compile(r"[^\W_]+")
_CLOCK = re.compile(r"(?<!\d):?\d{1,3}(?::\d{1,3}){1,3}(?!\d)")
# A wiki-link; the tag around a time, as `<a class="yt="yt-timestamp" ...>` is none for Markdown; a footnote's mark.
_KEPT = re.compile(
    r"(!?)\[\[([^\S\n]*[^\[\]\s][^\[\]\n]*)\]\]|\\?<a\s[^<>\n]*timestamp[^<>\n]*(?:>|(?=</a>))|\[\^[^\[\]\s]+\]:?"
)
_COMMENT = re.compile(r"%%[^%`]*%%")
_BLOCK_ID = re.compile(r"(?:(?<=\s)|^)\^[A-Za-z0-9-]+[ \t]*$", re.M)
_SIZE = re.compile(r"\d{1,5}(?:x\d{1,5})?")
_CALLOUT = re.compile(r"(<p>)\[!([^\[\]|\n]+)(?:\|[^\[\]\n]*)?\][+-]?[ \t]*(\n|</p>)?")
_TASK = re.compile(r"(<li>\s*(?:<p>)?)\[[^\[\]\n]\](?=\s)")
_TITLE = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
_OPEN, _CLOSE = "\U000f0000", "\U000f0001"  # around the number of what is kept
_STAND_IN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup time "
    "tt u var".split()
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The words of one note."""

    wanted: int
    missing: Counter[str]
    added: Counter[str]
    in_order: int


def measure_words(files: Sequence[File], options: Options) -> Section:
    """How many of all words are kept, how many in order, and how many were added."""
    compared = []
    for file in files:
        note, _ = read_note(Source(file.path, file.text), AS_WRITTEN)
        compared.append((file, compare(wanted_words(file.body, note.title), our_words(note))))
    wanted = sum(each.wanted for _, each in compared)
    missing = sum(each.missing.total() for _, each in compared)
    added = sum(each.added.total() for _, each in compared)
    figures = (
        Figure("words kept", share(wanted - missing, wanted), KEPT),
        Figure("words in order", share(sum(each.in_order for _, each in compared), wanted), IN_ORDER),
        Figure("words added", added / max(wanted, 1), most=ADDED),
    )
    worst = sorted(compared, key=lambda each: _faults(each[1]), reverse=True)
    findings = [f"{file.path}: {_said(each)}" for file, each in worst if _faults(each)]
    return Section(figures, (f"{wanted} words", *listed(findings, options.shown)))


def compare(wanted: Sequence[str], ours: Sequence[str]) -> Comparison:
    """Set the words of a note beside those that were read."""
    return Comparison(
        wanted=len(wanted),
        missing=Counter(wanted) - Counter(ours),
        added=Counter(ours) - Counter(wanted),
        in_order=int(LCSseq.similarity(wanted, ours)),
    )


def _faults(each: Comparison) -> int:
    return max(each.missing.total(), each.added.total(), each.wanted - each.in_order)


def _said(each: Comparison) -> str:
    out_of_order = each.wanted - each.in_order - each.missing.total()
    parts = [
        f"{counter.total()} {name} ({' '.join(list(counter.elements())[:10])})"
        for name, counter in (("missing", each.missing), ("added", each.added))
        if counter
    ]
    return ", ".join([*parts, *([f"{out_of_order} out of order"] if out_of_order > 0 else [])])


# --- wanted -----------------------------------------------------------------------------------------------


def wanted_words(body: str, title: str) -> list[str]:
    """The words that a reader of the note sees.

    Wiki-links show their label, in code their source; comments, block ids and the marks of footnotes are not seen; a
    callout shows its title, or its type where it has none; the box of a task is a box; a first heading that is the
    title is said by the title.
    """
    kept: list[re.Match[str]] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match)
        # A blank, as there is one in every tag: `[a](<a class="b">c</a>)` is no link.
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}{'' if match[2] else ' '}"

    text = _BLOCK_ID.sub("", _COMMENT.sub("", body))
    html = _MARKDOWN_IT.render(_KEPT.sub(keep, text))
    html = _TASK.sub(r"\1", _CALLOUT.sub(_callout, html))
    seen = Seen(kept)
    seen.feed(_without_title(html, title))
    seen.close()
    return split_words("".join(seen.parts))


def _callout(match: re.Match[str]) -> str:
    shown = match[2].replace("-", " ") if match[3] else ""
    return f"{match[1]}{shown}{match[3] or ''}"


def _without_title(html: str, title: str) -> str:
    heading = _TITLE.search(html)
    if heading and heading[1] == "1" and " ".join(unescape(re.sub("<[^>]*>", "", heading[2])).split()) == title:
        return html[: heading.start()] + html[heading.end() :]
    return html


def link_label(embed: bool, link: str) -> str:
    """What a wiki-link shows."""
    target, _, label = link.replace("\\|", "|").partition("|")
    if embed and _SIZE.fullmatch(label.rpartition("|")[2].strip()):
        label = label.rpartition("|")[0]
    return label.strip() or (PurePosixPath(target.split("#")[0]).stem if embed else target.removesuffix(".md"))


class Seen(HTMLParser):
    """The text of HTML that a reader sees; blocks and line ends part words, other tags do not."""

    def __init__(self, kept: Sequence[re.Match[str]] = ()) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.kept = kept
        self.in_code = 0
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an image says, and note where code begins."""
        self.in_code += tag in ("code", "pre")
        self.hidden += tag in ("script", "style")
        if tag not in _INLINE:
            self.parts.append(" ")
        if tag == "img":
            self.parts.append(self._filled(dict(attrs).get("alt") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        self.in_code -= tag in ("code", "pre") and self.in_code > 0
        self.hidden -= tag in ("script", "style") and self.hidden > 0
        if tag not in _INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self.hidden:
            self.parts.append(self._filled(data))

    def _filled(self, text: str) -> str:
        return _STAND_IN.sub(lambda match: self._shown(self.kept[int(match[1])]), text)

    def _shown(self, kept: re.Match[str]) -> str:
        if self.in_code:
            return kept[0]
        return f" {link_label(bool(kept[1]), kept[2])} " if kept[2] else ""


# --- ours -------------------------------------------------------------------------------------------------


def our_words(note: Note) -> list[str]:
    """The words of a note that was read: those of its body, labels and all, then those of its footnotes."""
    seen = Seen()
    seen.feed(" ".join([note.body, *(markup for _, markup in note.footnotes)]))
    seen.close()
    return split_words("".join(seen.parts))


def split_words(text: str) -> list[str]:
    """Words, case and compatibility forms folded, without clock times."""
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold()
    return _WORD.findall(_CLOCK.sub(" ", text))
