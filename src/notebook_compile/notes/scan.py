"""Find what leads out of a note in its source: wiki-links, embeds and times, each with its place.

Python-Markdown gives its inline processors no source positions, and its tables split at the bar of `[[a|b]]`. So these
constructs are found first, and a stand-in of private-use characters takes the place of each until the Markdown is
read. A stand-in that turns up in code goes back to its source text (`restore`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_OPEN, _CLOSE = "\ue001", "\ue002"
_DIGITS = {ord(str(digit)): chr(0xE010 + digit) for digit in range(10)}
_NUMBERS = {code: ord(str(digit)) for digit, code in enumerate(range(0xE010, 0xE01A))}
_RESERVED = dict.fromkeys(range(0xE000, 0xE020), "\ufffd")
_ANY_RESERVED = re.compile("[\ue000-\ue01f]")

STAND_IN = re.compile(f"{_OPEN}([\ue010-\ue019]+){_CLOSE}")

_CLOCK = r"\d{1,3}(?::\d{1,3}){1,3}"
_HOURS = r"\d{1,2}:\d\d:\d\d"
_APART = r"[^\S\n]*[-\u2013,;&][^\S\n]*"  # [00:10-00:20], [00:10, 00:20]: the first is the time
# Scripts without blanks between words: a bracket right behind one of their letters is not an index, as `a[1:2]` is.
_UNSPACED = r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
# <a class="yt-timestamp" data-t="00:16:15">[00:16:15]</a>, with the class or the attribute's name misspelt
_ANCHOR = r"<a(?:\s|%20)+class=(?=[^<>\n]*(?:yt|timestamp|data-t))[^<>\n]*(?:>|(?=</a>))"
# A video's address whose id is made up: the id has 11 characters.
_NO_VIDEO = r"https?://(?:(?:www|m)\.)?youtube\.com/watch\?v=(?![\w-]{11}(?![\w-]))[^()\s]*"
_FOUND = re.compile(
    rf"""(?=[!\[<(])(?:
    (?<!\\)(?P<embed>!?)\[\[(?P<link>[^\S\n]*[^\[\]\s][^\[\]\n]*)\]\]
  | (?:\[(?P<label>[^\[\]\n<>]*)\]\()? (?P<bracket>\[?) (?P<anchor>{_ANCHOR})
        (?P<text>[^<>\n]*(?=</a>)|[^<>()\n]*(?=\)))(?:</a>)? (?P<rest>\]?\)?(?:(?<=\])\(https?://[^()\s]*\))?)
  | (?<![\\!\]\w])\[(?P<shown>{_CLOCK})\]\((?P<address>\#?(?:t?=?\s*{_CLOCK}|t=[\dhms]+)?|{_NO_VIDEO})\)
  | (?:(?<![\\!\w])|(?<={_UNSPACED}))\[(?P<plain>{_CLOCK}(?:{_APART}{_CLOCK})*)\](?!\(|\[(?!{_CLOCK}\]))
  | (?:(?<![\\!\w\]])|(?<={_UNSPACED}))\((?P<round>{_HOURS}(?:{_APART}{_HOURS})*)\)
    )""",
    re.X,
)
# [[a | 00:16:15]], [[a | (00:16:15)]], [[a | <a ...>00:16:15</a>]]
_LABEL_TIME = re.compile(rf"\|\s*(?:<a\b[^<>]*>|\()?({_CLOCK})(?:</a>|\))?\s*\Z")
_DATA_TIME = re.compile(r"""data(?:-t)?\s*=\s*["']?\s*([^"'<>]*)""")
_CLOCK_ALONE = re.compile(rf"\[?{_CLOCK}\]?|")
_ANY_CLOCK = re.compile(_CLOCK)


@dataclass(frozen=True, slots=True)
class Found:
    """A wiki-link, an embed or a time in a note's source."""

    start: int  # index into the text
    end: int
    source: str
    link: str = ""  # what stands between the brackets of a wiki-link
    embed: bool = False
    times: tuple[str, ...] = ()  # the texts that may be its time, the most trusted first
    shown: str = ""  # what a reader sees of a time

    @property
    def is_time(self) -> bool:
        """Whether this is a time and nothing else; a link whose label is a time is none."""
        return bool(self.times) and not self.link

    @property
    def inner(self) -> int:
        """Where a time starts within the parentheses that it stands alone in."""
        return self.start + self.source.startswith(("([", "(<"))


def scan(text: str, start: int = 0) -> tuple[str, tuple[Found, ...]]:
    """The text from `start`, each link and time replaced by its stand-in, and what was found, in order."""
    found: list[Found] = []
    parts: list[str] = []
    end = start
    for match in _FOUND.finditer(text, start):
        item = _found(match)
        if item.is_time and _CLOCK_ALONE.fullmatch(item.shown):
            item = _with_parentheses(item, text)
        before = text[end : item.start]
        if item.is_time and before.endswith("]("):  # else the stand-in would be taken for a link's address
            before = before[:-1] + "\\("
        parts += [before, stand_in(len(found))]
        found.append(item)
        end = item.end
    parts.append(text[end:])
    return "".join(parts), tuple(found)


def without_reserved(text: str) -> str:
    """The text without the private-use characters that stand-ins are made of."""
    return text.translate(_RESERVED) if _ANY_RESERVED.search(text) else text


def stand_in(number: int) -> str:
    """The characters that stand for what was found as this number."""
    return _OPEN + str(number).translate(_DIGITS) + _CLOSE


def number_of(match: re.Match[str]) -> int:
    """The number that a match of STAND_IN stands for."""
    return int(match[1].translate(_NUMBERS))


def restore(text: str, found: tuple[Found, ...]) -> str:
    """The text with the source of each stand-in back in its place, as it is in code."""
    return STAND_IN.sub(lambda match: found[number_of(match)].source, text)


def _found(match: re.Match[str]) -> Found:
    start, end = match.span()
    if match["link"] is not None:
        return _link(match)
    clocks = match["plain"] or match["round"]
    if clocks is not None:
        time = _ANY_CLOCK.match(clocks)
        first = time[0] if time else ""
        return Found(start, end, match[0], times=(first,), shown=first if first == match["plain"] else match[0])
    if match["shown"] is not None:
        times = tuple(time for time in (match["address"].lstrip("#"), match["shown"]) if time)
        return Found(start, end, match[0], times=times, shown=match["shown"])
    return _anchor(match)


def _with_parentheses(item: Found, text: str) -> Found:
    """The time with the parentheses in which it stands alone: round a footnote's mark they would be empty."""
    start, end = item.start - 1, item.end + 1
    if start < 0 or text[start] != "(" or text[item.end : end] != ")" or text[start - 1 : start] in ("]", "\\"):
        return item
    return replace(item, start=start, end=end, source=text[start:end])


def _link(match: re.Match[str]) -> Found:
    link = match["link"]
    time = _LABEL_TIME.search(link)
    if time:
        link = f"{link[: time.start()]}|{re.sub('<[^<>]*>', '', time[0][1:])}"
    times = (time[1],) if time else ()
    return Found(*match.span(), match[0], link=link, embed=bool(match["embed"]), times=times)


def _anchor(match: re.Match[str]) -> Found:
    """A time in an element, with the brackets or the Markdown link around it, so far as they belong to it."""
    start, end = match.span()
    rest = match["rest"]
    if match["label"] is None and not match["bracket"]:
        end -= len(rest)
    elif match["label"] is None and not rest.startswith("]"):
        start, end = match.start("anchor"), end - len(rest)
    data = _DATA_TIME.search(match["anchor"])
    inside = _ANY_CLOCK.search(match["anchor"])
    texts = (data[1] if data else "", match["text"], match["label"] or "", inside[0] if inside else "")
    times = tuple(text.strip() for text in texts if text.strip())
    label, text = (match["label"] or "").strip(), match["text"].strip()
    shown = label if _ANY_CLOCK.search(text) and not _ANY_CLOCK.search(label) else text
    shown = shown or text or label
    return Found(start, end, match.string[start:end], times=times or ("",), shown=shown)
