"""Printing: whole books through WeasyPrint, read back with PDFium, pikepdf and a reader of QR codes."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.compiler import compile_notebook
from notebook_compile.diagnostics import Diagnostic, Severity
from notebook_compile.jobs import processes
from notebook_compile.model import (
    Book,
    Chapter,
    CrossReference,
    Image,
    Moment,
    NoteReference,
    Part,
    Resolved,
    Section,
    Text,
)
from notebook_compile.pdf import laying, printing
from notebook_compile.pdf.design import Design
from notebook_compile.pdf.files import Files, file_address, file_of
from notebook_compile.pdf.printing import SIGNATURE_SIZE, Printed, gather, print_book
from notebook_compile.pdf.rendering import Rendering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from conftest import Reader, Reading
    from notebook_compile.pdf.signature import StyleSheet

Entry = Part | Chapter

A6 = (105.0, 148.0)
VIDEO = "https://youtu.be/dQw4w9WgXcQ"
SENTENCE = "Some words that fill a line, and then some more of them that say nothing at all. "
PAGE = f"<p>{SENTENCE * 12}</p>"  # nearly a page of A6
INCH = 25.4  # millimetres


# --- books of strings -------------------------------------------------------------------------------------


def chapter(number: int, body: str, *references: Resolved, moments: Sequence[Moment] = (), **values: Any) -> Chapter:
    text = Text(body, references)
    made = Chapter(number, f"Chapter {number}", 0, f"c{number}", f"{number}.md", None, text, tuple(moments))
    return replace(made, **values)


def book(*entries: Entry, **values: Any) -> Book:
    made = Book(title="A Book", language="en", introduction=Text(), entries=entries, modified=1_700_000_000)
    return replace(made, **values)


def section(number: int, name: str, level: int = 2) -> Section:
    return Section(level, name, f"c{number}-{name.lower()}")


def heading(each: Section) -> str:
    return f'<h{each.level} id="{each.anchor}">{each.title}</h{each.level}>'


def press(made: Book, size: tuple[float, float] = A6, jobs: int = 1) -> Printed:
    with processes(jobs) as run:
        return print_book(made, Design("book", size, cover="none"), run, lambda *_: None)


# --- what is read back ------------------------------------------------------------------------------------


def codes(reading: Reading) -> dict[str, float]:
    """What the QR codes in the text say, and their widths."""
    found = reading.codes(reading.body)
    assert len({code.text for code in found}) == len(found)
    return {code.text: code.width for code in found}


def web_links(reading: Reading) -> list[str]:
    """The web addresses that pages link to."""
    return [target for _, target in reading.links if target.startswith("https:")]


def severe(printed: Printed) -> list[str]:
    return [str(each) for each in printed.diagnostics if each.severity is Severity.ERROR]


# --- runs of entries --------------------------------------------------------------------------------------

LENGTHS = st.lists(st.tuples(st.booleans(), st.integers(0, 2 * SIGNATURE_SIZE)), max_size=40)


def entries_of(lengths: Iterable[tuple[bool, int]]) -> list[Entry]:
    return [
        Part(at, "", 0, f"p{at}", None, Text("x" * length)) if part else chapter(at, "x" * length)
        for at, (part, length) in enumerate(lengths)
    ]


@given(LENGTHS)
def test_gather(lengths: list[tuple[bool, int]]) -> None:
    entries = entries_of(lengths)
    groups = gather(entries)
    assert [entry for group in groups for entry in group] == entries
    assert all(groups)
    for group in groups[:-1]:
        assert isinstance(group[-1], Chapter), "a part is parted from the chapter behind it"
    for group in groups:
        chapters = [entry for entry in group if isinstance(entry, Chapter)]
        assert len(chapters) <= 1 or all(len(each.text.body) < SIGNATURE_SIZE for each in chapters)


@given(LENGTHS, st.integers(0, 39), st.integers(0, 2 * SIGNATURE_SIZE))
def test_a_chapter_that_is_added_changes_no_group_far_away(
    lengths: list[tuple[bool, int]], place: int, length: int
) -> None:
    entries = entries_of(lengths)
    added = chapter(1000, "x" * length)
    before = gather(entries)
    after = gather([*entries[:place], added, *entries[place:]])
    assert len(set(after) - set(before)) <= 3, "more than itself and what is left of a group on either side"
    assert len(set(before) - set(after)) <= 1


# --- cross-references -------------------------------------------------------------------------------------


def crossing(language: str) -> Book:
    """Three chapters, the second of three pages; the first leads to the second, a place in it, and the third."""
    deep = section(2, "Deep")
    references = (CrossReference("c2", "c2"), CrossReference("c2", deep.anchor), CrossReference("c3", "c3"))
    first = '<p>See <ref n="0">one</ref>.</p><p>See <ref n="1">two</ref>.</p><p>See <ref n="2">three</ref>.</p>'
    return book(
        chapter(1, first, *references),
        chapter(2, PAGE * 2 + heading(deep) + PAGE, sections=(deep,)),
        chapter(3, '<p>Back to <ref n="0">one</ref>.</p>', CrossReference("c1", "c1")),
        language=language,
    )


@pytest.mark.parametrize(("language", "word"), [("en", "p."), ("de", "S.")])
def test_references_name_the_page_of_their_target(read: Reader, language: str, word: str) -> None:
    result = read(press(crossing(language)))
    pages = [result.label(title) for title in ("Chapter 2", "Deep", "Chapter 3")]
    assert len({"1", *pages}) == 4
    for label, page in zip(("one", "two", "three"), pages, strict=True):
        assert f"See {label} ({word} {page})." in result.text
    assert f"Back to one ({word} 1)." in result.text


def test_contents_name_the_pages_of_chapters(read: Reader) -> None:
    result = read(press(crossing("en")))
    contents = result.page("iii")
    for number in (1, 2, 3):
        assert f"Chapter {number} {result.label(f'Chapter {number}')}" in contents


def test_each_page_shows_its_own_number_over_all_signatures(read: Reader) -> None:
    chapters = [chapter(number, PAGE * 12) for number in range(1, 6)]
    assert len(gather(chapters)) > 1
    result = read(press(book(*chapters)))
    shown = [text.split()[-1] for text, label in zip(result.texts, result.labels, strict=True) if label.isdecimal()]
    assert shown == [str(number) for number in range(1, len(shown) + 1)]
    assert len(shown) > 20


def test_contents_list_chapters_of_every_depth(read: Reader) -> None:
    part = Part(1, "A Part", 0, "p1", None, Text())
    inner = Part(2, "Inner Part", 1, "p2", None, Text())
    chapters = [chapter(number, "<p>x</p>", depth=number) for number in range(1, 5)]
    contents = read(press(book(part, chapters[0], inner, *chapters[1:]))).page("iii")
    for title in ("A Part", "Inner Part", "Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4"):
        assert title in contents


def test_a_page_is_named_only_for_what_is_on_another(read: Reader) -> None:
    near, far = section(1, "Near"), section(1, "Far")
    body = (
        '<p>To <ref n="0">near</ref>, to <ref n="1">far</ref>.</p>'
        f"{heading(near)}{PAGE * 2}{heading(far)}"
        '<p>Back to <ref n="2">near</ref>, and <ref n="3">here</ref>.</p>'
    )
    targets = (near, far, near, far)
    references = (CrossReference("c1", each.anchor, number=number) for number, each in enumerate(targets, 1))
    result = read(press(book(chapter(1, body, *references, sections=(near, far)))))
    assert result.label("Near") == "1" != result.label("Far")
    assert f"To near, to far (p. {result.label('Far')})." in result.text
    assert "Back to near (p. 1), and here." in result.text


def test_a_target_is_numbered_once_in_a_paragraph(read: Reader, tmp_path: Path) -> None:
    printed = press_folder(
        tmp_path / "Book",
        {
            "Book.md": "- [[One]]\n- [[Two]]\n",
            "One.md": "Both [[Two|first]] and [[Two|second]].\n\nAgain [[Two|third]].\n\n- Item [[Two|fourth]]\n",
            "Two.md": "End.\n",
        },
    )
    text = read(printed).text
    assert "Both first (p. 2) and second." in text
    assert "Again third (p. 2)." in text
    assert "Item fourth (p. 2)" in text


def test_a_link_out_of_the_book_is_plain_text(read: Reader, tmp_path: Path) -> None:
    printed = press_folder(
        tmp_path / "Book",
        {
            "Book.md": "- [[One]]\n",
            "One.md": "To [[Nobody|no one]], [[Two|a note]], [it](notes/Two.md) and [the web](https://example.org/).\n",
            "Two.md": "Not in the book.\n",
        },
    )
    assert "To no one, a note, it and the web." in read(printed).text
    assert web_links(read(printed)) == ["https://example.org/"]


def press_folder(folder: Path, files: dict[str, str]) -> Printed:
    folder.mkdir()
    for name, text in files.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    result, settings = compile_notebook(folder, {"jobs": 1}, lambda *_: None)
    return press(result.book, settings.page_dimensions)


# --- digits that are guessed ------------------------------------------------------------------------------


def dozen() -> Book:
    """Twelve chapters of a page, each leading to the first, the last and the next; pages have one digit and two."""
    body = '<p>To <ref n="0">first</ref>, <ref n="1">next</ref>, <ref n="2">last</ref>.</p>' + PAGE[:600] + "</p>"
    return book(
        *(
            chapter(number, body, *(CrossReference(f"c{target}", f"c{target}") for target in (1, number % 12 + 1, 12)))
            for number in range(1, 13)
        )
    )


@pytest.mark.parametrize("stage", [16, 1])
def test_a_wrong_guess_gives_the_same_book(read: Reader, stage: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(gather(dozen().entries)) >= 3
    right = press(dozen())
    assert "To first (p. 1), next (p. 12), last (p. 12)." in read(right).text
    monkeypatch.setattr(printing, "FIRST_STAGE", stage)
    for pages in (1.0, 1000.0):
        monkeypatch.setattr(printing, "pages", lambda *_, pages=pages: pages)
        assert press(dozen()) == right


def test_two_processes_print_the_same_book() -> None:
    assert press(dozen(), jobs=2) == press(dozen(), jobs=1)


# --- footnotes --------------------------------------------------------------------------------------------


def noted(count: int, number: int = 1) -> Chapter:
    """A chapter of short sentences, with a footnote behind each."""
    body = "".join(f'<p>Word {n + 1}<ref n="{n}"></ref> and more.</p>' for n in range(count))
    references = (NoteReference(n + 1, 1) for n in range(count))
    return chapter(number, body, *references, moments=[Moment(VIDEO, 61 * number + 1000 * n) for n in range(count)])


def test_a_code_for_each_footnote_leads_to_its_moment(read: Reader) -> None:
    printed = press(book(noted(9, 1), noted(5, 2)), (148.0, 210.0))
    wanted = {f"{VIDEO}?t={61 + 1000 * n}" for n in range(9)} | {f"{VIDEO}?t={122 + 1000 * n}" for n in range(5)}
    found = codes(read(printed))
    assert set(found) == wanted
    assert set(web_links(read(printed))) == {*wanted, VIDEO}
    assert severe(printed) == []
    # PDFium draws on whole pixels: a twelfth of a millimetre on either side.
    assert min(found.values()) > 13 - INCH / 300 * 2
    assert max(found.values()) < 14
    text = read(printed).text.replace(" ", "")  # lines may end within an address
    assert "100:01:01youtu.be/dQw4w9WgXcQ?t=61" in text
    assert "501:08:42youtu.be/dQw4w9WgXcQ?t=4122" in text


def test_a_moment_named_twice_is_one_footnote_with_two_marks(read: Reader, tmp_path: Path) -> None:
    printed = press_folder(
        tmp_path / "Book",
        {"One.md": f"---\nvideo: {VIDEO}\n---\nOnce [00:00:07], other [00:00:09], once more [00:00:07].\n"},
    )
    text = read(printed).text
    assert re.search(r"Once ?1 ?, other ?2 ?, once more ?1 ?\.", text)
    assert text.count("00:00:07") == 1
    assert set(codes(read(printed))) == {
        VIDEO,
        f"{VIDEO}?t=7",
        f"{VIDEO}?t=9",
    }  # the chapter's video has one at its head


@pytest.mark.parametrize("held_by", ["loose", "looser", "notes-in-text", None])
def test_a_lost_footnote_is_looked_for(read: Reader, held_by: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules for a chapter that lacks one are found with it alone; others keep theirs."""
    seen: list[tuple[str, bool]] = []  # the chapter's rules, and whether it was alone

    def losing(html: str, styles: Iterable[StyleSheet], fetch: Callable[[str], bytes]) -> Rendering:
        rendering = Rendering(html, styles, fetch)
        if rules := re.search(r'<section dir="ltr" class="chapter ?([^"]*)" id="c1">', html):
            seen.append((rules[1], '<section dir="ltr" class="chapter" id="c2">' not in html))
            if rules[1] != held_by:
                rendering.anchors = {name: at for name, at in rendering.anchors.items() if name != "c1.fn2"}
        return rendering

    monkeypatch.setattr(laying, "Rendering", losing)
    printed = press(book(noted(3, 1), noted(1, 2)))
    tried = ["loose"] if held_by == "loose" else ["loose", "looser"]
    chosen = held_by or "notes-in-text"
    assert seen == [("", False), *((rules, True) for rules in tried), (chosen, False)]
    lost = "1.md: error lost-footnote no page holds footnote 2 of `Chapter 1` (use a larger page)"
    assert [str(each) for each in printed.diagnostics] == ([] if held_by else [lost])
    assert len(codes(read(printed))) == 4


# --- around the text --------------------------------------------------------------------------------------


def test_chapters_that_end_in_a_few_lines_are_set_tighter(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where that saves a page; what they hold stays."""
    paragraph = f"<p>{'A sentence of some words that fills a line or so of the page. ' * 3}</p>"
    made = book(*(chapter(number, f"{paragraph * (8 + number)}<p>End {number}.</p>") for number in range(1, 9)))

    def lengths(reading: Reading) -> list[int]:
        starts = [page for _, title, page in reading.outline if title.startswith("Chapter")]
        return [after - first for first, after in pairwise([*starts, reading.body.stop])]

    tighter = read(press(made))
    monkeypatch.setattr(laying, "_ends_short", lambda *_: False)
    loose = read(press(made))
    assert all(now <= before for now, before in zip(lengths(tighter), lengths(loose), strict=True))
    assert sum(lengths(tighter)) < sum(lengths(loose))
    assert " ".join(tighter.text.split()).count("End ") == 8


def test_front_matter_has_roman_numbers_and_the_text_begins_with_1(read: Reader) -> None:
    entries = (chapter(number, PAGE * 2) for number in range(1, 6))
    result = read(press(book(*entries, introduction=Text("<p>Before.</p>"))))
    text = result.labels.index("1")
    assert result.labels[:text] == ("i", "ii", "iii", "iv")
    assert result.labels[text:] == tuple(str(number) for number in range(1, len(result.labels) - text + 1))
    assert len(result.labels) - text > 9
    # What is printed at the foot of the pages says the same; title page and colophon show nothing.
    for body, label in zip(result.texts[2:], result.labels[2:], strict=True):
        assert label in (body.split()[-1], body.split()[0])


def test_outline(read: Reader) -> None:
    sections = (section(1, "Alpha"), section(1, "Deeper", 3), Section(2, "CHAPTER 2", "c1-same"), section(1, "Omega"))
    made = book(
        Part(1, "Part", 0, "p1", VIDEO, Text("<p>About it.</p>")),
        chapter(1, "".join(map(heading, sections)), sections=sections, depth=1),
        chapter(2, "<p>Text</p>", depth=1),
        Part(2, "Empty Part", 0, "p2", None, Text()),
        chapter(3, heading(section(3, "End")), sections=(section(3, "End"),)),
        introduction=Text("<p>Before.</p>"),
    )
    result = read(press(made))
    assert [(level, title) for level, title, _ in result.outline] == [
        (0, "A Book"),
        (0, "Introduction"),
        (0, "Contents"),
        (0, "Part"),
        (1, "Chapter 1"),
        (2, "Alpha"),
        (2, "Omega"),
        (1, "Chapter 2"),
        (0, "Empty Part"),
        (0, "Chapter 3"),
        (1, "End"),
        (0, "Videos"),
    ]
    assert [result.labels[page] for _, _, page in result.outline] == "i iii iv 1 2 2 2 3 4 5 5 6".split()
    for _, title, page in result.outline:
        assert title in result.texts[page]


@pytest.mark.parametrize("size", [A6, (148.0, 210.0), (215.9, 279.4), (210.0, 148.0)])
def test_pages_have_the_size_that_is_asked_for(size: tuple[float, float]) -> None:
    made = book(chapter(1, PAGE * 2), introduction=Text("<p>Before.</p>"))
    for page in pypdfium2.PdfDocument(press(made, size).pdf):
        assert page.get_size() == pytest.approx([side / INCH * 72 for side in size], abs=0.1)


def test_a_book_from_right_to_left(read: Reader) -> None:
    deep = Section(2, "עמוק", "c2-deep")
    printed = press(
        book(
            chapter(
                1,
                '<p>ראו <ref n="0">שם</ref> ב-Python 3.13<ref n="1"></ref>.</p>',
                CrossReference("c2", "c2-deep"),
                NoteReference(1, 1),
                moments=[Moment(VIDEO, 5)],
                title="ראשון",
            ),
            chapter(2, PAGE * 2 + heading(deep), sections=(deep,), title="שני"),
            title="ספר",
            language="he",
        )
    )
    result = read(printed)
    assert printed.diagnostics == ()
    assert [title for _, title, _ in result.outline] == ["ספר", "תוכן העניינים", "ראשון", "שני", "עמוק", "סרטונים"]
    text = result.page("1")
    assert "ראו" in text
    assert result.label("עמוק") in re.findall(r"\d+", text)
    assert list(codes(read(printed))) == [f"{VIDEO}?t=5"]


@pytest.mark.parametrize("body", ["", "<p></p>", "<pre><code>" + "wide" * 500 + "</code></pre>"])
def test_odd_chapters(read: Reader, body: str) -> None:
    printed = press(book(chapter(1, body, title="")))
    assert printed.diagnostics == ()
    assert read(printed).labels[-1].isdecimal()


# --- findings ---------------------------------------------------------------------------------------------

UNASSIGNED = "\U0003fffd"
HIEROGLYPH = "\U00013000"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def test_images_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "no image.png").write_bytes(b"\x89PNG\r\n\x1a\nand nothing more")
    (tmp_path / "good.svg").write_text(SVG)
    names = ("no image.png", "gone/ä.jpg", "../outside.png", "good.svg", "no image.png")
    body = "".join(f'<p><ref n="{number}"></ref></p>' for number in range(len(names)))
    printed = press(book(chapter(1, body, *(Image(name, "") for name in names)), root=tmp_path))
    assert list(map(str, printed.diagnostics)) == [
        f"{name}: warning foreign-image image `{name}` cannot be read, or is of a kind that a PDF cannot hold"
        " (save it as PNG, JPEG or SVG)"
        for name in ("../outside.png", "gone/ä.jpg", "no image.png")
    ]


def test_a_character_without_a_font_is_named() -> None:
    printed = press(book(chapter(1, "<p>Plain</p>"), chapter(2, f"<p>An {UNASSIGNED}</p>")))
    (finding,) = printed.diagnostics
    assert str(finding) == (
        f"2.md: warning missing-character no font has `{UNASSIGNED}` (U+3FFFD, a character without a name)"
        " (use another character)"
    )


def test_a_character_of_a_title_is_named_once() -> None:
    """Titles stand in the contents too."""
    (finding,) = press(book(chapter(1, "<p>Plain</p>", title=f"An {UNASSIGNED}"))).diagnostics
    assert (finding.path, finding.code) == ("1.md", "missing-character")


def test_a_hieroglyph_is_named() -> None:
    if has_font(HIEROGLYPH):
        pytest.skip("a font of this machine has hieroglyphs")
    (finding,) = press(book(chapter(1, f"<p>An {HIEROGLYPH}</p>"))).diagnostics
    assert f"`{HIEROGLYPH}` (U+13000, egyptian hieroglyph a001)" in finding.message


def has_font(character: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.check_output(["fc-list", f":charset={ord(character):x}"]))


def test_findings_of_the_front_matter(tmp_path: Path) -> None:
    """The title and the introduction are no chapters, and are looked at too."""
    made = book(
        chapter(1, "<p>Text</p>"),
        title=f"A {UNASSIGNED}",
        introduction=Text('<p><ref n="0"></ref></p>', (Image("gone.png", ""),)),
        root=tmp_path,
    )
    found: Sequence[Diagnostic] = press(made).diagnostics
    wanted = [(".", "missing-character"), ("gone.png", "foreign-image")]
    assert sorted((each.path, each.code) for each in found) == wanted


def test_good_books_have_no_findings() -> None:
    assert press(crossing("en")).diagnostics == ()


# --- the door to files ------------------------------------------------------------------------------------


@pytest.fixture
def door(tmp_path: Path) -> Files:
    for name in ("notebook/a b.txt", "styles/book.css", "styles-not/book.css", "secret.txt", "notebook/in/ä#?%41.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
    (tmp_path / "notebook/out.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "notebook/up").symlink_to(tmp_path)
    (tmp_path / "notebook/same.txt").symlink_to(tmp_path / "notebook/a b.txt")
    (tmp_path / "notebook/loop.txt").symlink_to(tmp_path / "notebook/loop.txt")
    (tmp_path / "styles/out.css").symlink_to(tmp_path / "secret.txt")
    return Files(str(tmp_path / "notebook"), str(tmp_path / "styles"))


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("notebook:a%20b.txt", "notebook/a b.txt"),
        ("notebook:in/../a%20b.txt", "notebook/a b.txt"),
        ("notebook:same.txt", "notebook/a b.txt"),
        (file_address("in/ä#?%41.txt"), "notebook/in/ä#?%41.txt"),
        ("file://{root}/notebook/a%20b.txt", "notebook/a b.txt"),
        ("file:{root}/styles/book.css", "styles/book.css"),
        ("file://{root}/styles/../styles/book.css", "styles/book.css"),
    ],
)
def test_the_notebook_and_the_styles_are_read(address: str, content: str, door: Files, tmp_path: Path) -> None:
    assert door(address.format(root=tmp_path)).decode() == content


@pytest.mark.parametrize(
    "address",
    [
        "notebook:out.txt",
        "notebook:up/secret.txt",
        "notebook:../secret.txt",
        "notebook:in/../../secret.txt",
        "notebook:%2e%2e/secret.txt",
        "notebook:..%2Fsecret.txt",
        "notebook:{root}/secret.txt",
        "notebook:/{root}/secret.txt",
        "notebook:loop.txt",
        "notebook:missing.txt",
        "notebook:a%00b.txt",
        "notebook:",
        "file://{root}/secret.txt",
        "file://{root}/notebook/out.txt",
        "file://{root}/notebook/../secret.txt",
        "file://{root}/notebook/%2e%2e/secret.txt",
        "file://{root}/notebook/up/secret.txt",
        "file://{root}/styles-not/book.css",
        "file://{root}/styles/../secret.txt",
        "file://{root}/styles/%2e%2e/secret.txt",
        "file://{root}/styles/out.css",
        "file:secret.txt",
        "FILE://{root}/secret.txt",
        "{root}/secret.txt",
        "secret.txt",
        "http://example.org/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x.png",
        "data:text/plain,x",
        "",
    ],
)
def test_nothing_else_is_read(address: str, door: Files, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        door(address.format(root=tmp_path))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_file_and_its_address(path: str) -> None:
    assert file_of(file_address(path)) == path


@pytest.mark.parametrize("label", ["S3", "2001"])
def test_a_label_like_a_page_number_is_no_link_itself(read: Reader, label: str, tmp_path: Path) -> None:
    """Its page number is, and stands behind it every time."""
    printed = press_folder(
        tmp_path / "Book",
        {
            "index.md": "- [[One]]\n- [[Two]]\n",
            "One.md": f"Use [[Two|{label}]] and [[Two|{label}]].\n",
            "Two.md": "Two.\n",
        },
    )
    text = read(printed).text
    assert len(re.findall(rf"{label} ?\(p\. ?2\)", text.replace("\u00a0", " "))) == 2
