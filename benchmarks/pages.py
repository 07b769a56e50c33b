"""Judge the pages of finished PDFs, by what stands on them.

    python benchmarks/pages.py BOOK.pdf... [--only setting,footnotes,codes,file] [--pages sample|all] [--dpi 300,600]

    setting    gaps in lines, paragraphs broken badly over pages, headings left alone, what leaves the page
    footnotes  whether each stands where its mark leads, and leads back
    codes      QR codes, read by zxing-cpp and by zbar, and how large they are
    file       fonts, outline, labels, descriptions, soundness

Each section prints its figures and their bars, and what does not fit. The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import PdfError
from printed import breaks, codes, file, footnotes, lines
from printed.volume import Volume
from reading.sections import Figure, Section, listed

FONTS = Path(__file__).parents[1] / "styles" / "fonts"
_SAMPLE = 12  # pages with codes


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    every: bool = False  # whether the codes of all pages are read
    resolutions: tuple[int, ...] = (300, 600)
    fonts: tuple[str, ...] = ()  # families that are allowed beside those that come with the compiler
    widest: float = 20.0  # points between two words
    shown: int = 10  # how many findings of a kind are listed


def judge_setting(volume: Volume, options: Options) -> Section:
    """How lines are set, and where pages end."""
    spaces = lines.gaps(volume)
    wide = sum(gap.width > options.widest for gap in spaces)
    short = lines.short_lines(volume)
    broken = list(breaks.broken_paragraphs(volume))
    alone = [each for each in broken if each.before == 1 or each.after == 1]
    cut = [each for each in broken if each.within_word]
    feet = list(breaks.headings_at_foot(volume))
    out = sorted({page for page, _ in breaks.outside(volume, -0.5)})
    near = {page for page, _ in breaks.outside(volume, 5 * codes.MILLIMETRE)}
    shown = [f"page {gap.page + 1}: {gap.width:.1f} pt between {' and '.join(gap.words)}" for gap in spaces]
    return Section(
        (
            count("spaces between words", len(spaces)),
            count(f"spaces over {options.widest:g} pt", wide, most=0),
            Figure("widest space, in points", spaces[0].width if spaces else 0.0, digits=1),
            count("lines of justified paragraphs that end short", len(short)),
            count("paragraphs broken over pages", len(broken)),
            count("of them with a single line on a page", len(alone), most=0),
            count("pages that end within a word", len(cut), most=0),
            count("headings at the foot of a page", len(feet), most=0),
            count("pages that something leaves", len(out), most=0),
            Figure(
                "share of pages with something nearer than 5 mm to the edge", len(near) / len(volume.pages), digits=3
            ),
        ),
        (
            *shown[: options.shown],
            *listed([f"page {e.page + 1}: {e.before} + {e.after} lines: {e.words}" for e in alone], options.shown),
            *listed([f"page {page + 1}: a short line ends with {word}" for page, word in short], options.shown),
            *listed([f"page {each.page + 1} ends within a word: {each.words}" for each in cut], options.shown),
            *listed([f"page {page + 1} ends with the heading {text}" for page, text in feet], options.shown),
            *listed([f"page {page + 1} loses something at its edge" for page in out], options.shown),
            *listed([f"page {page + 1} has something near its edge" for page in sorted(near)], options.shown),
        ),
    )


def judge_footnotes(volume: Volume, options: Options) -> Section:
    """Whether calls and footnotes belong together."""
    found = footnotes.footnotes(volume)
    findings = {
        "footnotes without a call": found.without_call,
        "calls without a footnote": found.without_footnote,
        "footnotes that are not on the page of their call or the next": found.far,
        "footnotes whose call shows another number": found.misnumbered,
        "footnotes that do not lead back": found.unlinked,
    }
    return Section(
        (
            count("footnotes", found.footnotes),
            *(count(name, len(each), most=0) for name, each in findings.items()),
        ),
        tuple(
            line for name, each in findings.items() for line in listed([f"{name}: {e}" for e in each], options.shown)
        ),
    )


def judge_codes(volume: Volume, options: Options) -> Section:
    """Whether codes are read, and how large they are."""
    found = codes.codes(volume)
    pages = sorted({code.page for code in found})
    looked_at = pages if options.every else pages[:: max(1, len(pages) // _SAMPLE)]
    read = [codes.read(volume, code, options.resolutions) for code in found if code.page in set(looked_at)]
    missed = [f"page {e.code.page + 1}: {e.code.address} missed by {', '.join(e.missed)}" for e in read if e.missed]
    wrong = [
        f"page {e.code.page + 1}: {e.code.address} says {e.says}" for e in read if e.says not in ("", e.code.address)
    ]
    tight = [f"page {e.code.page + 1}: {e.code.address} has no quiet zone" for e in read if e.width and not e.quiet]
    others = [
        f"page {page + 1}: {text} has no description" for page, text in codes.undescribed(volume, found, looked_at)
    ]
    twice = [
        f"chapter on page {page + 1}: {address} has several codes" for page, address in codes.repeated(volume, found)
    ]
    full = [f"page {page + 1}: codes take {share:.2f} of it" for page, share in codes.crowded(volume, found)]
    widths = [each.width for each in read if each.width]
    return Section(
        (
            count("codes", len(found)),
            count("codes that were read", len(read)),
            count("codes that a reader misses", len(missed), most=0),
            count("codes that say another address than their description", len(wrong), most=0),
            count("codes without a description", len(others), most=0),
            count("codes with something in their quiet zone", len(tight), most=0),
            Figure(
                "smallest width with the quiet zone, in mm",
                min(widths, default=0.0),
                least=12 if read else None,
                digits=2,
            ),
            count("addresses with a time that have several codes in a chapter", len(twice), most=0),
            count("pages that are more than half codes", len(full)),
        ),
        tuple(line for each in (missed, wrong, others, tight, twice, full) for line in listed(each, options.shown)),
    )


def judge_file(volume: Volume, options: Options) -> Section:
    """What the file says beside its pages."""
    used = file.fonts(volume)
    bare = [f"{name} is not embedded" for name, embedded in used.items() if not embedded]
    foreign = [
        f"{name} does not come with the compiler"
        for name in file.foreign_fonts(volume, (*allowed_fonts(), *options.fonts))
    ]
    labels, links, unsound = file.mislabelled(volume), file.undescribed_links(volume), file.complaints(volume)
    flat = [f"too flat: {each}" for each in file.flat_links(volume)]
    pictures = [f"{each}: a picture without a description" for each in file.undescribed_pictures(volume)]
    return Section(
        (
            count("pages", len(volume.pages)),
            count("fonts", len(used)),
            count("fonts that are not embedded", len(bare), most=0),
            count("fonts of other families", len(foreign), most=0),
            count("levels of the outline", max((entry.depth for entry in volume.outline), default=0), least=1),
            count(
                "entries of the outline that lead nowhere", sum(entry.page is None for entry in volume.outline), most=0
            ),
            count("pages with a label out of order", len(labels), most=0),
            count("links without a description", len(links), most=0),
            count("links too flat to be hit", len(flat), most=0),
            count("pictures without a description", len(pictures), most=0),
            count("complaints of qpdf", len(unsound), most=0),
        ),
        (
            "fonts: " + ", ".join(used),
            *(
                line
                for each in (bare, foreign, labels, links, flat, pictures, unsound)
                for line in listed(each, options.shown)
            ),
        ),
    )


def allowed_fonts() -> set[str]:
    """The families that come with the compiler."""
    return file.families_in(FONTS)


def count(name: str, number: int, least: int | None = None, most: int | None = None) -> Figure:
    """A figure that counts."""
    return Figure(name, number, least, most, digits=0)


SECTIONS: dict[str, Callable[[Volume, Options], Section]] = {
    "setting": judge_setting,
    "footnotes": judge_footnotes,
    "codes": judge_codes,
    "file": judge_file,
}


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Judge the pages of finished PDFs.")
    parser.add_argument("books", type=Path, nargs="+", metavar="BOOK.pdf")
    parser.add_argument("--only", default=",".join(SECTIONS), help="some of " + ",".join(SECTIONS))
    parser.add_argument("--pages", choices=("sample", "all"), default="sample", help="whose codes are read")
    parser.add_argument("--dpi", default="300,600", help="the resolutions that codes are read at")
    parser.add_argument("--fonts-allowed", default="", help="families beside those that come with the compiler")
    parser.add_argument("--shown", type=int, default=10, help="how many findings of a kind are listed")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}")
    for book in options.books:
        if not book.is_file():
            parser.error(f"no file {book}")
    return options


def judge(data: bytes, options: Options, only: Sequence[str] = tuple(SECTIONS)) -> dict[str, Section]:
    """Judge a PDF, section for section."""
    volume = Volume(data)
    return {name: SECTIONS[name](volume, options) for name in only}


def main() -> int:
    """Judge, print, and say by the exit code whether all bars are kept."""
    arguments = read_arguments()
    options = Options(
        every=arguments.pages == "all",
        resolutions=tuple(int(dots) for dots in arguments.dpi.split(",")),
        fonts=tuple(name for name in arguments.fonts_allowed.split(",") if name),
        shown=arguments.shown,
    )
    kept = True
    for book in arguments.books:
        print(f"{book}\n", flush=True)
        try:
            sections = judge(book.read_bytes(), options, arguments.only)
        except PdfError as error:
            print(f"    no PDF: {error}\n")
            kept = False
            continue
        for name, section in sections.items():
            print(name, *(figure.line() for figure in section.figures), sep="\n")
            print(*(f"    {line}" for line in section.lines), "", sep="\n", flush=True)
            kept = kept and all(figure.kept for figure in section.figures)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
