"""Folios: printed page numbers, laid out as placeholders and filled in when the book is bound.

A late number is laid out as the ten digits `0123456789` in a box as wide as the number will be, so that layout depends
on the count of digits alone. The glyphs that show these digits are the ten figures of exactly the font, size and
features that stand at this place, and any number can be written with them afterwards. In a list of pages numbers have
room for more digits than they may need, so that layout does not depend on them at all, and what follows on the line
moves up to them.

In: markup for chapters (`number`), content for margin boxes (`folio_content`), and a laid-out document. Out: where on
its pages the numbers stand (`PlacedNumber`), and the operators that print them (`show`). Never: layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pydyf
    from weasyprint import Document

DIGITS = "0123456789"

# The private schemes of addresses in signatures; binding turns them into destinations.
LINK_SCHEME = "xref:"
NUMBER_SCHEME = "folio:"
COUNT_SCHEME = "count:"
_NUMBER_ADDRESS = re.compile(rf"(?:{NUMBER_SCHEME}|{COUNT_SCHEME})(?P<digits>\d+)(?P<toward>[lr]?):(?P<target>.*)")

Align = Literal["left", "center", "right"]
Side = Literal["both", "recto", "verso"]

# The placeholder of a folio ends in a figure for its kind: on which pages it stands, and which share of the width that
# a short number leaves goes before it.
_KINDS: tuple[tuple[Side, Align, float], ...] = tuple(
    (side, align, share)
    for side in get_args(Side)
    for align, share in zip(get_args(Align), (0.0, 0.5, 1.0), strict=True)
)
_FOLIO_WIDTH = len(DIGITS) + 1
# Bytes that the shift of a number takes, and figures of a folio, as a rule: more are possible.
_SHIFT = len("-1234.56")
_USUAL_FOLIO = 4

# Numbers take nothing from the text around them that could change their width. Underlines would run under all ten
# digits, so there are none.
STYLES = (
    """
.late-number {
  display: inline-block; direction: ltr; text-align: left; text-align-last: left; text-indent: 0; text-transform: none;
  white-space: nowrap; letter-spacing: 0; word-spacing: 0; hyphens: manual; text-decoration: none;
  font-variant-numeric: lining-nums tabular-nums;
}
"""
    + "".join(f".late-number-{digits} {{ width: {digits}ch }}\n" for digits in range(1, 11))
    + "".join(
        f'@counter-style folio-{side}-{align} {{ system: cyclic; symbols: "{DIGITS}{figure}"; suffix: "" }}\n'
        for figure, (side, align, _) in enumerate(_KINDS)
    )
)


class UnevenFiguresError(ValueError):
    """A font whose figures are of different widths, so that a number's width depends on more than its digits' count."""


class PlacedNumber(NamedTuple):
    """A late number on a page, with all that is needed to print it; offsets are in the decoded content stream.

    Glyph codes are hexadecimal; widths are in thousandths of the font's size (ISO 32000-2, 9.2.4).
    """

    target: str  # name of the anchor whose page's number is printed, or of a count; "" for the page's own
    page: int  # zero-based in the signature
    stream: int  # object number of the content stream that it stands in
    start: int  # of the operator that shows the placeholder
    end: int
    digits: int  # how many figures the space holds
    share: float  # of the space left over, what goes before the number: 0, 0.5 or 1
    glyphs: tuple[str, ...]  # the codes of the figures 0 to 9
    width: float  # of each figure
    size: float  # of the font, in CSS pixels
    before: str = ""  # what the same operator shows before and after the number, as elements of its array
    after: str = ""
    side: Side = "both"  # the pages that it stands on: on others the whole operator shows nothing
    toward: int = 0  # where what follows on the line moves if space is left over: to the left (1), to the right (-1)
    follows: bool = False  # whether it moves so with what stands before it on its line
    link: int = -1  # the link that is on it: its number in the document, then in the sheaf


def address(target: str) -> str:
    """The address of an anchor anywhere in the book, for a link's `href`."""
    return LINK_SCHEME + quote(target, safe="")


def number(target: str, digits: int) -> str:
    """The markup of a late number: a link to the anchor `target`, as wide as a number of so many digits (1 to 10)."""
    href = escape(f"{NUMBER_SCHEME}{digits}:{quote(target, safe='')}")
    return f'<a class="late-number late-number-{digits}" href="{href}">{DIGITS}</a>'


def listed(target: str, room: int, *, leftward: bool) -> str:
    """The markup of a number in a list: it has room for so many digits, and what follows moves up to it.

    The list, in a text that is not justified, is read to the left or to the right.
    """
    toward = "r" if leftward else "l"
    return number(target, room).replace(f"{NUMBER_SCHEME}{room}:", f"{NUMBER_SCHEME}{room}{toward}:", 1)


def count(name: str, digits: int) -> str:
    """The markup of a late number that is no page's, as that of a chapter: it has a name, and leads nowhere."""
    return number(name, digits).replace(NUMBER_SCHEME, COUNT_SCHEME, 1)


def is_count(uri: str) -> bool:
    """Whether an address is that of a late number which leads nowhere."""
    return uri.startswith(COUNT_SCHEME)


def folio_content(align: Align, side: Side = "both") -> str:
    """The `content` of a margin box that prints the page's own number; align the box's text likewise.

    Other text may stand beside it in the same `content`. The box needs the width of eleven figures, and prints numbers
    of up to ten; a font without figures of equal width needs `font-variant-numeric: tabular-nums`. Whether a page is a
    recto or a verso is known when the book is bound, so a theme fills the boxes of both sides, and on each page one of
    them, with all its text, stays empty.
    """
    return f"counter(page, folio-{side}-{align})"


def target_of(uri: str) -> str | None:
    """The anchor that a private address leads to, None for any other address."""
    if uri.startswith(LINK_SCHEME):
        return unquote(uri.removeprefix(LINK_SCHEME))
    if match := _NUMBER_ADDRESS.fullmatch(uri):
        return unquote(match["target"])
    return None


def pieces(data: bytes, numbers: Sequence[PlacedNumber]) -> tuple[list[bytes], list[int]]:
    """A content stream with gaps for its late numbers: what stands before, between and behind these, and their rooms.

    A number has a gap for what opens its operator and one for its figures, or one for both.
    """
    parts, rooms, end = [b""], [], 0
    for number in numbers:
        parts[-1] += data[end : number.start]
        for room, behind in _gaps(number):
            rooms.append(room)
            parts.append(behind)
        end = number.end
    parts[-1] += data[end:]
    return parts, rooms


def slack(number: PlacedNumber, digits: str) -> float:
    """How far what follows a number in a list moves to the left, in CSS pixels."""
    return number.toward * _left_over(number, digits) * number.size / 1000


def _left_over(number: PlacedNumber, digits: str) -> float:
    """The space that a number leaves, in thousandths of its font's size."""
    return max(0, number.digits - len(digits)) * number.width


def texts(number: PlacedNumber, digits: str, side: Side, moved: float = 0.0) -> list[bytes]:
    """What stands in the gaps of a number, on a recto or a verso: with `pieces`, an operator TJ (9.4.3).

    It is `moved` to the left by so many CSS pixels. On a side that it is not for, it is a comment (7.2.4).
    """
    shift = round(moved * 1000 / number.size - _left_over(number, digits) * number.share, 2)
    comment = "" if number.side in ("both", side) else "%"
    opening = f"{comment}[{shift:g}" if shift else f"{comment}["
    if not number.glyphs:
        return [opening.encode()]
    shown = f"<{''.join(number.glyphs[int(digit)] for digit in digits)}>"
    return [opening.encode(), shown.encode()] if number.before else [(opening + shown).encode()]


def _gaps(number: PlacedNumber) -> list[tuple[int, bytes]]:
    """The rooms of a number's gaps, each with what stands behind it."""
    opening = len("%[" if number.side != "both" else "[") + (_SHIFT if number.share or number.follows else 0)
    after = f"{number.after}] TJ".encode()
    if not number.glyphs:
        return [(opening, number.before.encode() + after)]
    shown = len("<>") + len(number.glyphs[0]) * (number.digits if number.target else _USUAL_FOLIO)
    if not number.before:
        return [(opening + shown, after)]
    return [(opening, number.before.encode()), (shown, after)]


# --- finding ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Face:
    """A font as WeasyPrint used it on the pages."""

    family: str
    texts: dict[int, str]  # glyph: the text that it stands for
    widths: dict[int, float]


def find_numbers(
    document: Document, contents: Sequence[Sequence[pydyf.Stream]], links: Mapping[tuple[int, int], MarkedLink]
) -> tuple[PlacedNumber, ...]:
    """The late numbers on the pages, those in each stream in the order in which they are drawn.

    `contents` are the streams of each page, as lists of operators; `links` tells where marked content leads to, by
    page and marked content identifier. With them come the texts that move with numbers.
    """
    faces = _faces(document)
    found: list[PlacedNumber] = []
    for page, streams in enumerate(contents):
        for stream in streams:
            row = None
            for mcid, texts in _marked_texts(stream.stream, faces):
                where = (page, stream.number)
                if mcid is None:  # an artifact
                    found.extend(_folio(where, texts))
                    continue
                row = row if row and row.goes_on(texts[0]) else None
                link = links.get((page, mcid), MarkedLink("", -1))
                if match := _NUMBER_ADDRESS.fullmatch(link.address):
                    toward = _TOWARD[match["toward"]]
                    found.extend(
                        number._replace(toward=toward, follows=bool(row), link=link.annotation)
                        for number in _number(where, texts, unquote(match["target"]), int(match["digits"]), toward)
                    )
                    row = row or (_Row(texts[0], toward) if toward else None)
                elif row:
                    found.extend(_follower(where, text) for text in texts if text.begins)
    return tuple(found)


_TOWARD = {"": 0, "l": 1, "r": -1}


class MarkedLink(NamedTuple):
    """Where marked content leads to."""

    address: str
    annotation: int  # the number of the annotation


@dataclass(frozen=True, slots=True)
class _Row:
    """The part of a line that begins with a number of a list."""

    first: _Shown
    toward: int

    def goes_on(self, text: _Shown) -> bool:
        """Whether a text, drawn behind the row, stands on its line."""
        (x, y), (first, line) = text.place, self.first.place
        return y == line and (x - first) * self.toward > 0


def _follower(where: tuple[int, int], text: _Shown) -> PlacedNumber:
    """A text that moves with what stands before it on its line."""
    return PlacedNumber("", *where, text.start, text.end, 0, 0.0, (), 0.0, text.size, text.shown, "", follows=True)


def _faces(document: Document) -> dict[str, _Face]:
    """The document's fonts by their names in content streams; WeasyPrint may hold one font several times."""
    faces: dict[str, _Face] = {}
    for font in document.fonts.values():
        face = faces.setdefault(font.hash, _Face(font.family, {}, {}))
        face.texts.update(font.to_unicode)
        face.widths.update(font.widths)
    return faces


@dataclass(frozen=True, slots=True)
class _Shown:
    """An operator that shows text."""

    start: int
    operator: bytes
    face: _Face
    box: int  # offset of the marked-content sequence (ISO 32000-2, 14.6) that it is in: a line's piece of one style
    font: bytes  # the operator Tf that holds for it
    matrix: bytes  # and Tm
    begins: bool  # whether it stands where this tells, not behind another text

    @property
    def end(self) -> int:
        return self.start + len(self.operator)

    @property
    def size(self) -> float:
        """Of its font, in CSS pixels."""
        return float(self.font.split()[1])

    @property
    def place(self) -> tuple[float, float]:
        """Where it begins on the page, in CSS pixels from wherever the page has its origin."""
        *_, x, y, _ = self.matrix.split()
        return float(x), float(y)

    @property
    def shown(self) -> str:
        """The elements of its array."""
        return self.operator.removeprefix(b"[").removesuffix(b"] TJ").decode()


def _marked_texts(operators: Sequence[Any], faces: dict[str, _Face]) -> Iterator[tuple[int | None, list[_Shown]]]:
    """What is shown for each marked content identifier, and, under None, what each margin box shows."""
    offset, box, face, mcid = 0, 0, _Face("", {}, {}), None
    font, matrix, begins = b"", b"", False
    texts: list[_Shown] = []
    for operator in operators:
        data = operator if isinstance(operator, bytes) else written(operator)
        if data.endswith(b"] TJ"):
            texts.append(_Shown(offset, data, face, box, font, matrix, begins))
            begins = False
        elif data.endswith(b" Tm"):
            matrix, begins = data, True
        elif data.endswith(b" Tf"):
            face, font = faces[data[1 : data.index(b" ")].decode()], data
        elif isinstance(operator, dict):
            box, mcid = offset, operator.get("MCID")
        elif texts and data == (b"Q" if mcid is None else b"EMC"):  # each margin box has a graphics state of its own
            yield mcid, texts
            texts = []
        offset += len(data) + 1


def written(operator: Any) -> bytes:
    """An item of a content stream as it will be written."""
    if isinstance(operator, bytes):
        return operator
    return operator.encode() if isinstance(operator, str) else bytes(operator.data)


_NUMBER = re.compile(DIGITS)
_FOLIO = re.compile(f"{DIGITS}([0-{len(_KINDS) - 1}])")


def _number(
    where: tuple[int, int], texts: list[_Shown], target: str, digits: int, toward: int
) -> Iterator[PlacedNumber]:
    """The late number that a link shows."""
    for text in texts:
        if split := _split(text, _NUMBER):
            width, share = _figure_width(split.glyphs, text.face), 0.0 if toward > 0 else 1.0
            yield PlacedNumber(target, *where, text.start, text.end, digits, share, split.glyphs, width, text.size)


def _folio(where: tuple[int, int], texts: list[_Shown]) -> Iterator[PlacedNumber]:
    """The folio that a margin box shows, if it shows one, and the texts beside it that move or vanish with it."""
    splits = [_split(text, _FOLIO) for text in texts]
    at = next((index for index, split in enumerate(splits) if split), None)
    if at is None or not (folio := splits[at]):
        return
    side, _, share = _KINDS[int(folio.found[1])]
    width = _figure_width(folio.glyphs, texts[at].face)
    first = next(index for index, text in enumerate(texts) if text.box == texts[at].box)
    for index, text in enumerate(texts):
        # The width that is left over goes before the first text of the line.
        place = (*where, text.start, text.end, _FOLIO_WIDTH, share if index == first else 0.0)
        if index == at:
            yield PlacedNumber("", *place, folio.glyphs, width, text.size, folio.before, folio.after, side)
        elif index == first or side != "both":
            yield PlacedNumber("", *place, (), width, text.size, text.shown, "", side)


@dataclass(frozen=True, slots=True)
class _Split:
    """What an operator shows, split at a placeholder."""

    found: re.Match[str]
    glyphs: tuple[str, ...]  # codes of the ten figures
    before: str  # elements of the operator's array
    after: str


_ELEMENT = re.compile(rb"<([0-9a-f]*)>|([-+.\de]+)")


def _split(text: _Shown, placeholder: re.Pattern[str]) -> _Split | None:
    """Find a placeholder in what an operator shows."""
    elements: list[str] = []  # of the array: "<0013>", one glyph each, or a displacement
    owners: list[int] = []  # for each character shown, the element that stands for it
    characters = ""
    for string, displacement in _ELEMENT.findall(text.operator):
        if displacement:
            elements.append(displacement.decode())
        for position in range(0, len(string), 4):
            code = string[position : position + 4].decode()
            meaning = text.face.texts.get(int(code, 16), "")
            characters += meaning
            owners += [len(elements)] * len(meaning)
            elements.append(f"<{code}>")
    if not (found := placeholder.search(characters)):
        return None
    first, last = owners[found.start()], owners[found.end() - 1]
    glyphs = [element[1:-1] for element in elements[first : last + 1] if element.startswith("<")]
    return _Split(found, tuple(glyphs[:10]), _joined(elements[:first]), _joined(elements[last + 1 :]))


def _joined(elements: list[str]) -> str:
    """Elements of an array, with strings that touch made one."""
    return " ".join(elements).replace("> <", "")


def _figure_width(glyphs: tuple[str, ...], face: _Face) -> float:
    """The width that all figures of a font have."""
    widths = {face.widths[int(glyph, 16)] for glyph in glyphs}
    if len(widths) > 1:
        raise UnevenFiguresError(f"figures of `{face.family}` differ in width")
    return widths.pop()
