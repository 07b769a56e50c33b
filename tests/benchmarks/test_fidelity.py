"""Each check of how truly notes are read passes where it should, and can fail."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

import fidelity  # noqa: E402
from reading import blocks, engines, examples, hostile, outlines, speed, times, words  # noqa: E402
from reading.sections import Figure, File, Options, Section, read_files  # noqa: E402

from notebook_compile.model import Timestamp  # noqa: E402
from notebook_compile.notes import reader  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from notebook_compile.model import Note

OPTIONS = Options(shown=20, sample=2, rounds=1, seconds=30)
TEXT = """---
title: Seas
videoId: dQw4w9WgXcQ
---
# Seas

The *deep* sea <a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a> is [[cold_water|cold]].

1. salt
2. `[[code]]` water

   > [!tip]
   > swim [00:02:03]

| a | b |
|---|---|
| [[x|y]] | z |
"""


def note(text: str = TEXT) -> File:
    return File("sea/seas.md", text)


def kept(section: Section) -> dict[str, bool]:
    return {figure.name: figure.kept for figure in section.figures}


def read_as(change: Callable[[Note], Note]) -> Callable[..., Any]:
    """`read_note`, but what it says of a note is changed."""

    def read(*arguments: Any) -> Any:
        found, diagnostics = reader.read_note(*arguments)
        return change(found), diagnostics

    return read


# --- sections ---------------------------------------------------------------------------------------------


def test_figures() -> None:
    assert Figure("a", 0.9989, least=0.999).kept is False
    assert Figure("a", 0.999, least=0.999).kept
    assert Figure("a", 1.01, most=1).kept is False
    assert "MISSED" in Figure("a", 1.01, most=1).line()
    assert Figure("a", 5).line() == "  a: 5.00000"


def test_files(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "a.md").write_text("a", encoding="utf-8")
    (file,) = read_files([tmp_path])
    assert file.path == f"{tmp_path.name}/b.md"
    assert file.body.startswith("# Seas")
    assert file.place(3).endswith(":7")


# --- blocks -----------------------------------------------------------------------------------------------

READERS = (outlines.our_blocks, outlines.cmark_blocks, outlines.markdown_it_blocks)
STRUCTURE = """- a

  b
- c

3. <b>x</b>
   - | a | b |
     |---|---|
     | 1 | 2 |

<div>

```py x
a

```
# h
***
> q
"""
OUTLINE = """bullets loose
  item
    paragraph
    paragraph
  item
    paragraph
numbers from 3 tight
  item
    paragraph
    bullets
      item
        table 2x2
html
code py, lines: 2
heading 1
break
quote
  paragraph""".split("\n")


@pytest.mark.parametrize("read", READERS)
def test_outline(read: Callable[[str], list[outlines.Block]]) -> None:
    assert list(outlines.outline(read(STRUCTURE))) == OUTLINE


def test_blocks_of_the_specification_are_alike() -> None:
    """The three outlines are read so differently that they agree only if each is right."""
    for example in examples.read_examples(SPECIFICATION):
        ours, *others = (list(outlines.outline(read(example.source))) for read in READERS)
        assert all(other == ours for other in others), example.name


def test_right_blocks() -> None:
    section = blocks.measure_blocks([note(), note(STRUCTURE)], OPTIONS)
    assert all(kept(section).values())
    assert section.lines == ()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (STRUCTURE.replace("- a\n\n", "- a\n"), "'bullets tight'"),
        (STRUCTURE.replace("3. ", "4. "), "'numbers from 4 tight'"),
        (STRUCTURE.replace("# h", "## h"), "'heading 2'"),
        (STRUCTURE.replace("     | 1 | 2 |\n", ""), "'        table 1x2'"),
        (STRUCTURE.replace("> q", "q"), "'paragraph'"),
        (STRUCTURE.replace("> q", ""), "'nothing'"),
        (STRUCTURE.replace("```py", "```js"), "'code js, lines: 2'"),
    ],
)
def test_wrong_blocks(monkeypatch: pytest.MonkeyPatch, other: str, said: str) -> None:
    ours = outlines.our_blocks
    monkeypatch.setattr(blocks, "our_blocks", lambda _: ours(other))
    section = blocks.measure_blocks([note(STRUCTURE)], OPTIONS)
    assert not section.figures[0].kept
    assert f"ours is {said}" in section.lines[0]
    assert section.lines[0].startswith("sea/seas.md:")


def test_what_obsidian_reads_otherwise_is_replaced() -> None:
    time = '<a class="yt-timestamp" data-t="1:00">1:00</a>'
    text = f"a\n%%\n# b\n%%\n| [[a|b]] |\n|--|\n\n$$\n- x\n$$\n\n[^1]: c\n\n{time}\n"
    assert list(outlines.outline(outlines.our_blocks(blocks.neutral(text)))) == [
        "paragraph",
        "table 1x1",
        "paragraph",
        "paragraph",
        "paragraph",
    ]


# --- words ------------------------------------------------------------------------------------------------


def test_right_words() -> None:
    section = words.measure_words([note()], OPTIONS)
    assert all(kept(section).values())
    assert [figure.value for figure in section.figures] == [1, 1, 0]
    assert section.lines == ("14 words",)


@pytest.mark.parametrize(
    ("before", "after", "missed", "said"),
    [
        ("deep", "", ["words kept", "words in order"], "1 missing (deep)"),
        ("cold</ref>", "</ref>", ["words kept", "words in order"], "1 missing (cold)"),
        ("deep", "deep deep", ["words added"], "1 added (deep)"),
        ("salt", "salt y", ["words added"], "1 added (y)"),
        ("The <em>deep</em>", "<em>deep</em> The", ["words in order"], "1 out of order"),
    ],
)
def test_wrong_words(monkeypatch: pytest.MonkeyPatch, before: str, after: str, missed: list[str], said: str) -> None:
    changed = read_as(lambda found: replace(found, body=found.body.replace(before, after)))
    monkeypatch.setattr(words, "read_note", changed)
    section = words.measure_words([note()], OPTIONS)
    assert [name for name, fine in kept(section).items() if not fine] == missed
    assert said in section.lines[1]


def test_wanted_words() -> None:
    text = (
        "# T\n\n- [x] done ^id\n\n> [!warning]- Hot *tea*\n> %%no%% ![[b/c_d.png|40]] ![[e.png|f|40]]\n\n"
        'g[^1] <a class="yt="yt-timestamp" data-t="00:00:01">[00:00:01]</a>h\n\n[^1]: i\n\n'
        "<b>j</b>k <script>l</script>\n"
    )
    assert words.wanted_words(text, "T") == "done hot tea c d f g h i jk".split()
    assert words.wanted_words("# T", "t") == ["t"]
    assert words.wanted_words("`[[a|b]]`", "") == ["a", "b"]


# --- times ------------------------------------------------------------------------------------------------


def without_time(found: Note) -> Note:
    return replace(found, references=tuple(each for each in found.references if not isinstance(each, Timestamp))[:1])


def with_other_seconds(found: Note) -> Note:
    changed = (
        replace(each, moment=replace(each.moment, seconds=each.moment.seconds + 1))
        if isinstance(each, Timestamp)
        else each
        for each in found.references
    )
    return replace(found, references=tuple(changed))


def test_right_times() -> None:
    section = times.measure_times([note()], OPTIONS)
    assert all(kept(section).values())
    assert section.lines[0] == "2 readable times read, 0 missed"


def test_times_that_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "read_note", read_as(without_time))
    section = times.measure_times([note()], OPTIONS)
    assert kept(section)["readable times that became moments"] is False
    assert section.lines[0] == "0 readable times read, 2 missed"
    assert any("MISSED" in line and line.endswith("sea/seas.md:7") for line in section.lines)


def test_times_of_another_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "read_note", read_as(with_other_seconds))
    section = times.measure_times([note()], OPTIONS)
    assert kept(section)["moments of the second that is written"] is False


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[00:01:02]", ""),
        ("(0:01:02-0:01:03)", ""),
        ("[00:01:02; 00:02:03]", ""),
        ('<a yt="yt-timestamp" data-t="00:01:02"></a>', ""),
        ('<a class="yt-timestamp" data-t="00:02:00">[00:01:58">[00:02:00]</a>', ""),
        ("[x](#t=00:01:02)", ""),
        ("[x](00:01:02)", ""),
        ("[00:01:02](https://a.example)", ""),
        ("[00:01:02](https://youtu.be/dQw4w9WgXcQ?t=62)", "video link"),
        ("[00:01:02](https://www.youtube.com/watch?v=example&t=62)", ""),
        ('[00:01:02](<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>', ""),
        ("[[x | 00:01:02]]", ""),
        ('[[x | <a class="yt-timestamp" data-t="00:01:02">00:01:02</a>]]', ""),
        ("[[x | at 00:01:02]]", "words"),
        ("[see](https://a.example?t=12)", "no clock time"),
        ("[see 1:02](https://a.example)", "words"),
        ("(3:1)", "words"),
        ("3:45", "bare"),
        ('<a class="yt-timestamp" data-t="03:14:622">[03:14:622]</a>', "no clock time"),
    ],
)
def test_doubt(text: str, why: str) -> None:
    (found,) = times.spellings(note(f"---\nvideoId: dQw4w9WgXcQ\n---\nword {text} word\n"))
    assert (found.text, found.why) == (text, why)


def test_times_in_code_or_without_a_video() -> None:
    text = "---\nvideoId: dQw4w9WgXcQ\n---\n`[00:01:02]`\n\n```\n[00:01:02]\n```\n[00:01:02]\n"
    assert [each.why for each in times.spellings(note(text))] == ["in code", "in code", ""]
    assert [each.why for each in times.spellings(note("[00:01:02]"))] == ["no video"]


# --- speed ------------------------------------------------------------------------------------------------


def test_ratios() -> None:
    medians = {engines.OURS: 3.0, engines.WHOLE: 5.0, engines.PYMDOWN: 2.0, engines.MARKDOWN_IT: 1.0}
    missed = [figure.name for figure in speed.ratios(medians) if not figure.kept]
    assert missed == ["our extensions beside pymdown-extensions"]
    assert all(figure.kept for figure in speed.ratios({**medians, engines.OURS: 1.9}))


def test_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(engines.ENGINES, engines.PYMDOWN)
    section = speed.measure_speed([note(), note(STRUCTURE), note()], OPTIONS)
    assert section.lines[0].startswith("2 notes")
    assert all(figure.value > 0 for figure in section.figures)


# --- hostile ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "peer", "times_as_long"),
    [(0.001, 0.0001, 1), (0.4, 0.001, 20), (1, 0.1, 10), (hostile.FAILED, 1, hostile.FAILED), (1, hostile.FAILED, 0.1)],
)
def test_beside(ours: float, peer: float, times_as_long: float) -> None:
    assert hostile.beside(ours, peer, 10) == pytest.approx(times_as_long)


def test_hostile_texts_have_processes_of_their_own() -> None:
    assert 0 < hostile.time_alone(engines.OURS, "a *b*", 30) < 5
    assert hostile.time_alone("no engine", "a", 30) == hostile.FAILED
    assert hostile.time_alone(engines.OURS, "a", 0.001) == hostile.FAILED


def test_slow_and_failing_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {engines.MARKDOWN_IT: 0.1, engines.OURS: 2.1, engines.WHOLE: hostile.FAILED}
    monkeypatch.setattr(hostile, "INPUTS", {"bad": lambda: "a"})
    monkeypatch.setattr(hostile, "time_alone", lambda engine, *_: taken[engine])
    section = hostile.measure_hostile([], OPTIONS)
    assert not any(kept(section).values())
    assert "MISSED: our extensions 21 times, read_note inf times" in section.lines[1]
    taken[engines.WHOLE] = taken[engines.OURS] = 1.9
    assert all(kept(hostile.measure_hostile([], OPTIONS)).values())


# --- spec -------------------------------------------------------------------------------------------------

SPECIFICATION = json.loads((ROOT / "tests/notes/markdown/commonmark-0.31.2.json").read_text("utf-8"))


def test_spec(tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    good = {"markdown": "*a*\n", "html": "<p><em>a</em></p>\n", "example": 1, "section": "Emphasis"}
    linked = {"markdown": "www.a.example\n", "html": "<p>www.a.example</p>\n", "example": 2, "section": "Text"}
    bad = {**good, "html": "<p>*a*</p>\n", "example": 3}
    file.write_text(json.dumps([good, linked, bad]), encoding="utf-8")
    section = examples.measure_spec([], replace(OPTIONS, spec=file))
    assert [figure.value for figure in section.figures] == [pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert not any(kept(section).values())
    assert "2 Text: read otherwise because of autolinks" in section.lines
    assert any(line.startswith("3 Emphasis: not exact") for line in section.lines)


def test_normalised() -> None:
    assert examples.normalised('<p><a b="1" a="2">x</a>  y</p>\n') == examples.normalised("<p><a a=2 b=1>x</a> y</p>")
    assert examples.normalised("<p>a<br />b</p>") == examples.normalised("<p>a<br>b</p>")
    assert examples.normalised("<pre>a  b</pre>") != examples.normalised("<pre>a b</pre>")
    assert examples.normalised("<p>a b</p>") != examples.normalised("<p>ab</p>")


# --- the door ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "code"), [(1.0, 0), (0.5, 1)])
def test_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, value: float, code: int
) -> None:
    made = Section((Figure("share", value, least=0.9),), ("found",))
    monkeypatch.setitem(fidelity.SECTIONS, "blocks", lambda *_: made)
    monkeypatch.setattr(sys, "argv", ["fidelity.py", str(tmp_path), "--only", "blocks"])
    assert fidelity.main() == code
    assert "    found" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--only", "nothing"], ["--only", "blocks"], ["no-such-folder"], ["--rounds", "0"]]
)
def test_wrong_arguments(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fidelity.py", *arguments])
    with pytest.raises(SystemExit, match="2"):
        fidelity.main()
