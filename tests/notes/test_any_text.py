"""What holds for any text: nothing raises, markup is well formed, no word is lost, places are those of the source."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.model import LOCAL_ID, Note, Source
from notebook_compile.notes.frontmatter import read_frontmatter
from notebook_compile.notes.reader import read_note

LINKS = ["[[{}]]", "![[{}]]", "[[x|{}]]", "[[x#y|{}]]", "[{}](x.md)", "*[[{}]]*", "**{}**", "{}"]
TIMES = [
    "[00:16:15]",
    "[16:15]",
    '<a class="yt-timestamp" data-t="00:16:15">[00:16:15]</a>',
    '[<a class="yt-timestamp" data-t="00:16:15">00:16:15</a>]',
    "[00:16:15](#t=00:16:15)",
]
PIECES = [
    *TIMES,
    *(form.format("z") for form in LINKS),
    *"[ ] [[ ]] ![[ | ]( ) # ^ ` ``` ~~~ %% == ~~ < > </a> <a <a> </p> <p> <pre> <td> <table> <!-- -->".split(" "),
    *("$", "$$", "$x$", "$\\foo$", "]]>", "<?", "&", "> ", "- ", "1. ", "- [ ] ", "## ", "| a |\n|---|\n", "> [!x] "),
    *("---\n", "title: a\n", "videoId: dQw4w9WgXcQ\n"),
    *(" ", "\n", "\n\n", "\r\n", "\t", "    ", "é", "潮", "🦀", "ß"),
    *("\ue000", "\ue001\ue010\ue002", "\0", "\ud800", "\x85"),
]
YAML = [
    *"[ ] { } ' \" &x *x !! !!int !!python/object:os.x | > # --- ... << ~ 1 0x 1e999 2024-13-01 true % @".split(" "),
    *("a", "title", ": ", "- ", "? ", "\n", "  ", "\t", "\ufeff", "\x85", "é"),
]

words = st.text("abcdefghijklmnopqrstuvwxyzäßλж潮", min_size=1, max_size=8)
noise = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join)
starts = st.sampled_from(["", "", "\n", "> ", "- ", "## ", "1. ", "\n> [!note] "])
many = settings(max_examples=200, deadline=None, derandomize=True)


def read(text: str) -> Note:
    return read_note(Source("folder/note.md", text))[0]


def tree_of(note: Note) -> etree._Element:
    return etree.fromstring(f"<div>{note.body}</div>")


@many
@given(noise, st.booleans())
def test_any_text_is_read(text: str, with_video: bool) -> None:
    source = ("---\nvideoId: dQw4w9WgXcQ\n---\n" if with_video else "") + text
    note, found = read_note(Source("note.md", source))
    numbers = [int(ref.get("n", "")) for ref in tree_of(note).iter("ref")]
    assert sorted(numbers) == list(range(len(note.references)))
    assert not re.search("[\ue001-\ue01f]", note.body + note.title)
    lines = source.split("\n")
    for line, column in [*(each.place for each in note.references), *((each.line, each.column) for each in found)]:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@many
@given(st.lists(st.tuples(starts, words, st.sampled_from(LINKS), st.sampled_from(["", "", *TIMES])), min_size=1))
def test_words_are_kept_in_order(lines: list[tuple[str, str, str, str]]) -> None:
    text = "\n".join(f"{start}{word} {link.format(word)} {time}" for start, word, link, time in lines)
    note = read(f"---\nvideoId: dQw4w9WgXcQ\n---\n{text}")
    shown = re.sub(r"\d\d:\d\d:\d\d|Note\b", " ", " ".join(map(str, tree_of(note).itertext())))
    assert shown.split() == [word for _, word, _, _ in lines for _ in range(2)]


@many
@given(st.lists(st.tuples(starts, words, st.sampled_from([*LINKS[:4], *TIMES])), min_size=1))
def test_places_are_those_of_the_source(lines: list[tuple[str, str, str]]) -> None:
    written = [form.format(word) for _, word, form in lines]
    text = "\n".join(f"{start}{word} {item} {word}" for (start, word, _), item in zip(lines, written, strict=True))
    note = read(f"---\nvideoId: dQw4w9WgXcQ\n---\n{text}")
    source = f"---\nvideoId: dQw4w9WgXcQ\n---\n{text}".split("\n")
    found = [source[line - 1][column - 1 :] for line, column in (each.place for each in note.references)]
    assert len(found) == len(written)
    for rest, item in zip(found, written, strict=True):
        assert rest.startswith(item)


@many
@given(st.lists(st.text("ab #-ß潮🦀", max_size=6), min_size=1, max_size=8))
def test_anchors_of_headings_are_unique(titles: list[str]) -> None:
    note = read("".join(f"## {title}\n\n" for title in titles))
    anchors = [heading.anchor for heading in note.headings]
    assert len(set(anchors)) == len(anchors) == len(titles)
    assert [element.get("id") for element in tree_of(note).iter("h2")] == [LOCAL_ID + anchor for anchor in anchors]


@many
@given(st.lists(st.sampled_from(YAML) | st.text(max_size=2), max_size=20).map("".join))
def test_any_frontmatter_is_read(block: str) -> None:
    text = f"---\n{block}\n---\nbody"
    front, _ = read_frontmatter(text, "note.md")
    assert text[front.end :].endswith("body")
    assert all(isinstance(value, str) for values in front.texts.values() for value in values)
    assert all(isinstance(key, str) for key in [*front.values, *front.texts, *front.lines])
    lines = text.split("\n")
    assert all(2 <= line <= len(lines) for line in front.lines.values())


@many
@given(noise, noise)
def test_reading_depends_on_the_text_alone(text: str, other: str) -> None:
    first = read_note(Source("note.md", text))
    read(other)
    assert repr(read_note(Source("note.md", text))) == repr(first)


# what is written, and what stands at the place of its reference; `@` is a number that nothing else has
WRITTEN = {
    "[[n@]]": "[[n@]]",
    "[[n@#h|l]]": "[[n@#h",
    "![[n@]]": "![[n@]]",
    "[l](n@.md)": "n@.md",
    "[l](<n@ b.md>)": "n@ b.md",
    '[l](n@%20b.md "t")': "n@%20b.md",
    "![l](n@.png)": "n@.png",
    "![l|100](n@.png)": "n@.png",
    "[l][r@]": "d@.md",
    '<a href="n@.md">l</a>': "n@.md",
    '<img src="n@.png">': "n@.png",
    "[00:01:02]": "[00:01:02]",
    '<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>': '<a class="yt-timestamp"',
    "w[^f@]": "[^f@]",
    "$x_{@}$": "x_{@}",
}
AROUND = ["{}", "**{}**", "*{}*", "w {} w", "~~{}~~ w", "({})", "`c` {}", "{} `[[c]]`", "==w== {}", "[l](s.md) {}"]


@many
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["", " ", "\n", "\n\n", "\n\n> ", "\n- ", "\n\n## ", "\n1. ", "\n\n> [!note] ", "\n\n- [ ] "]
            ),
            st.sampled_from(AROUND),
            st.sampled_from(list(WRITTEN)),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_places_are_those_of_what_is_written(items: list[tuple[str, str, str]]) -> None:
    text = "".join(
        f"{start} {around.format(form.replace('@', str(100 + number)))}"
        for number, (start, around, form) in enumerate(items)
    )
    ends = "".join(f"[r{100 + i}]: d{100 + i}.md\n" for i in range(12)) + "".join(
        f"\n[^f{100 + i}]: note\n" for i in range(12)
    )
    source = f"---\nvideoId: dQw4w9WgXcQ\n---\nw {text}\n\n{ends}"
    lines = source.split("\n")
    found = [lines[line - 1][column - 1 :] for line, column in (each.place for each in read(source).references)]
    wanted = [
        [WRITTEN[form].replace("@", str(100 + number))] + ["s.md"] * around.startswith("[l](s.md)")
        for number, (_, around, form) in enumerate(items)
    ]
    for start in (start for starts in wanted for start in starts):
        match = next((rest for rest in found if rest.startswith(start)), None)
        assert match is not None, start
        found.remove(match)
    assert not found
