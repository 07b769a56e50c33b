"""The metadata of the package document, title page and colophon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from notebook_compile.epub.documents import COLOPHON, TITLE_PAGE
from notebook_compile.epub.edition import GENERIC, Edition
from notebook_compile.epub.metadata import claim_findings
from notebook_compile.epub.package import package
from notebook_compile.model import (
    Book,
    Chapter,
    Contributor,
    Drawing,
    Image,
    PrintedPage,
    Text,
)

from .conftest import unpacked

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
UUID = "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e"

BARE = Book("Title", "en", Text(), (Chapter(1, "One", 0, "c1", "1.md", None, Text("<p>One</p>")),), identifier=UUID)
FULL = replace(
    BARE,
    subtitle="Subtitle",
    authors=("Ana Lima", "Cy <Oz>"),
    contributors=(Contributor("Bo Ek", "trl"), Contributor("Di & Po", "edt")),
    filed_as=(("Ana Lima", "Lima, Ana"),),
    publisher="Small Press",
    description="About it.",
    rights="CC BY 4.0",
    series="The Body",
    series_number="3",
    date="2026-05",
    isbn="3-16-148410-X",
    subjects=("anatomy / spine", "nerves"),
    sources=("https://example.org/talks",),
    modified=1_700_000_000,
)
CLAIM = Edition(claim="wcag-2.1-aa")


def taken_apart(book: Book, edition: Edition = GENERIC) -> dict[str, bytes]:
    return unpacked(package(book, edition, read=lambda file: b"")[0])


def opf_of(book: Book, edition: Edition = GENERIC) -> etree._Element:
    return etree.fromstring(taken_apart(book, edition)["EPUB/content.opf"])


def elements(opf: etree._Element, name: str) -> list[str]:
    return [element.text or "" for element in opf.iter(DC + name)]


def refinements(opf: etree._Element) -> dict[str, dict[str, str]]:
    """The properties that refine each element, by its text."""
    texts = {element.get("id"): element.text or "" for element in opf.iter() if element.get("id")}
    found: dict[str, dict[str, str]] = {}
    for meta in opf.iter(f"{OPF}meta"):
        if refined := meta.get("refines"):
            found.setdefault(texts[refined[1:]], {})[meta.get("property", "")] = meta.text or ""
    return found


def properties(opf: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in opf.iter(f"{OPF}meta"):
        found.setdefault(meta.get("property", ""), []).append(meta.text or "")
    return found


def named(opf: etree._Element) -> dict[str, str]:
    """The metadata that EPUB 2 knows."""
    return {meta.get("name", ""): meta.get("content", "") for meta in opf.iter(f"{OPF}meta") if meta.get("name")}


@pytest.mark.parametrize("language", ["en", "he", "ja"])
def test_epubcheck_finds_nothing(language: str, epubcheck: Callable[[bytes], object]) -> None:
    page = PrintedPage("1", "c1", starts=True, opening="One", count=3)
    edition = replace(CLAIM, pages=(page,))
    assert epubcheck(package(replace(FULL, language=language), edition)[0]) == (0, [])


def test_who_made_it() -> None:
    opf = opf_of(FULL)
    assert elements(opf, "creator") == ["Ana Lima", "Cy <Oz>"]
    assert elements(opf, "contributor") == ["Bo Ek", "Di & Po"]
    found = refinements(opf)
    assert found["Ana Lima"] == {"role": "aut", "file-as": "Lima, Ana", "display-seq": "1"}
    assert found["Cy <Oz>"] == {"role": "aut", "display-seq": "2"}
    assert found["Bo Ek"] == {"role": "trl", "display-seq": "3"}
    assert found["Di & Po"] == {"role": "edt", "display-seq": "4"}
    schemes = {meta.get("scheme") for meta in opf.iter(f"{OPF}meta") if meta.get("property") == "role"}
    assert schemes == {"marc:relators"}


def test_without_authors_the_editors_are_the_creators() -> None:
    opf = opf_of(replace(FULL, authors=()))
    assert (elements(opf, "creator"), elements(opf, "contributor")) == (["Di & Po"], ["Bo Ek"])


def test_what_it_is() -> None:
    opf = opf_of(FULL)
    for name, values in {
        "publisher": ["Small Press"],
        "date": ["2026-05"],
        "description": ["About it."],
        "rights": ["CC BY 4.0"],
        "subject": ["anatomy / spine", "nerves"],
        "source": ["https://example.org/talks"],
    }.items():
        assert elements(opf, name) == values
    bare = opf_of(BARE)
    assert {etree.QName(each).localname for each in bare.iter(f"{DC}*")} == {"identifier", "title", "language"}


def test_the_isbn_stands_beside_the_identifier() -> None:
    opf = opf_of(FULL)
    assert sorted(elements(opf, "identifier")) == ["urn:isbn:9783161484100", UUID]
    assert refinements(opf)["urn:isbn:9783161484100"] == {"identifier-type": "15"}  # ONIX code list 5
    (unique,) = (each.text for each in opf.iter(f"{DC}identifier") if each.get("id") == opf.get("unique-identifier"))
    assert unique == UUID


def test_a_series() -> None:
    opf = opf_of(FULL)
    assert properties(opf)["belongs-to-collection"] == ["The Body"]
    assert refinements(opf)["The Body"] == {"collection-type": "series", "group-position": "3"}
    assert named(opf)["calibre:series"] == "The Body"
    assert named(opf)["calibre:series_index"] == "3"
    # EPUB 3.3, `group-position`: "2.1.4" is allowed; calibre's number is a float.
    parted = opf_of(replace(FULL, series_number="2.1.4"))
    assert refinements(parted)["The Body"]["group-position"] == "2.1.4"
    assert "calibre:series_index" not in named(parted)
    assert "calibre:series" not in named(opf_of(BARE))


# --- accessibility ----------------------------------------------------------------------------------------


def with_references(*references: Image | Drawing) -> Book:
    body = "".join(f'<p><ref n="{number}"></ref></p>' for number in range(len(references)))
    chapter = replace(BARE.chapters[0], text=Text(body, references))
    return replace(BARE, authors=("Ana Lima",), entries=(chapter,))


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><text y="9">Box</text></svg>'


@pytest.mark.parametrize(
    ("book", "modes", "sufficient", "described"),
    [
        (BARE, ["textual"], ["textual"], False),
        (with_references(Image("x.png", "A crab")), ["textual", "visual"], ["textual,visual", "textual"], True),
        (with_references(Image("x.png", "")), ["textual", "visual"], ["textual,visual"], False),
        (
            with_references(Drawing(SVG, "A box", 4.5, (1, 1))),
            ["textual", "visual"],
            ["textual,visual", "textual"],
            True,
        ),
    ],
    ids=["text", "described picture", "picture", "diagram"],
)
def test_access_modes(book: Book, modes: list[str], sufficient: list[str], described: bool) -> None:
    found = properties(opf_of(book))
    assert (found["schema:accessMode"], found["schema:accessModeSufficient"]) == (modes, sufficient)
    assert ("alternativeText" in found["schema:accessibilityFeature"]) is described


def test_features_of_every_book() -> None:
    found = properties(opf_of(replace(BARE, language="de")))
    assert found["schema:accessibilityFeature"] == [
        "ARIA",
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
    ]
    assert found["schema:accessibilityHazard"] == ["none"]
    (summary,) = found["schema:accessibilitySummary"]
    assert summary.startswith("Überschriften")


def test_a_drawing_that_moves_may_flash() -> None:
    drawing = SVG.replace("</svg>", '<rect width="9" height="9"><animate attributeName="x"/></rect></svg>').encode()
    book = with_references(Image("x.svg", "A box"))
    files = unpacked(package(book, read=lambda file: drawing)[0])
    assert properties(etree.fromstring(files["EPUB/content.opf"]))["schema:accessibilityHazard"] == ["unknown"]


def test_page_breaks_name_their_source() -> None:
    pages = (PrintedPage("1", "c1", starts=True, opening="One", count=3),)
    opf = opf_of(FULL, Edition(pages=pages))
    found = properties(opf)
    assert {"pageBreakMarkers", "pageNavigation"} <= set(found["schema:accessibilityFeature"])
    assert found["pageBreakSource"] == [f"Title. PDF: {UUID}"]
    assert elements(opf, "source") == ["https://example.org/talks", f"Title. PDF: {UUID}"]
    assert "numbered as in print" in found["schema:accessibilitySummary"][0]
    assert "pageBreakSource" not in properties(opf_of(FULL))


def test_conformance_is_claimed_for_whoever_asks_and_vouches() -> None:
    opf = opf_of(FULL, CLAIM)
    conformance = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"  # EPUB Accessibility 1.1, 4.3.1: word by word so
    assert properties(opf)["dcterms:conformsTo"] == [conformance]
    assert refinements(opf)[conformance] == {"a11y:certifiedBy": "Small Press"}
    assert properties(opf_of(replace(FULL, publisher=""), CLAIM))["a11y:certifiedBy"] == ["Ana Lima", "Cy <Oz>"]
    for book, edition in ((FULL, GENERIC), (BARE, CLAIM)):
        assert not {"dcterms:conformsTo", "a11y:certifiedBy"} & set(properties(opf_of(book, edition)))


def test_what_speaks_against_a_claim() -> None:
    book = with_references(Image("x.png", ""), Image("x.png", ""), Image("y.png", "A crab"))
    (finding,) = claim_findings(book, CLAIM)
    assert (finding.code, finding.message) == (
        "unfounded-claim",
        "`accessibility-claim`: one image has no alternative text, as `x.png`",
    )
    (finding,) = claim_findings(BARE, CLAIM)
    assert (finding.code, finding.hint) == ("bad-config", "set `publisher` or `authors`")
    assert claim_findings(FULL, CLAIM) == claim_findings(book, GENERIC) == ()


# --- title page and colophon ------------------------------------------------------------------------------


def paragraphs(document: bytes) -> list[str]:
    body = etree.fromstring(document).find("{http://www.w3.org/1999/xhtml}body")
    assert body is not None
    return [" ".join("".join(map(str, each.itertext())).split()) for each in body.iter("{*}h1", "{*}p")]


def test_title_page_and_colophon() -> None:
    files = taken_apart(FULL)
    assert paragraphs(files[f"EPUB/text/{TITLE_PAGE}"]) == [
        "The Body, volume 3",
        "Title",
        "Subtitle",
        "Ana Lima",
        "Cy <Oz>",
        "Translated by Bo Ek",
        "Edited by Di & Po",
        "Small Press",
    ]
    colophon = paragraphs(files[f"EPUB/text/{COLOPHON}"])
    assert colophon[:2] == ["Colophon", "Title. Subtitle"]
    assert {"CC BY 4.0", "Small Press, May 2026", "ISBN 3-16-148410-X", "Edition of November 14, 2023", UUID} <= {
        *colophon
    }


def test_words_that_xml_cannot_hold_are_left_out() -> None:
    odd = "a\x00b\ufffec"
    book = replace(
        FULL,
        authors=(odd,),
        contributors=(Contributor(odd, "trl"),),
        filed_as=((odd, odd),),
        series=odd,
        subjects=(odd, "\x01"),
        sources=(odd,),
    )
    opf = opf_of(book)
    for name in ("creator", "contributor", "subject", "source"):
        assert elements(opf, name) == ["abc"]
    assert properties(opf)["belongs-to-collection"] == ["abc"]
