"""Each check of finished pages passes where it should, and can fail."""

from __future__ import annotations

import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import segno
from weasyprint import HTML
from weasyprint.layout import block

from notebook_compile.pdf import linesetting

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

import pages  # noqa: E402
from printed import breaks, codes, file, footnotes, lines  # noqa: E402
from printed.volume import Volume  # noqa: E402

FONT = (ROOT / "styles" / "fonts" / "NotoSerif-Regular.ttf").as_uri()
MONO = (ROOT / "styles" / "fonts" / "NotoSansMono-Regular.ttf").as_uri()
STYLE = f"""
@font-face {{ font-family: "Noto Serif"; src: url({FONT}) }}
@font-face {{ font-family: "Noto Sans Mono"; src: url({MONO}) }}
@page {{ size: 100mm 80mm; margin: 10mm }}
body {{ font: 10pt/1.5 "Noto Serif"; margin: 0; text-align: justify }} p {{ margin: 0 }}
pre, code {{ font-family: "Noto Sans Mono" }}
.stretched {{ word-spacing: 30pt }} .code {{ width: 13mm; height: 13mm; image-rendering: pixelated }}
h1 {{ bookmark-level: 1 }} h2 {{ bookmark-level: none; font-size: 10pt; margin: 0 }}
"""
SQUARE = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='60' height='12'><path d='M0 0h60v12H0z'/></svg>"
)
TEXT = "The motor neurons of the spinal cord reach the fibres of a muscle, and each fibre listens to one alone. "


@cache
def pdf(body: str, style: str = "") -> bytes:
    data = HTML(string=f"<html lang='en'><title>T</title><style>{STYLE}{style}</style>{body}").write_pdf(pdf_tags=True)
    assert isinstance(data, bytes)
    return data


def volume(body: str, style: str = "") -> Volume:
    return Volume(pdf(body, style))


def code(address: str, more: str = "", says: str = "") -> str:
    image = segno.make_qr(address).svg_data_uri(border=4, omitsize=True)
    return f'<img class="code" src="{image}" alt="QR code: {says or address}" {more}/>'


def kept(name: str, data: bytes) -> dict[str, bool]:
    section = pages.judge(data, pages.Options(every=True), [name])[name]
    return {figure.name: figure.kept for figure in section.figures}


# --- spaces in lines --------------------------------------------------------------------------------------


def widest(body: str) -> lines.Gap:
    return lines.gaps(volume(body))[0]


def test_a_stretched_line_is_found() -> None:
    gap = widest(f'<p>{TEXT}</p><p>Then <span class="stretched">a muscle</span> moves.</p>')
    assert gap.words == ("a", "muscle")
    assert gap.width == pytest.approx(32.6, abs=0.3)
    assert not kept("setting", pdf('<p class="stretched">Two words</p>'))["spaces over 20 pt"]


@pytest.mark.parametrize(
    "body",
    [
        f'<p>Between <img src="{SQUARE}" alt="a square"/> words. {TEXT}</p>',
        f"<p>{TEXT}</p><table style='width: 80mm'><tr><td>one</td><td>other</td></tr></table>",
        f"<p>{TEXT}</p><pre>def  a():            return 1</pre>",
        f"<p>{TEXT}<code style='white-space: pre'>x           y</code></p>",
        f"<p>{TEXT}</p><ul><li>{TEXT}</li></ul>",
        f'<p>{code("https://youtu.be/a?t=1")} 1 <span style="padding-left: 40pt">2</span></p><p>{TEXT}</p>',
        f'<p><a href="#a">A chapter</a><a href="#a" style="float: right">1</a></p><h1 id="a">A</h1><p>{TEXT}</p>',
    ],
    ids=["picture", "cells", "pre", "code", "list", "plate", "contents"],
)
def test_what_is_no_stretched_line(body: str) -> None:
    assert widest(body).width < 15


def test_half_of_a_space_may_be_a_picture() -> None:
    gap = widest(f'<p>Between <img src="{SQUARE}" style="margin-left: 40pt" alt="a square"/> words. {TEXT}</p>')
    assert gap.words == ("Between", "words.")
    assert 40 < gap.width < 55


def test_marks_above_a_line_are_in_it() -> None:
    found = lines.lines(volume(f"<p>{TEXT}<sup>3</sup> {TEXT}</p>").blocks(0)[1])
    assert len(found) in (3, 4, 5)
    assert sum(word.text == "3" for line in found for word in line) == 1


def test_a_line_that_ends_short_is_found() -> None:
    assert lines.short_lines(volume(f"<p>{TEXT * 3}</p>")) == []
    assert lines.short_lines(volume(f"<p>{TEXT * 2} Here<br/>{TEXT * 2}</p>")) == [(0, "Here")]


# --- from page to page ------------------------------------------------------------------------------------


def test_single_lines_are_found() -> None:
    loose = "p { orphans: 1; widows: 1 }"
    rest = "<div style='height: 50mm'></div>"
    (found,) = breaks.broken_paragraphs(volume(f"{rest}<p>{TEXT * 2}</p>", loose))
    assert (found.page, found.before > 1, found.after > 1, found.within_word) == (0, False, True, False)
    assert not kept("setting", pdf(f"{rest}<p>{TEXT * 2}</p>", loose))["of them with a single line on a page"]
    (found,) = breaks.broken_paragraphs(volume(f"<p>{TEXT * 6}</p>"))
    assert (found.before > 1, found.after > 1) == (True, True)


def test_new_paragraphs_are_not_broken_ones() -> None:
    body = f"<p>{TEXT}</p><p style='break-before: page'>{TEXT}</p>"
    assert list(breaks.broken_paragraphs(volume(body))) == []


def test_a_page_that_ends_within_a_word_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # The compiler's own rule is in force where other tests ran before in this process.
    monkeypatch.setattr(block, "_break_line", linesetting._break_line)
    body = "<p style='width: 4em; orphans: 1; widows: 1'>electro&shy;myography</p>"
    data = pdf("<div style='height: 53mm'></div>" + body)
    assert not kept("setting", data)["pages that end within a word"]


def test_headings_at_the_foot_are_found() -> None:
    (found,) = breaks.headings_at_foot(volume(f"<p>{TEXT}</p><h2 style='break-after: page'>Alone</h2><p>{TEXT}</p>"))
    assert found == (0, "Alone")
    assert not list(breaks.headings_at_foot(volume(f"<h1>Part</h1><h2 style='break-before: page'>A</h2><p>{TEXT}</p>")))


def test_what_leaves_the_page_is_found() -> None:
    inside = f"<p>{TEXT}</p>"
    assert not list(breaks.outside(volume(inside)))
    assert {page for page, _ in breaks.outside(volume(inside + "<p style='margin-left: -20mm'>Gone</p>"))} == {0}
    assert list(breaks.outside(volume(inside), margin=40))


# --- footnotes --------------------------------------------------------------------------------------------

CALL = '<p>A word<a id="c1.fnref1" href="#c1.fn1">1</a></p>'
NOTE = '<p id="c1.fn1"><a href="#c1.fnref1">1</a> A note</p>'
BREAK = "<p style='break-before: page'>Between</p>"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (NOTE + BREAK + CALL, "far"),
        (CALL + BREAK + BREAK + NOTE, "far"),
        (CALL + NOTE.replace(">1<", ">2<"), "misnumbered"),
        (CALL + NOTE.replace('href="#c1.fnref1"', ""), "without_footnote"),
        (CALL.replace('href="#c1.fn1"', "") + NOTE, "without_call"),
    ],
)
def test_footnotes_out_of_place_are_found(body: str, name: str) -> None:
    found = footnotes.footnotes(volume(body))
    wrong = {each for each in ("far", "misnumbered", "without_call", "without_footnote") if getattr(found, each)}
    assert wrong == {name}


@pytest.mark.parametrize("body", [CALL + NOTE, CALL + BREAK + NOTE])
def test_footnotes_in_place(body: str) -> None:
    assert all(kept("footnotes", pdf(body)).values())


def test_notes_that_do_not_lead_back_are_found() -> None:
    for body, number in ((CALL + NOTE, 0), (CALL + NOTE + "<p>2 Lost</p>", 1)):
        with pikepdf.open(BytesIO(pdf(body))) as book:
            elements = [
                each for each in book.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/P"
            ]
            for element in elements[1:]:
                element.S = pikepdf.Name.Note
            target = BytesIO()
            book.save(target)
        assert len(footnotes.footnotes(Volume(target.getvalue())).unlinked) == number


# --- codes ------------------------------------------------------------------------------------------------

ADDRESS = "https://youtu.be/dQw4w9WgXcQ?t=42"


def test_a_good_code() -> None:
    data = pdf(f'<h1 id="cabcdef">One</h1><p>{code(ADDRESS)} {code(ADDRESS + "1")}</p>')
    assert all(kept("codes", data).values())
    book = Volume(data)
    read = [codes.read(book, each, (300, 600)) for each in codes.codes(book)]
    assert [each.says for each in read] == [ADDRESS, ADDRESS + "1"]
    assert [each.width for each in read] == [pytest.approx(13, abs=0.1)] * 2


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (code(ADDRESS, 'style="width: 10mm; height: 10mm"'), "smallest width with the quiet zone, in mm"),
        (code(ADDRESS, says=ADDRESS + "0"), "codes that say another address than their description"),
        (code(ADDRESS).replace("QR code", "Code") + code(ADDRESS + "1"), "codes without a description"),
        (
            f'{code(ADDRESS)}<span style="margin-left: -4mm">{"█" * 3}</span>',
            "codes with something in their quiet zone",
        ),
        (
            code(ADDRESS)
            + '<span style="position: absolute; left: 3mm; top: 3mm; padding: 4mm; background: white"></span>',
            "codes that a reader misses",
        ),
    ],
    ids=["small", "wrong", "undescribed", "crowded", "covered"],
)
def test_bad_codes_are_found(body: str, name: str) -> None:
    assert not kept("codes", pdf(f"<p>{body}</p>"))[name]


def test_codes_that_come_twice_are_found() -> None:
    with pikepdf.open(BytesIO(pdf(f'<h1 id="cabcdef">One</h1><p>{code(ADDRESS)} {code(ADDRESS)}</p>'))) as book:
        with book.open_outline() as outline:
            outline.root[0].destination = pikepdf.String("cabcdef")
        page = book.pages[0].obj
        book.Root.Names = pikepdf.Dictionary(
            Dests=pikepdf.Dictionary(
                Names=pikepdf.Array([pikepdf.String("cabcdef"), pikepdf.Array([page, pikepdf.Name.Fit])])
            )
        )
        target = BytesIO()
        book.save(target)
    found = Volume(target.getvalue())
    assert codes.repeated(found, codes.codes(found)) == [(0, ADDRESS)]


def test_pages_full_of_codes_are_found() -> None:
    many = "".join(code(f"{ADDRESS}{number}") for number in range(20))
    book = volume(f"<p style='line-height: 0'>{many}</p>")
    assert [page for page, _ in codes.crowded(book, codes.codes(book))] == [0]
    few = volume(f"<p>{TEXT * 5}</p>{code(ADDRESS)}")
    assert codes.crowded(few, codes.codes(few)) == []


# --- the file ---------------------------------------------------------------------------------------------


def test_fonts() -> None:
    found = file.fonts(volume(f"<p>{TEXT}</p><pre>x</pre>"))
    assert all(found.values())
    assert len(found) == 2
    assert file.foreign_fonts(volume(f"<p>{TEXT}</p><pre>x</pre>"), pages.allowed_fonts()) == []
    assert len(file.foreign_fonts(volume(f"<p>{TEXT}</p><pre>x</pre>"), ["Noto Serif"])) == 1


def test_a_font_that_is_not_embedded_is_found() -> None:
    with pikepdf.open(BytesIO(pdf(f"<p>{TEXT}</p>"))) as book:
        fonts = book.pages[0].resources.Font
        for name in fonts.keys():  # noqa: SIM118  # an object, no mapping
            descriptor = fonts[name].DescendantFonts[0].FontDescriptor
            for key in {"/FontFile2", "/FontFile3"} & {*descriptor.keys()}:
                del descriptor[key]
        target = BytesIO()
        book.save(target)
    assert not kept("file", target.getvalue())["fonts that are not embedded"]


def labelled(*ranges: object) -> Volume:
    with pikepdf.open(BytesIO(pdf("<p>x</p>" + "<p style='break-before: page'>x</p>" * 4))) as book:
        book.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array(list(ranges)))
        target = BytesIO()
        book.save(target)
    return Volume(target.getvalue())


def test_labels() -> None:
    roman, arabic, cover = (
        pikepdf.Dictionary(S=pikepdf.Name.r),
        pikepdf.Dictionary(S=pikepdf.Name.D),
        pikepdf.Dictionary(P="Cover"),
    )
    assert file.mislabelled(labelled(0, roman, 2, arabic)) == []
    assert file.mislabelled(labelled(0, cover, 1, roman, 3, arabic)) == []
    assert file.mislabelled(labelled(0, arabic)) == []
    assert len(file.mislabelled(labelled(0, roman, 2, pikepdf.Dictionary(S=pikepdf.Name.D, St=3)))) == 3
    assert len(file.mislabelled(labelled(0, arabic, 3, roman))) == 2


def test_what_is_not_described_is_found() -> None:
    good, bad = pdf(f'<p><img src="{SQUARE}" alt="a square"/></p>'), pdf(f'<p><img src="{SQUARE}"/></p>')
    assert [kept("file", each)["pictures without a description"] for each in (good, bad)] == [True, False]
    with pikepdf.open(BytesIO(pdf('<p><a href="https://example.org">x</a></p>'))) as book:
        for text, fine in (("A place", True), ("", False)):
            book.pages[0].Annots[0].Contents = pikepdf.String(text)
            target = BytesIO()
            book.save(target)
            assert kept("file", target.getvalue())["links without a description"] is fine


def test_links_that_cannot_be_hit_are_found() -> None:
    flat = (
        '<sup style="line-height: 0"><a href="https://example.org" style="display: inline-block; height: 0">1</a></sup>'
    )
    for body, fine in ((f"<p>{TEXT}{flat}</p>", False), (CALL + NOTE, True)):
        assert kept("file", pdf(body))["links too flat to be hit"] is fine


# --- the command ------------------------------------------------------------------------------------------


def test_the_exit_code_says_whether_bars_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "book.pdf"
    monkeypatch.setattr(sys, "argv", ["pages.py", str(book), "--only", "setting"])
    book.write_bytes(b"no book")
    assert pages.main() == 1
    for body, exit_code in ((f"<p>{TEXT}</p>", 0), ('<p class="stretched">Two words</p>', 1)):
        book.write_bytes(pdf(body))
        assert pages.main() == exit_code
        assert f"spaces over 20 pt: {exit_code}" in capsys.readouterr().out
