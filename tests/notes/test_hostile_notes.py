"""Notes that are slow or fatal for careless readers: four times the note may take about four times the time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

import pytest

from notebook_compile.book import embeds
from notebook_compile.book.assemble import assemble
from notebook_compile.book.names import Names
from notebook_compile.book.resolve import resolve_links
from notebook_compile.markup import parse
from notebook_compile.model import Chapter, Note, Outline, PlannedChapter, Reason, Source
from notebook_compile.notes.frontmatter import read_frontmatter
from notebook_compile.notes.reader import read_note

UNITS = 300
GROWTH_LIMIT = 8  # a note four times as long; the square would be 16
TRIFLE = 0.03  # seconds that are too few to compare
VIDEO = "---\nvideoId: dQw4w9WgXcQ\n---\n"
END = "\n\n</div>\n\nlast words\n"


def each(unit: str) -> Callable[[int], str]:
    """The unit again and again, `@` in it as the number of each."""
    if "@" in unit:
        return lambda n: "".join(unit.replace("@", str(number)) for number in range(n))
    return lambda n: unit * n


def front(lines: Callable[[int], str]) -> Callable[[int], str]:
    return lambda n: f"---\n{lines(n)}\n---\n"


NOTES: dict[str, Callable[[int], str]] = {
    # what parsers of Markdown stumble over
    "opening brackets": each("[" * 5),
    "open wiki-links": each("[[a|"),
    "open embeds": each("![["),
    "open links": each("[x]("),
    "links in images": lambda n: "![" * 6 * n + "[a](u)" * 6 * n,
    "stars": each("*" * 25),
    "open emphasis": each("*a "),
    "emphasis of both kinds": lambda n: "*a **a " * n + "b** b* " * n,
    "equals signs": each("==a "),
    "tildes": each("~~a "),
    "backticks": lambda n: "".join("a" + "`" * i for i in range(int(n**0.5) * 4)),
    "dollars": each("$a "),
    "double dollars": each("$$\n\n"),
    "percent signs": each("%% a\n\n"),
    "carets": each("a^[b "),
    "less-than signs": each("<" * 5),
    "ampersands": each("&" * 5),
    "backslashes": each("\\" * 5),
    "quotes in quotes": each("> "),
    "lists in lists": each("- "),
    "numbered lists in lists": each("1. "),
    "tasks in tasks": each("- [ ] "),
    "callouts in callouts": each("> [!note] "),
    "tabs": each("-\t"),
    "a wide table": lambda n: f"{'|a' * n}|\n{'|-' * n}|\n{'|b' * n}|\n",
    "a tall table": lambda n: "|a|b|\n|-|-|\n" + "|[[c\\|d]]|e|\n" * n,
    "one long line": each("abc def " * 20),
    "one long word": each("a" * 200),
    "blank lines": lambda n: "a" + "\n" * 50 * n + "b",
    # headings, anchors, block ids
    "headings": each("## a @\n"),
    "equal headings": each("## a\n" * 6),
    "empty headings": each("##\n" * 4),
    "headings with numbers": each("## a\n## a-2\n" * 2),
    "rules under lines": each("a\n=\n"),
    "combining characters": lambda n: "# a" + "\u0300\u0316" * 4 * n,
    "block ids": each("a ^b@\n\n"),
    "block ids alike": lambda n: "".join(
        f"a ^{''.join('bB'[i >> bit & 1] for bit in range(12))}\n\n" for i in range(n)
    ),
    # references and their places
    "equal links": each("[a](b.md) "),
    "links in one line": each("[a](b@.md) "),
    "links that are not as written": each("[a](b\\_@&amp;.md) [a](c\\_@&amp;.md) [a](d\\_@&amp;.md) "),
    "definitions": lambda n: each("[x@]: b@.md\n")(n) + "\n" + each("[x@] ")(n),
    "definitions at the end": lambda n: each("[x@]\n\n")(4 * n) + each("[x@]: b@.md\n")(4 * n),
    "images": each("![a](b@.png) "),
    "images elsewhere": each("![a](https://b/@.png) "),
    "wiki-links": each("[[n@]] "),
    "times": lambda n: VIDEO + "[00:16:15] " * n,
    "times in elements": lambda n: VIDEO + '<a class="yt-timestamp" data-t="00:16:15">[00:16:15]</a> ' * n,
    "elements of times that never end": each('<a class="yt-timestamp" data-t="'),
    "footnotes": lambda n: each("[^@] ")(n) + "\n\n" + each("[^@]: a\n")(n),
    "footnotes in footnotes": lambda n: "[^a0]\n\n" + "".join(f"[^a{i}]: a [^a{i + 1}]\n\n" for i in range(2 * n)),
    "inline footnotes": each("a^[b *c*] "),
    "formulas": each("$x$ "),
    # HTML
    "elements in elements": each("<div>" * 6),
    "elements in elements, closed": lambda n: "<div>" * 6 * n + "a" + "</div>" * 6 * n,
    "elements in a line": lambda n: "a " + "<b>" * n,
    "unclosed in each paragraph": lambda n: each("a <b title=@><i title=@>b\n\n")(3 * n),
    "unclosed before paragraphs": lambda n: "a " + each("<b title=@>")(3 * n) + "\n\n" + "c\n\n" * 3 * n,
    "links in links": lambda n: "a " + "<a href=x>" * 5 * n,
    "tables in tables": each("<table><tr><td>"),
    "elements beside tables": each("<table><b>"),
    "items": lambda n: "<ul>" + "<li>a" * n,
    "end tags alone": lambda n: "<div>" * n + "</p></b>" * n,
    "sections": each("<section>a</section>\n"),
    "comments that never end": each("<!--"),
    "scripts that never end": each("a <script>"),
    "titles that never end": each("a <title><textarea>\n\n"),
    "quotes that never end": each('<div title="a\n'),
    "a long name": lambda n: "<div>\n<" + "a" * 20 * n,
    "blanks in a tag": lambda n: "<div>\n<p" + " " * 20 * n + '"x">',
    "no elements": each("a <x@> "),
    # frontmatter
    "a long value": front(lambda n: "a: " + "x" * 200 * n),
    "keys": front(each("k@: v\n")),
    "keys that are none": front(each("k@: v: [\n")),
    "open lists": front(lambda n: "a: " + "[" * 40 * n),
    "lists in lists of YAML": front(lambda n: "a: " + "[" * 40 * n + "]" * 40 * n),
    "items in items of YAML": front(lambda n: "a:\n  " + "- " * 40 * n),
    "digits": front(lambda n: "a: " + "9" * 20 * n + "\nb: 0x" + "9" * 20 * n + "\nc: 1" + ":59" * 20 * n),
}


def read(text: str) -> Note:
    return read_note(Source("note.md", text))[0]


def seconds(task: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        task()
        return process_time() - start
    finally:
        gc.enable()


def check_growth(once: Callable[[], object], four_times: Callable[[], object]) -> None:
    growth = 0.0
    for _ in range(4):
        longer = seconds(four_times)
        if longer < TRIFLE:
            return
        growth = longer / seconds(once)
        if growth <= GROWTH_LIMIT:
            return
    pytest.fail(f"four times the note takes {growth:.1f} times as long")


@pytest.mark.parametrize("name", NOTES)
def test_growth(name: str) -> None:
    once, four_times = NOTES[name](UNITS) + END, NOTES[name](4 * UNITS) + END
    check_growth(lambda: read(once), lambda: read(four_times))
    note = read(four_times)
    assert "last words" in "".join(map(str, parse(note.body).itertext()))


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "? ", "[a, {b: "])
def test_yaml_does_not_overflow_the_stack(unit: str) -> None:
    front, problems = read_frontmatter(f"---\na:\n  {unit * 100_000}\n---\nwords", "note.md")
    assert [problem.code for problem in problems] == ["bad-frontmatter"]
    assert front.end


@pytest.mark.parametrize("form", ["[*{0}, *{0}]", "[*{0}]", "{{<<: [*{0}, *{0}], k{1}: v}}", "{{<<: *{0}}}"])
def test_aliases_do_not_multiply(form: str) -> None:
    lines = ["x0: &x0 {a: v}", *(f"x{i + 1}: &x{i + 1} {form.format(f'x{i}', i)}" for i in range(300))]
    front, problems = read_frontmatter("---\n{}\n---\nwords".format("\n".join(lines)), "note.md")
    assert [problem.code for problem in problems] == ["bad-frontmatter"]
    assert front.texts["x0"] == ("&x0 {a: v}",)


@pytest.mark.parametrize("digits", ["9" * 5000, "²" * 5000, "٣" * 5000])
def test_long_numbers_are_no_numbers(digits: str) -> None:
    note = read(f'{VIDEO}<h2 data-line="{digits}">a</h2>\n\n<a class="yt-timestamp" data-t="t={digits}">words</a>')
    assert "words" in note.body
    assert note.headings[0].line <= 6


NOTEBOOKS: dict[str, Callable[[int], dict[str, str]]] = {
    "a note embedded often": lambda n: {"a": "![[b]]\n\n" * n, "b": "words [[a]]\n\n" * 10},
    "sections": lambda n: {"a": each("![[b#h@]]\n\n")(n), "b": each("## h@\n\nwords [[a]]\n\n")(n)},
    "blocks": lambda n: {"a": each("![[b#^h@]]\n\n")(n), "b": each("- words ^h@\n")(n)},
    "a section for each chapter": lambda n: {
        "b": each("## h@\n\nwords\n\n")(n),
        **{f"a{i}": f"![[b#h{i}]]" for i in range(n // 10)},
    },
    "a section that is not there": lambda n: {"a": each("![[b#h@]] ")(n), "b": "words " * n},
    "itself": lambda n: {"a": "![[a]] words " * n},
    "links": lambda n: {"a": "[[b]] words " * n, "b": each("[[a]] [[#h@]]\n\n## h@\n\n")(n)},
    "times": lambda n: {"a": VIDEO + "words [00:16:15] " * n},
    "footnotes": lambda n: {"a": each("words[^@] ")(n) + "\n\n" + each("[^@]: [[a]] [^@]\n")(n)},
}


def assembled(notebook: dict[str, str]) -> str:
    notes = {f"{name}.md": read_note(Source(f"{name}.md", text))[0] for name, text in notebook.items()}
    outline = Outline(None, "", tuple(PlannedChapter(path, 0, Reason("")) for path in notes))
    entries = assemble(outline, notes, resolve_links(notes, Names(notes.values(), ()))[0])[1]
    return "".join(entry.text.body for entry in entries if isinstance(entry, Chapter))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_growth_of_books(name: str) -> None:
    once, four_times = NOTEBOOKS[name](100), NOTEBOOKS[name](400)
    check_growth(lambda: assembled(once), lambda: assembled(four_times))
    assert "words" in assembled(once)


def test_embeds_do_not_multiply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeds, "MAX_EMBEDDED", 50_000)
    chain = {name: f"![[{following}]]\n\n" * 200 for name, following in zip("abcd", "bcde", strict=True)}
    assert assembled({**chain, "e": "words"}).count("words") > 200


def test_embeds_of_deep_notes() -> None:
    deep = {name: "<div>" * 3000 + f"![[{following}]]" for name, following in zip("abcde", "bcdef", strict=True)}
    assert assembled({**deep, "f": "words"}).count("words") == 6
