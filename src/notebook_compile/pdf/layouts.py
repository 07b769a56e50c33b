"""The signatures of a build: from the cache, or laid out, over processes, and kept there.

In: what is to be laid out. Out: what is known of signatures, and their sheaves, many times larger, one by one when the
book is bound. An entry of the cache counts only while the files that it was made of are what they were.

This process writes the cache, not those that lay out: they may run on machines that have another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from notebook_compile.cache import key
from notebook_compile.jobs import Lost, Map
from notebook_compile.pdf.sheet import LaidOut, Press, Sheet, Work
from notebook_compile.versions import versions

if TYPE_CHECKING:
    from notebook_compile.cache import Cache
    from notebook_compile.pdf.binding import Bound


class LayoutError(RuntimeError):
    """Processes that lay out die, whatever they are at."""


@dataclass(slots=True)
class Layouts:
    """Lays out what is asked for, or finds it."""

    press: Press
    run: Map
    cache: Cache
    lost: dict[str, str] = field(default_factory=dict)  # anchors of chapters that cannot be laid out, and why
    _shared: str = ""  # the key of what all signatures depend on
    _digests: dict[str, str] = field(default_factory=dict)  # of files, by their addresses
    _unkept: dict[str, bytes] = field(default_factory=dict)  # sheaves that the cache does not take, by their keys
    _instead: dict[str, Work] = field(default_factory=dict)  # what was laid out for work that cannot be, by its key

    def __call__(self, works: Sequence[Work], progress: Callable[[int], object] = lambda done: None) -> list[LaidOut]:
        """What is known of the signatures of some works, in their order; meanwhile tells how many are done."""
        keys = [self._key(work) for work in works]
        found = {index: hit for index, each in enumerate(keys) if (hit := self._find(each))}
        missing = [index for index in range(len(works)) if index not in found]
        progress(len(found))
        made = self.run(partial(_lay_out, press=self.press), [works[index] for index in missing])
        for index, result in zip(missing, made, strict=True):
            if isinstance(result, Lost):
                found[index] = self._without_lost(works[index], result.reason)
            else:
                found[index] = self._keep(keys[index], *result)
            progress(len(found))
        return [found[index] for index in range(len(works))]

    def sheaves(self, works: Sequence[Work]) -> Iterator[bytes]:
        """The sheaves of works that were asked for, one at a time."""
        return map(self._sheaf, works)

    def bound(
        self, works: Sequence[Work], laid_out: Sequence[LaidOut], rest: tuple[object, ...], bind: Callable[[], Bound]
    ) -> Bound:
        """A book as it was bound before of the same signatures and the same `rest`; else bound now, and kept."""
        if self.lost:
            return bind()
        name = key("bound", tuple(map(self._key, works)), tuple(each.files for each in laid_out), *rest)
        found: Bound | None = self.cache.load(name)
        if found is None:
            found = bind()
            self.cache.store(name, found)
        return found

    def _key(self, work: Work) -> str:
        self._shared = self._shared or _shared_key(self.press)
        return key(self._shared, work.key())

    def _find(self, name: str) -> LaidOut | None:
        """What is kept, if it holds still."""
        found: LaidOut | None = self.cache.load(name)
        if found is None or _sheaf_key(name) not in self.cache:
            return None
        return found if all(self._digest(address) == known for address, known in found.files) else None

    def _digest(self, address: str) -> str:
        if address not in self._digests:
            self._digests[address] = self.press.files.digest(address)
        return self._digests[address]

    def _keep(self, name: str, made: LaidOut, sheaf: bytes) -> LaidOut:
        if not (self.cache.keep(_sheaf_key(name), sheaf) and self.cache.store(name, made)):
            self._unkept[name] = sheaf
        return made

    def _sheaf(self, work: Work) -> bytes:
        name = self._key(work)
        if name in self._instead:
            return self._sheaf(self._instead[name])
        sheaf = self._unkept.get(name) or self.cache.read(_sheaf_key(name))
        if sheaf is None:  # it is damaged, or another build made room
            (made,) = self.run(partial(_lay_out, press=self.press), [work])
            if isinstance(made, Lost):
                raise LayoutError(f"a process that lays out {made.reason}")
            self._keep(name, *made)
            sheaf = made[1]
        return sheaf

    def _without_lost(self, work: Work, reason: str) -> LaidOut:
        """A sheet with pages that say so in the place of the chapters at which processes die."""
        if not isinstance(work, Sheet) or work.lost:
            raise LayoutError(f"a process that lays out pages {reason}, and then another")
        alone = [replace(work, entries=(entry,), content=key(work.content, entry.anchor)) for entry in work.entries]
        results = self.run(partial(_lay_out, press=self.press), alone) if len(alone) > 1 else iter([Lost(reason)])
        dead = zip(work.entries, results, strict=True)
        lost = {entry.anchor: result.reason for entry, result in dead if isinstance(result, Lost)}
        lost = lost or dict.fromkeys((entry.anchor for entry in work.entries), reason)  # alone, each is fine
        self.lost |= lost
        self._instead[self._key(work)] = instead = replace(work, lost=frozenset(lost))
        return self([instead])[0]


def _lay_out(work: Work, press: Press) -> tuple[LaidOut, bytes]:
    from notebook_compile.pdf.laying import lay_out  # noqa: PLC0415  # slow, and needed in other processes

    return lay_out(work, press)


def _shared_key(press: Press) -> str:
    """The key of what all signatures depend on; addresses count from the folders, wherever these are."""
    styles = tuple((each.text, press.files.relative(each.base)) for each in press.styles)
    return key(versions(), styles, press.looks)


def _sheaf_key(name: str) -> str:
    return f"{name}.sheaf"
