"""SVG files from a notebook, made safe: without scripts, foreign documents and addresses outside the file.

Bytes come in; sound bytes go out, or None if they are no drawing. EPUB 3.3 allows scripts and remote resources only
where the package declares them, and a notebook is not trusted to bring either.
"""

from __future__ import annotations

import re

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = frozenset({"script", "handler", "listener", "foreignObject", "iframe", "audio", "video", "object", "embed"})
_OWN = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]")
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
        else:
            _clean(element)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _active(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return True  # an entity that was not resolved
    name = etree.QName(element)
    return name.localname in _ACTIVE or (
        name.localname == "style"
        and _OUTSIDE_STYLE.search(str(etree.tostring(element, method="text", encoding="unicode", with_tail=False)))
        is not None
    )


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _clean(element: etree._Element) -> None:
    for name, value in list(element.attrib.items()):
        local = etree.QName(name).localname.lower()
        address = local in ("href", "src") and not _OWN.match(str(value).strip())
        if address or local.startswith("on") or local == "base" or _OUTSIDE_STYLE.search(str(value)):
            del element.attrib[name]
