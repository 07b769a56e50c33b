"""Videos and moments in them: what an author wrote becomes one short address, a moment becomes a link and a clock time.

Text comes in, addresses go out. Nothing is fetched: whether a video exists is never asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from notebook_compile.model import Moment

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_HOSTS = frozenset({"youtube.com", "youtube-nocookie.com"})
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v|e)/([A-Za-z0-9_-]{11})(?:/|$)")
# The video's number, alone or behind a channel's name, and the key of an unlisted video: vimeo.com/1234/0a1b2c3d.
_VIMEO_PATH = re.compile(r"/(?:[^/]+/)*?([0-9]+)(?:/([0-9a-f]{6,}))?/?")
_VIMEO_KEY = re.compile(r"[0-9a-f]{6,}")
_WITHOUT_SCHEME = re.compile(r"(?://)?(?:[a-z-]+\.)?(?:youtube\.com|youtube-nocookie\.com|youtu\.be|vimeo\.com)/", re.I)


def clock(seconds: int) -> str:
    """Seconds as hours, minutes and seconds: 975 is `00:16:15`, the form that nearly all notes write times in."""
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}"


def address(moment: Moment) -> str:
    """The address that opens a moment's video at its second; the video's own where the site has no such address."""
    video = video_address(moment.video)
    if video is None:
        return moment.video
    if video.startswith("https://youtu.be/"):
        return f"{video}?t={moment.seconds}"
    if video.startswith("https://vimeo.com/") and _VIMEO_PATH.fullmatch(video.removeprefix("https://vimeo.com")):
        return f"{video}#t={moment.seconds}s"
    return video


@lru_cache(maxsize=4096)
def video_address(text: str) -> str | None:
    """The short address of the video that a text names: a YouTube id, or any address; None if it is neither.

    YouTube and Vimeo addresses of every form lose their time, list and tracking; another site's stays as it is.
    """
    text = text.strip()
    if _YOUTUBE_ID.fullmatch(text):
        return f"https://youtu.be/{text}"
    return known_video(text) or (text if _web_address(text) else None)


def known_video(text: str) -> str | None:
    """The short address of a video of YouTube or Vimeo; None for any other text."""
    text = text.strip()
    if _WITHOUT_SCHEME.match(text):
        text = "https://" + text.removeprefix("//")
    parts = _web_address(text)
    return (_youtube(parts) or _vimeo(parts)) if parts else None


def _web_address(text: str) -> SplitResult | None:
    """The parts of an http or https address, None for any other text."""
    if any(character.isspace() or not character.isprintable() for character in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:  # as `http://[`
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _site(parts: SplitResult) -> str:
    """The host without `www.`, `m.`, `music.` and `player.`, which serve the same videos."""
    return re.sub(r"^(?:www|m|music|player)\.", "", parts.hostname or "")


def _youtube(parts: SplitResult) -> str | None:
    site = _site(parts)
    found = ""
    if site == "youtu.be":
        found = parts.path.strip("/").split("/")[0]
    elif site in _YOUTUBE_HOSTS:
        match = _YOUTUBE_PATH.match(parts.path)
        found = match[1] if match else parse_qs(parts.query).get("v", [""])[0]
    return f"https://youtu.be/{found}" if _YOUTUBE_ID.fullmatch(found) else None


def _vimeo(parts: SplitResult) -> str | None:
    match = _VIMEO_PATH.fullmatch(parts.path) if _site(parts) == "vimeo.com" else None
    if match is None:
        return None
    key = match[2] or parse_qs(parts.query).get("h", [""])[0]
    return f"https://vimeo.com/{match[1]}" + (f"/{key}" if _VIMEO_KEY.fullmatch(key) else "")
