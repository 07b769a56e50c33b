"""XMP packets (ISO 16684-1): what a PDF says of itself, as RDF.

In: properties, by name, with their values as markup. Out: a packet. Never: what the properties mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}

# PDF/A-2 knows all these properties but that of PDF/UA, which is to be described in the packet (ISO 19005-2, 6.6.2.3).
_EXTENSION = """<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(value: str) -> str:
    """A value as markup, without the characters that XML cannot hold."""
    return escape(_NOT_XML.sub("", value))


def several(kind: str, values: Iterable[str], attributes: str = "") -> str:
    """The value of a property that has several, in a `Bag`, a `Seq` or an `Alt`; "" for none."""
    items = "".join(f"<rdf:li{attributes}>{plain(value)}</rdf:li>" for value in values if value)
    return f"<rdf:{kind}>{items}</rdf:{kind}>" if items else ""


def localised(value: str) -> str:
    """The value of a property that may be given in several languages, and is in one."""
    return several("Alt", [value], ' xml:lang="x-default"')


def packet(properties: Mapping[str, str]) -> str:
    """A packet with those properties that are not empty."""
    lines = [f"<{name}>{value}</{name}>" for name, value in properties.items() if value]
    if properties.get("pdfuaid:part"):
        lines.append(_EXTENSION)
    namespaces = "\n".join(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF {namespaces}>
<rdf:Description rdf:about="">
{"".join(f"{line}{chr(10)}" for line in lines)}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
