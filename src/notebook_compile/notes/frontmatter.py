"""A note's frontmatter: the YAML between `---` lines at the very start of the file.

YAML that does not parse is read again line by line as `key: value`, and said; nothing here raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from notebook_compile.diagnostics import Diagnostic, diagnostic

_BLOCK = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_PLAIN_LINE = re.compile(r"([A-Za-z][\w -]*):[ \t]*(.*)")
_MAX_DEPTH = 100  # values in values; the C library overflows the stack at some ten thousand
_MAX_SIZE = 1_000_000  # values, each counted wherever an alias or a merge repeats it
_MAX_NUMBER = 100  # characters; reading a long number takes the square of its length
_TOO_DEEP = "values are nested too deep"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML that nobody vouches for: what would grow beyond all bounds is an error."""

    _merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put the keys that `<<` names into the mapping; repeated merges double them each time."""
        super().flatten_mapping(node)
        self._merged += len(node.value)
        if self._merged > _MAX_SIZE:
            message = "merges repeat too much"
            raise ValueError(message)

    def construct_number(self, node: yaml.ScalarNode) -> object:
        """A number; one that is too long stays text."""
        if len(node.value) > _MAX_NUMBER:
            return node.value
        return self.construct_yaml_int(node) if node.tag.endswith(":int") else self.construct_yaml_float(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_number)


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """The keys of a note's frontmatter, and where its body starts."""

    values: dict[str, object] = field(default_factory=dict)  # as YAML types them
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)  # scalars and lists of scalars, as written
    lines: dict[str, int] = field(default_factory=dict)  # one-based line of each key in the file
    end: int = 0  # index of the body's first character

    def text(self, *keys: str) -> str:
        """The first of these keys that has a text, as written; "" where none has."""
        return next((self.texts[key][0] for key in keys if self.texts.get(key)), "")


def read_frontmatter(text: str, path: str) -> tuple[Frontmatter, tuple[Diagnostic, ...]]:
    """The frontmatter of a note's text; an empty one where there is none."""
    block = _BLOCK.match(text)
    if not block:
        return Frontmatter(), ()
    try:
        return _read_yaml(block[1], block.end()), ()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = (mark.line + 2, mark.column + 1) if mark else (1, 1)
        problem = str(getattr(error, "problem", None) or "not valid YAML")
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        place, problem = (1, 1), str(error)
    message = f"the frontmatter is not valid YAML: {problem}"
    hint = "put quotes around values that hold `: `, `#`, `[` or quotes"
    front = _read_plain_lines(block[1], block.end())
    if not any(map(_PLAIN_LINE.match, block[1].splitlines())):  # perhaps two rules with text between them
        front, hint = Frontmatter(), "it is read as text; a blank line above says that it is none"
    return front, (diagnostic("bad-frontmatter", path, place, message, hint),)


def _read_yaml(block: str, end: int) -> Frontmatter:
    _check_depth(block)
    loader = _Loader(block)
    try:
        root = loader.get_single_node()
        if root is None:
            return Frontmatter(end=end)
        if not isinstance(root, yaml.MappingNode):
            message = "it is not a list of keys and values"
            raise ValueError(message)
        if "*" in block:
            _check_aliases(root)
        values = loader.construct_document(root)
    finally:
        loader.dispose()
    texts, lines = {}, {}
    for key, value in root.value:
        texts[key.value] = _texts(value)
        lines[key.value] = key.start_mark.line + 2
    return Frontmatter({str(key): value for key, value in values.items()}, texts, lines, end)


def _check_depth(block: str) -> None:
    """Raise where values are nested too deep, before anything recursive sees them."""
    if len(block) < _MAX_DEPTH**2 // 2 and sum(map(block.count, "[{-?")) < _MAX_DEPTH:
        return
    depth = 0
    for event in yaml.parse(block, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise ValueError(_TOO_DEEP)


def _check_aliases(root: yaml.Node) -> None:
    """Raise where aliases nest values too deep or multiply them too often; a value within itself is counted once."""
    measured: dict[int, tuple[int, int]] = {}  # of each node: depth, size
    pending = [(root, False)]
    while pending:
        node, entered = pending.pop()
        children = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        children = children if isinstance(node, yaml.CollectionNode) else []
        if entered:
            depths, sizes = zip((0, 0), *(measured[id(child)] for child in children), strict=True)
            depth, size = measured[id(node)] = 1 + max(depths), 1 + sum(sizes)
            if depth > _MAX_DEPTH + 2 or size > _MAX_SIZE:
                raise ValueError(_TOO_DEEP if size <= _MAX_SIZE else "aliases repeat too much")
        elif id(node) not in measured:
            measured[id(node)] = (0, 0)
            pending.append((node, True))
            pending += ((child, False) for child in children)


def _texts(node: yaml.Node) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        return (node.value,) if node.value and node.tag != "tag:yaml.org,2002:null" else ()
    if isinstance(node, yaml.SequenceNode):
        return tuple(item.value for item in node.value if isinstance(item, yaml.ScalarNode) and item.value)
    return ()


def _read_plain_lines(block: str, end: int) -> Frontmatter:
    texts: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(block.splitlines(), start=2):
        match = _PLAIN_LINE.match(line)
        if match and match[2].strip():
            texts[match[1].strip()] = (match[2].strip().strip("'\""),)
            lines[match[1].strip()] = number
    return Frontmatter({key: value[0] for key, value in texts.items()}, texts, lines, end)
