"""Times: does the reader make a moment of each place that a person reads as a time of the note's video?

Spellings are found in the source by a loose pattern of this module's own. One is readable where its digits are a clock
time, it is marked as a time (an element, a link, brackets or parentheses with nothing but clock times in them), it
stands outside of code, it is no link to a video by itself, and its note names a video. Bare digits, as in `at 3:45 PM`,
and times among other words in parentheses may be anything: they are listed, and count neither way.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from notebook_compile.model import Note, Source, Timestamp
from notebook_compile.notes.reader import read_note
from reading.sections import Figure, File, Options, Section, listed, share

READ = 0.999  # of the readable spellings
RIGHT = 0.999  # of the moments: they name the second that is written, or say that they were read otherwise

_MARKDOWN_IT = MarkdownIt("commonmark", {"maxNesting": 100})
_CLOCK = r"(?<!\d)\d{1,3}(?::\d{1,3}){1,3}(?!\d)"
_TAG = r"<[a-z]+(?:\s|%20)[^<>\n]*(?:stamp|data-?t|\byt\b)[^<>\n]*"
_ELEMENT = rf"{_TAG}>(?:[^<\n]*</[a-z]+>|[^<>\n]*)"
_FINDABLE = re.compile(
    rf"""
    (?P<wikilink>\[\[[^\[\]\n]*{_CLOCK}[^\[\]\n]*\]\])
  | (?P<link>
        \[[^\[\]\n]*\]\((?:{_ELEMENT}\)?|{_TAG}</a>\))
      | \[[^\[\]\n]*{_CLOCK}[^\[\]\n]*\]\([^()\n]*\)
      | \[[^\[\]\n]*\]\([^()\n]*(?:{_CLOCK}|\bt=\d)[^()\n]*\)
    )
  | (?P<element>{_ELEMENT})
  | (?P<brackets>[\[(]\s*{_CLOCK}(?:\s*(?:[-\u2013\u2014,;&/]|to|and)\s*{_CLOCK})*\s*[\])])
  | (?P<bare>{_CLOCK})
    """,
    re.X | re.I,
)
_CLOCKS = re.compile(_CLOCK)
_PLAIN_SECONDS = re.compile(r"\bt=(\d+)")
_TIME_ALONE = re.compile(rf"\s*[\[(]?{_CLOCK}[\])]?\s*")
_LABEL = re.compile(r"\[+(?:[^\[\]|\n]*\|)?((?:[^\[\]<\n]|<[^<>\n]*>)*)\]")
_ADDRESS = re.compile(rf"\]\((?:\#?t?=?\s*{_CLOCK}\)|\#t=|<)")
_TAGS = re.compile(r"<[^<>\n]*>")
_VIDEO = re.compile(
    r"^(?:videoId|video|url|source):[ \t]*['\"]?(?:[\w-]{11}['\"]?[ \t]*$|(?:https?:)?//|www\.|youtu)", re.M
)
_VIDEO_ID = re.compile(r"(?:youtu\.be/|[?&]v=|/(?:embed|shorts|live|v)/)([\w-]{11})(?![\w-])")
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"(?<=[\[(|])[^\[\]()|<>]*[A-Za-z]{3}[^\[\]()|<>]*(?=[\])|<])")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A place that may be a time."""

    start: int  # index into the note's text
    end: int
    text: str
    kind: str  # the pattern that found it
    why: str = ""  # why it is not readable; "" where it is

    @property
    def seconds(self) -> frozenset[int]:
        """What its digits may mean: every clock time in it, frames left out, and every `t=`."""
        clocks = {_seconds(match[0]) for match in _CLOCKS.finditer(self.text)}
        return frozenset(clocks | {int(match[1]) for match in _PLAIN_SECONDS.finditer(self.text)})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the spellings of one note."""

    read: tuple[Spelling, ...]
    left: tuple[Spelling, ...]  # stayed text
    wrong: tuple[Spelling, ...]  # read, and their moment names another second without saying so


def measure_times(files: Sequence[File], options: Options) -> Section:
    """The share of readable times that became moments, and what stayed text."""
    outcomes = []
    for file in files:
        note, _ = read_note(Source(file.path, file.text))
        outcomes.append((file, outcome(file, note)))
    read = sum(not each.why for _, found in outcomes for each in found.read)
    missed = sum(not each.why for _, found in outcomes for each in found.left)
    moments = sum(len(found.read) for _, found in outcomes)
    wrong = [
        f"{_place(file, each)} another second than `{each.text}`" for file, all_ in outcomes for each in all_.wrong
    ]
    figures = (
        Figure("readable times that became moments", share(read, read + missed), READ),
        Figure("moments of the second that is written", share(moments - len(wrong), moments), RIGHT),
    )
    rows = list(_table([(file, each) for file, found in outcomes for each in found.left]))
    lines = (f"{read} readable times read, {missed} missed", *wrong[: options.shown], "stayed text:", *rows)
    return Section(figures, tuple(listed(lines, options.shown * 4)))


def outcome(file: File, note: Note) -> Outcome:
    """Set the spellings of a note beside the moments that the reader made of it."""
    starts = [0, *(match.end() for match in re.finditer("\n", file.text))]
    moments = [
        (starts[each.place[0] - 1] + each.place[1] - 1, each) for each in note.references if isinstance(each, Timestamp)
    ]
    moments.sort(key=lambda each: each[0])
    places = [place for place, _ in moments]
    read, left, wrong = [], [], []
    behind = 0  # the end of the spelling before
    for each in spellings(file):
        here = [moment for _, moment in moments[bisect_left(places, behind) : bisect_left(places, each.end)]]
        behind = each.end
        if not here:
            left.append(each)
            continue
        read.append(each)
        if all(moment.moment.written is None and moment.moment.seconds not in each.seconds for moment in here):
            wrong.append(each)
    return Outcome(tuple(read), tuple(left), tuple(wrong))


def spellings(file: File) -> Iterator[Spelling]:
    """All places of a note that may be a time."""
    offset = len(file.front)
    code = _code(file.body)
    video = _VIDEO.search(file.front)
    for match in _FINDABLE.finditer(file.body):
        kind = match.lastgroup or ""
        why = "in code" if code[match.start()] else "" if video else "no video"
        why = why or _doubt(kind, match[0]) or _video_link(match[0])
        yield Spelling(match.start() + offset, match.end() + offset, match[0], kind, why)


def _doubt(kind: str, text: str) -> str:
    """Why a spelling may be no time of a video; "" where it is one."""
    if not any(map(_is_clock, _CLOCKS.findall(text))) and not re.search(r"\]\(#t=\d", text):
        return "no clock time"
    label = _LABEL.match(text)
    if kind == "bare":
        return "bare"
    if kind in ("link", "wikilink") and not _ADDRESS.search(text):
        return "" if label and _TIME_ALONE.fullmatch(_TAGS.sub("", label[1])) else "words"
    if kind == "brackets" and not re.search(r":\d\d(?!\d)", text):
        return "words"
    return ""


def _video_link(text: str) -> str:
    """Say so where a link leads to a video by itself: it stays a link."""
    return "video link" if _VIDEO_ID.search(text) else ""


def _is_clock(text: str) -> bool:
    fields = [int(field) for field in text.split(":")]
    return all(field < 100 for field in fields[1:3]) and (len(fields) == 2 or fields[0] < 100)


def _seconds(clock: str) -> int:
    total = 0
    for field in clock.split(":")[:3]:
        total = total * 60 + int(field)
    return total


def _code(body: str) -> bytearray:
    """For each character whether it stands in code."""
    code = bytearray(len(body))
    starts = [0, *(match.end() for match in re.finditer("\n", body))]
    for match in _INLINE_CODE.finditer(body):
        code[match.start() : match.end()] = b"\1" * len(match[0])
    for token in _MARKDOWN_IT.parse(body):
        if token.type in ("fence", "code_block") and token.map:
            first, last = (starts[min(line, len(starts) - 1)] for line in token.map)
            last = len(body) if token.map[1] >= len(starts) else last
            code[first:last] = b"\1" * (last - first)
    return code


def _place(file: File, spelling: Spelling) -> str:
    return f"{file.path}:{file.text.count(chr(10), 0, spelling.start) + 1}"


def _table(left: Sequence[tuple[File, Spelling]]) -> Iterator[str]:
    """The shapes of spellings, those that should have been read first, then by number."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for file, each in left:
        shape = (each.why or "MISSED", _DIGIT.sub("9", _WORDS.sub("words", each.text)))
        counts[shape] += 1
        examples.setdefault(shape, _place(file, each))
    for shape, count in sorted(counts.items(), key=lambda each: (each[0][0] != "MISSED", -each[1])):
        yield f"{count:6} {shape[0]:13} {shape[1][:110]}   {examples[shape]}"
