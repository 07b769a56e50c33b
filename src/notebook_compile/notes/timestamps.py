"""Times in a note become moments of its video; a time that names none stays as text."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from notebook_compile.model import Moment, Timestamp
from notebook_compile.moments import clock
from notebook_compile.notes.clock import Time, read_time, without_added_zeros
from notebook_compile.notes.reading import Reading
from notebook_compile.notes.scan import Found

_ELEMENT = re.compile("<[^<>]*>?")
_BRACKETS = re.compile(r"\A\[(.*)\]\Z", re.DOTALL)
_START_OF_BLOCK = re.compile(
    r"<(?:p|li|td|th|dd|dt|h[1-6]|div|blockquote|summary)(?: [^<>]*)?>\s*"
    r"(?:<span class=\"task-box\">[^<>]*</span>\s*)?(?:<(?:strong|em|mark|b|i|u)>\s*)*\Z"
)


def read_times(found: tuple[Found, ...]) -> tuple[Time | None, ...]:
    """The time of each thing found; None for links, and for what cannot be read as a time."""
    read = [_read_found(item) for item in found]
    right = iter(without_added_zeros([time for time in read if time]))
    return tuple(next(right) if time else None for time in read)


def time_markup(
    reading: Reading, item: Found, time: Time | None, video: str | None, before: str, after_mark: bool
) -> str:
    """The markup of a time behind the markup `before`, which is part of the result.

    The mark of a footnote stands close behind the word before it; marks in a row are kept apart by a thin space; a
    time that opens its paragraph is a label, so the clock stays in the text.
    """
    place = reading.place(item.inner)
    if time is None:
        reading.say("bad-time", place, f"`{item.source}` is not a time", "write [HH:MM:SS]")
        return before + escape(_as_written(item) or item.times[0])
    if video is None:
        text = item.shown or clock(time.seconds)
        message = f"`{text}` names a time, and the note no video"
        reading.say("time-without-video", place, message, "add `videoId:` to the frontmatter")
        return before + escape(_as_written(item) or f"[{text}]")
    mark = time_mark(reading, item, time, video)
    words = "" if read_time(item.shown) or not item.shown else _BRACKETS.sub(r"\1", item.shown)
    if words:
        return before + escape(words) + mark
    if after_mark and not before.strip():
        return "\u2009" + mark
    if _START_OF_BLOCK.search(before):
        return before + clock(time.seconds) + mark
    return before.rstrip() + mark


def _as_written(item: Found) -> str:
    """A time as a reader sees it: its source without tags and addresses."""
    return item.shown if "](" in item.source else _ELEMENT.sub("", item.source)


def time_mark(reading: Reading, item: Found, time: Time, video: str) -> str:
    """The mark of a time's footnote."""
    return f'<ref n="{reading.refer(_timestamp(reading, item, time, video))}"></ref>'


def _timestamp(reading: Reading, item: Found, time: Time, video: str) -> Timestamp:
    written = None
    if time.repaired:
        source, original = next((text, found) for text in item.times if (found := read_time(text)))
        written = original.seconds if original.seconds != time.seconds else None
        reading.say("repaired-time", reading.place(item.inner), f"`{source}` is read as {clock(time.seconds)}")
    return Timestamp(Moment(video, time.seconds, written), reading.place(item.inner))


def _read_found(item: Found) -> Time | None:
    """The time of the most trusted text that reads as one; where texts differ, one that needs no repair."""
    read = [time for text in item.times if (time := read_time(text))]
    return next((time for time in read if not time.repaired), read[0] if read else None)
