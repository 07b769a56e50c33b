"""Order: which notes are chapters, in which order, under which parts, and why each is there.

The index note's links in order are the chapters, its headings the parts, its prose the introductions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from lxml import etree

from notebook_compile.book.resolve import Targets
from notebook_compile.markup import parse, serialise
from notebook_compile.model import (
    LOCAL_ID,
    Drawing,
    Embed,
    Formula,
    Link,
    Note,
    Outline,
    PlannedChapter,
    PlannedPart,
    Reason,
)
from notebook_compile.moments import video_address
from notebook_compile.notes.folder import natural_key

_INDEX_NAMES = ("index", "readme", "summary")
_LETTER = re.compile(r"\w")
_LISTS = ("ul", "ol")

Entry = PlannedPart | PlannedChapter


def find_index(paths: Iterable[str], folder_name: str, wanted: str | None) -> str | None:
    """The index note's path: the one named, else `index`, `README`, `SUMMARY` or the folder's own name, in any case."""
    by_name = {path.removesuffix(".md").casefold(): path for path in sorted(paths, reverse=True)}
    if wanted is not None:
        name = wanted.removesuffix(".md").casefold()
        return by_name.get(name) or next((by_name[path] for path in by_name if path.endswith("/" + name)), None)
    return next((by_name[name] for name in (*_INDEX_NAMES, folder_name.casefold()) if name in by_name), None)


def order_by_links(index: Note, notes: Mapping[str, Note], targets: Targets, depth: int) -> Outline:
    """The outline that the index note's links give; from `depth` 2 on the chapters' own links too."""
    walk = _IndexWalk(index, targets[index.path])
    walk.blocks(parse(index.body))
    followed = _follow(walk.entries, index.path, notes, targets, depth)
    entries, empty = _without_empty_parts(followed)
    return Outline(
        index=index.path,
        introduction=walk.introduction,
        entries=entries,
        missing=tuple(walk.missing),
        repeated=tuple(walk.repeated),
        empty=empty,
    )


def order_by_name(notes: Mapping[str, Note], index: str | None, order: str) -> Outline:
    """All notes but the index: `alpha` by title; `folder` by path, with a part for each folder."""
    chosen = [note for path, note in notes.items() if path != index]
    entries: list[Entry] = []
    if order == "alpha":
        chosen.sort(key=lambda note: (natural_key(note.title), note.path))
        entries += (PlannedChapter(note.path, 0, Reason("")) for note in chosen)
        return Outline(index, "", tuple(entries))
    folders: tuple[str, ...] = ()
    for note in sorted(chosen, key=lambda note: _folder_key(note.path)):
        parents = PurePosixPath(note.path).parent.parts
        shared = _shared(folders, parents)
        entries += (PlannedPart(parents[level], level, None, "") for level in range(shared, len(parents)))
        entries.append(PlannedChapter(note.path, len(parents), Reason("")))
        folders = parents
    return Outline(index, "", tuple(entries))


def order_given(paths: Iterable[str], index: str | None) -> Outline:
    """The notes at these paths and no others, in their order; a path given twice counts once."""
    return Outline(index, "", tuple(PlannedChapter(path, 0, Reason("")) for path in dict.fromkeys(paths)))


def reach(outline: Outline, notes: Mapping[str, Note], targets: Targets) -> Outline:
    """The outline with the notes that are not in it: those that a chain of links reaches, and those that none does."""
    inside = {entry.path for entry in outline.entries if isinstance(entry, PlannedChapter)}
    inside |= {outline.index} if outline.index else set()
    reached, waiting = set(inside), sorted(inside)
    while waiting:
        for target in targets[waiting.pop()]:
            if target and target.note and target.note not in reached:
                reached.add(target.note)
                waiting.append(target.note)
    outside = tuple(path for path in notes if path in reached - inside)
    return replace(outline, outside=outside, unreachable=tuple(path for path in notes if path not in reached))


def first_chapters(outline: Outline, limit: int | None) -> Outline:
    """The outline with its first `limit` chapters, and the parts that they stand under."""
    if limit is None:
        return outline
    kept: list[Entry] = []
    count = 0
    for entry in outline.entries:
        count += isinstance(entry, PlannedChapter)
        if count > limit:
            break
        kept.append(entry)
    while kept and isinstance(kept[-1], PlannedPart):
        kept.pop()
    return replace(outline, entries=tuple(kept))


# --- the index note ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _IndexWalk:
    """Collects parts and chapters from the index note, block by block."""

    index: Note
    targets: tuple[object, ...]
    entries: list[Entry] = field(default_factory=list)
    introduction: str = ""
    missing: list[Link] = field(default_factory=list)
    repeated: list[Link] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    levels: list[int] = field(default_factory=list)  # of the headings that are open, outermost first

    def blocks(self, tree: etree._Element) -> None:
        """Walk the index note's blocks in order."""
        for block in tree:
            if not isinstance(block.tag, str):
                continue
            if re.fullmatch("h[1-6]", block.tag):
                self._part(block)
            elif block.tag in _LISTS:
                self._list(block, 0)
                self._keep_prose(block)
            else:
                self._chapters(block.iter("ref"), 0)
                self._keep_prose(block)

    def _part(self, heading: etree._Element) -> None:
        level = int(heading.tag[1])
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
        named = (each.text for each in self.index.headings if LOCAL_ID + each.anchor == heading.get("id"))
        title = next(named, "")
        links = (link.get("href", "") for link in heading.iter("a"))
        video = next((address for link in links if (address := video_address(link))), None)
        self.entries.append(PlannedPart(title, len(self.levels), video, ""))
        self.levels.append(level)
        self._chapters(heading.iter("ref"), 0)

    def _list(self, block: etree._Element, nesting: int) -> None:
        for item in block.iterchildren("li"):
            linked = self._chapters(_own_references(item), nesting)
            for inner in item.iterchildren(*_LISTS):
                self._list(inner, nesting + linked)

    def _chapters(self, references: Iterable[etree._Element], nesting: int) -> bool:
        """Add the notes that these references lead to; whether there were any links to notes."""
        linked = False
        for element in references:
            number = int(element.get("n", "0"))
            reference, target = self.index.references[number], self.targets[number]
            if not isinstance(reference, Link | Embed):
                continue
            path = getattr(target, "note", "")
            link = Link(reference.target, reference.fragment, reference.label, reference.place)
            if target is None:
                self.missing.append(link)
            elif path and path in self.seen:
                self.repeated.append(link)
            elif path and path != self.index.path:
                self.seen.add(path)
                reason = Reason(self.index.path, reference.place)
                self.entries.append(PlannedChapter(path, len(self.levels) + nesting, reason))
                linked = True
        return linked

    def _keep_prose(self, block: etree._Element) -> None:
        """Keep a block that says more than its links do, as introduction of the part that it stands in."""
        references = (self.index.references[int(element.get("n", "0"))] for element in block.iter("ref"))
        drawn = any(isinstance(reference, Formula | Drawing) for reference in references)
        if not drawn and not _LETTER.search("".join(_text_outside_references(block))):
            return
        markup = serialise(block)
        part = next((i for i in reversed(range(len(self.entries))) if isinstance(self.entries[i], PlannedPart)), None)
        if part is None:
            self.introduction += markup
            return
        entry = self.entries[part]
        if isinstance(entry, PlannedPart):
            self.entries[part] = replace(entry, introduction=entry.introduction + markup)


def _own_references(item: etree._Element) -> Iterator[etree._Element]:
    """The references of a list item that are not in a list nested in it."""
    for child in item:
        if child.tag == "ref":
            yield child
        elif child.tag not in _LISTS:
            yield from child.iter("ref")


def _text_outside_references(block: etree._Element) -> Iterator[str]:
    if block.tag != "ref":
        yield block.text or ""
        for child in block:
            yield from _text_outside_references(child)
            yield child.tail or ""


# --- what the index does not say --------------------------------------------------------------------------


def _follow(
    entries: list[Entry], index: str, notes: Mapping[str, Note], targets: Targets, depth: int
) -> tuple[Entry, ...]:
    """The entries with the notes that chapters link to behind the chapter that links to them first.

    Level by level, so that a note stands at the end of its shortest chain of links; one level deeper in the outline.
    """
    seen = {entry.path for entry in entries if isinstance(entry, PlannedChapter)} | {index}
    children: dict[str, list[PlannedChapter]] = {}
    level = [entry for entry in entries if isinstance(entry, PlannedChapter)]
    for _ in range(depth - 1):
        following: list[PlannedChapter] = []
        for chapter in level:
            for reference, target in zip(notes[chapter.path].references, targets[chapter.path], strict=True):
                if isinstance(reference, Link) and target and target.note and target.note not in seen:
                    seen.add(target.note)
                    reason = Reason(chapter.path, reference.place)
                    following.append(PlannedChapter(target.note, chapter.depth + 1, reason))
                    children.setdefault(chapter.path, []).append(following[-1])
        level = following
    return tuple(_with_children(entries, children))


def _with_children(entries: Iterable[Entry], children: Mapping[str, list[PlannedChapter]]) -> Iterator[Entry]:
    waiting = list(reversed(list(entries)))
    while waiting:
        entry = waiting.pop()
        yield entry
        if isinstance(entry, PlannedChapter):
            waiting += reversed(children.get(entry.path, []))


def _without_empty_parts(entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries without the parts that hold neither chapter nor prose, and the titles of those."""
    kept: list[Entry] = []
    empty: list[str] = []
    needed = 0  # parts shallower than this hold something
    for entry in reversed(entries):
        if isinstance(entry, PlannedChapter):
            needed = max(needed, entry.depth)
        elif entry.depth < needed or entry.introduction:
            needed = entry.depth
        else:
            empty.append(entry.title)
            continue
        kept.append(entry)
    return tuple(reversed(kept)), tuple(reversed(empty))


def _folder_key(path: str) -> tuple[tuple[object, ...], ...]:
    """Notes of a folder before its subfolders, both in natural order."""
    *folders, name = path.split("/")
    return (*((1, *natural_key(folder)) for folder in folders), (0, *natural_key(name)))


def _shared(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count
