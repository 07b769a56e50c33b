"""SVG files from a notebook, made safe: without scripts, foreign documents and addresses outside the file.

Bytes come in; sound bytes go out, or None if they are no drawing. EPUB 3.3 allows scripts and remote resources only
where the package declares them, and a notebook is not trusted to bring either.
"""

from __future__ import annotations

import re

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = frozenset({"script", "handler", "listener", "foreignObject", "iframe", "audio", "video", "object", "embed"})
_NAME = re.compile(r"[^\W\d][\w.-]*")
_OWN_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]")
_OWN_TARGET = re.compile(r"""url\(\s*["']?\s*#([^"')\s]*)""")
_OUTSIDE_STYLE = re.compile(r"""@import|\\|url\(\s*["']?(?!\s*["']?#)""", re.IGNORECASE)


def sound_drawing(data: bytes) -> bytes | None:
    """The drawing without what an EPUB must not run or fetch."""
    # Entities that the file declares itself are resolved; the parser's limits end those that grow without bound.
    parser = etree.XMLParser(
        resolve_entities="internal",  # type: ignore[arg-type]  # unknown to the stubs
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    if root.tag != f"{_SVG}svg":
        return None
    for element in list(root.iter()):
        if _active(element):
            _remove(element)
    taken: set[str] = set()
    for element in root.iter():
        _make_id_unique(element, taken)
    for element in root.iter():
        _clean(element, taken)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _active(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return True  # an entity that was not resolved
    name = etree.QName(element)
    text = str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))
    return name.localname in _ACTIVE or (name.localname == "style" and _OUTSIDE_STYLE.search(text) is not None)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _make_id_unique(element: etree._Element, taken: set[str]) -> None:
    name = element.get("id")
    if name is not None and (name in taken or not _NAME.fullmatch(name)):
        del element.attrib["id"]
    elif name is not None:
        taken.add(name)


def _clean(element: etree._Element, ids: set[str]) -> None:
    """Drop the attributes that act, and those that lead outside or nowhere."""
    for name, value in list(element.attrib.items()):
        text, local = str(value).strip(), etree.QName(name).localname.lower()
        lost = any(target not in ids for target in _OWN_TARGET.findall(text))
        if local in ("href", "src"):
            drop = text[1:] not in ids if text.startswith("#") else not _OWN_IMAGE.match(text)
        else:
            drop = local.startswith("on") or local == "base" or _OUTSIDE_STYLE.search(text) is not None or lost
        if drop:
            del element.attrib[name]
