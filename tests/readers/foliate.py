"""A book open in foliate-js, which headless Chromium runs: what its reader sees and may do.

Nothing comes from the network: what the page asks for is taken from `node_modules` and from memory.
"""

from __future__ import annotations

import io
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
FOLIATE = HERE / "node_modules" / "foliate-js"
ORIGIN = "https://reader.test"  # a name that RFC 6761 keeps for tests

# A screen of 6 inches, 1072 x 1448 pixels at 300 ppi, as a Kindle's or a Kobo Clara's.
WIDTH, HEIGHT, DENSITY = 536, 724, 2
SIZE = "html { font-size: 22px }"  # 10.5 pt on such a screen


@dataclass(frozen=True, slots=True)
class Light:
    """The colours that a reader's owner has chosen."""

    ink: str
    paper: str
    link: str


PATIENCE = 10_000  # milliseconds
DAY = Light("#000", "#fff", "#00e")
NIGHT = Light("#fff", "#000", "#9cf")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader is."""

    fraction: float  # of the book, at the page's end
    section: int
    chapter: str  # as the contents call it
    page: str  # of the printed book, "" without a page list
    text: str  # of the page


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the contents, the landmarks or the page list."""

    label: str
    href: str
    type: tuple[str, ...]
    below: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note that popped up."""

    text: str  # as it is seen, without the ways back
    id: str
    type: str
    hidden: bool  # whether a reader may leave it out of the text


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a section, and whether the reader takes it for a note's mark."""

    href: str
    id: str
    text: str
    role: str
    note: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Letters or a picture on a page: edges from the page's corner in CSS pixels; `page` counts from 0."""

    kind: str  # word, picture; clipped: a box that does not show all that it holds
    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


# foliate-js measures the body of a pop-up (paginator.js) that was closed meanwhile, where the machine is busy.
_OF_A_CLOSED_PAGE = re.compile("Failed to execute 'getComputedStyle'.* parameter 1 is not of type 'Element'")


class Foliate:
    """A book that is being read."""

    def __init__(self, browser: Any, book: bytes, name: str = "book.epub") -> None:
        """Open it at its first page; the name tells its format."""
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=DENSITY)
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()
        self.errors: list[str] = []  # what the reader complained of, and what it asked the network for
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))
        self.page.route("**/*", lambda route: self._answer(route, {f"/{name}": book}))
        self.page.goto(f"{ORIGIN}/reader.html")
        self.page.wait_for_function("globalThis.reader")
        self.dress(DAY)
        self._ask("address => reader.open(address)", f"/{name}")

    def close(self) -> None:
        self.page.context.close()

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not _OF_A_CLOSED_PAGE.search(text):
            self.errors.append(text)

    def _answer(self, route: Any, files: dict[str, bytes]) -> None:
        address = urlsplit(route.request.url)
        path = unquote(address.path)
        file = HERE / "reader.html" if path == "/reader.html" else FOLIATE.parent / path.lstrip("/")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        if f"{address.scheme}://{address.netloc}" == ORIGIN and path in files:
            route.fulfill(body=files[path], content_type=kind)
        elif f"{address.scheme}://{address.netloc}" == ORIGIN and file.is_file():
            route.fulfill(path=file, content_type="text/javascript" if file.suffix == ".js" else kind)
        else:
            self.errors.append(f"asked for {route.request.url}")
            route.abort()

    def _ask(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    # --- the book -------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return str(self._ask("reader.book")["title"])

    @property
    def sections(self) -> list[str]:
        """The files of the spine."""
        return [str(name) for name in self._ask("reader.book")["sections"]]

    @property
    def contents(self) -> tuple[Entry, ...]:
        return _entries(self._ask("reader.book")["toc"])

    @property
    def landmarks(self) -> tuple[Entry, ...]:
        return _entries(self._ask("reader.book")["landmarks"])

    @property
    def page_list(self) -> tuple[Entry, ...]:
        return _entries(self._ask("reader.book")["pages"])

    # --- reading --------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        return _place(self._ask("reader.place"))

    def turn(self) -> Place:
        """To the next page."""
        return _place(self._ask("reader.turn()"))

    def go_to(self, href: str | int) -> Place:
        """To a file of the package, with or without a fragment, or to a section by its number."""
        return _place(self._ask("target => reader.goTo(target)", href))

    def go_back(self) -> Place:
        """To where the last link was followed."""
        return _place(self._ask("reader.goBack()"))

    def pages(self) -> Iterator[Place]:
        """From the first page to the last, each as it is shown."""
        place = self.go_to(0)
        yield place
        while (following := self.turn()) != place:
            place = following
            yield place

    @property
    def links(self) -> list[Link]:
        """Those of the section."""
        return [Link(**link) for link in self._ask("reader.links")]

    def follow(self, selector: str) -> Place:
        """Click on a link of the section that is shown, wait for the place that it leads to."""
        spot = self._ask("selector => reader.turnTo(selector)", selector)
        count = len(self._ask("reader.followed"))
        self.page.mouse.click(*spot)
        self.page.wait_for_function("count => reader.followed.length > count", arg=count)
        return self.place

    def turn_to(self, selector: str) -> Place:
        """To the page of the section that holds an element."""
        self._ask("selector => reader.turnTo(selector)", selector)
        return self.place

    def open_note(self, selector: str) -> Note:
        """Click on a note's mark, wait for what pops up, close it."""
        count = len(self._ask("reader.notes"))
        self.page.mouse.click(*self._ask("selector => reader.turnTo(selector)", selector))
        self.page.wait_for_function("count => reader.notes.length > count", arg=count)
        self._ask("reader.closeNote()")
        return Note(**self._ask("reader.notes.at(-1)"))

    # --- looks ----------------------------------------------------------------------------------------------

    def dress(self, light: Light) -> None:
        """Show the sections that follow in these colours, which the book's own rules may not hinder."""
        colours = f"html {{ color: {light.ink}; background: {light.paper} }} a:any-link {{ color: {light.link} }}"
        self._ask("styles => reader.dress(...styles)", [f"{SIZE} {colours}", "", light.paper])

    def marks(self) -> list[Mark]:
        """What stands on the pages of the section."""
        strip = self._ask("reader.strip")
        found = []
        for mark in self._ask("reader.marks"):
            page = int(mark["left"] // strip["page"])
            corner = page * strip["page"]
            edges = mark["left"] - corner, mark["top"], mark["right"] - corner, mark["bottom"]
            found.append(Mark(mark["kind"], mark["text"], page, *edges))
        return found

    @property
    def bounds(self) -> tuple[float, float]:
        """The left and the right edge of a page's text."""
        strip = self._ask("reader.strip")
        return strip["side"], strip["page"] - strip["side"]

    def shown(self) -> list[Mark]:
        """What stands on the page that is shown, by its place in the picture of it, in pixels of the screen."""
        strip = self._ask("reader.strip")
        number = -round((strip["left"] - WIDTH / 2 + strip["page"] / 2) / strip["page"])
        left = strip["left"] + number * strip["page"]
        return [
            Mark(
                mark.kind,
                mark.text,
                mark.page,
                (mark.left + left) * DENSITY,
                (mark.top + strip["top"]) * DENSITY,
                (mark.right + left) * DENSITY,
                (mark.bottom + strip["top"]) * DENSITY,
            )
            for mark in self.marks()
            if mark.page == number
        ]

    def picture(self) -> Image.Image:
        """The screen."""
        return Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")


def _place(place: dict[str, Any]) -> Place:
    return Place(
        place["fraction"],
        place["section"],
        place.get("chapter") or "",
        place.get("page") or "",
        place.get("text") or "",
    )


def _entries(items: list[dict[str, Any]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(item["label"], item["href"] or "", tuple(item["type"]), _entries(item["below"])) for item in items
    )
