"""From the HTML that Markdown gives to well-formed XHTML that is safe in a book.

No script, style, form, frame or event handler survives; a tag that is no HTML element (`<model_id>`) is text.
"""

from __future__ import annotations

import re

import nh3
from lxml import html
from lxml.html import HtmlElement

from notebook_compile.notes.nesting import paired

_TAGS = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup "
    "table tbody td tfoot th thead time tr u ul var".split()
)
# Elements of HTML that a book cannot hold: their content stays, unless it is code for a machine.
_KNOWN_TAGS = _TAGS | frozenset(
    "address applet area article aside audio base basefont big body button canvas center data datalist dialog dir "
    "embed fieldset font footer form frame frameset head header hgroup html iframe input label legend link main map "
    "menu meta meter nav nobr noembed noframes noscript object optgroup option output p param picture plaintext "
    "wbr progress script search section select slot source strike style svg template textarea title track tt video xmp "
    "math g path rect circle line polyline polygon ellipse defs use".split()
)
_HARMLESS = frozenset({"font", "center", "article", "big", "tt", "strike", "input"})  # nobody misses them
_DROPPED_WHOLE = frozenset({"script", "style", "template", "noscript"})
_ATTRIBUTES = {
    "*": {"title", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "li": {"value", "data-task", "class"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "col": {"span"},
    "div": {"class", "data-callout"},
    "p": {"class"},
    "code": {"class"},
    "pre": {"class"},
    "span": {"class"},
    "time": {"datetime"},
}
_MARKS = {"data-line", "data-block", "data-footnote", "data-footnotes"}  # of our own, taken away once they are read
_CLASSES = re.compile(r"(?:callout(?:-title)?|task|task-list|math|inline|display|language-[\w+#.-]+)\Z")

# libxml2 gives up at 256 levels unless it is told that a large tree is wanted.
_PARSER = html.HTMLParser(huge_tree=True)
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_DROPPED_WHOLE),
    attributes={tag: set(_ATTRIBUTES.get(tag, set())) | _ATTRIBUTES["*"] | _MARKS for tag in _TAGS},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)


def sanitise(markup: str) -> tuple[HtmlElement, tuple[str, ...]]:
    """A tree of the markup under one `div`, and the names of the elements that a book cannot hold."""
    markup, names = paired(markup, _KNOWN_TAGS)
    blocked = tuple(name for name in names if name not in _TAGS and name not in _HARMLESS)
    tree = html.fragment_fromstring(_CLEANER.clean(markup), create_parent="div", parser=_PARSER)
    for element in tree.iterfind(".//*[@class]"):
        kept = " ".join(name for name in element.get("class", "").split() if _CLASSES.match(name))
        if kept:
            element.set("class", kept)
        else:
            del element.attrib["class"]
    return tree, blocked


def without_control_characters(text: str) -> str:
    """The text without the characters that XML 1.0 (section 2.2) cannot hold."""
    return _CONTROL.sub("\ufffd", text) if _CONTROL.search(text) else text


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
