"""Kobo's own form of an EPUB, "kepub": what its readers need for highlights, notes, bookmarks and reading times.

The bytes of a finished content document come in, and go out with a span round each sentence and image, two divisions
round all, and a style. Text, ids, links and every other byte stay as they are.

The rules are those of kepubify 4 (https://pgaskin.net/kepubify/, `kepub/transform.go`), which were compared with books
of Kobo's shop. Kobo's specification (https://github.com/kobolabs/epub-spec, "Sideloading") says what the name's ending
does: a file in `.kepub.epub` is shown by the reader that the shop's books have, any other by Adobe's.
"""

from __future__ import annotations

import re

STYLE = '<style type="text/css" class="kobostylehacks">div#book-inner { margin-top: 0; margin-bottom: 0; }</style>'

_BODY = re.compile(r"(.*<body\b[^>]*>)(.*)(</body>.*)", re.DOTALL)
_TAG_OR_TEXT = re.compile(r"""<!--.*?-->|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+""", re.DOTALL)
_NAME = re.compile(r"</?([^\s/>!?]+)")
_SENTENCE_END = re.compile("[.!?]['\"\u201d\u2019\u201c\u2026]?[\t\n\f\r ]+")
# Contents and page list as well, unlike kepubify: nobody marks anything there, and they are long enough.
_WITHOUT_SPANS = frozenset({"audio", "math", "nav", "pre", "script", "style", "svg", "video"})
_PARAGRAPHS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"})


def to_kepub(document: bytes) -> bytes:
    """A content document of well-formed XHTML as Kobo wants it. Raises ValueError for one without a body."""
    parts = _BODY.fullmatch(document.decode())
    if parts is None:
        message = "the document has no body"
        raise ValueError(message)
    head, body, end = parts.groups()
    head = head.replace("</head>", f"{STYLE}\n</head>", 1)
    return f'{head}<div id="book-columns"><div id="book-inner">{_with_spans(body)}</div></div>{end}'.encode()


def _with_spans(body: str) -> str:
    """Markup with numbered spans: `kobo.3.2` is the second sentence of the third paragraph, list, table or heading."""
    pieces: list[str] = []
    open_elements: list[str] = []
    spanless = 0  # how many of the open elements have no spans
    paragraph = sentence = 0
    is_new = False  # whether the next span begins a paragraph

    def add_span(content: str) -> None:
        nonlocal paragraph, sentence, is_new
        if is_new:
            paragraph, sentence, is_new = paragraph + 1, 0, False
        sentence += 1
        pieces.append(f'<span class="koboSpan" id="kobo.{paragraph}.{sentence}">{content}</span>')

    for token in _TAG_OR_TEXT.findall(body):
        if token[0] != "<":
            in_paragraph = bool(open_elements) and open_elements[-1] == "p"
            for text in [token] if spanless else _sentences(token):
                if spanless or (text.isspace() and not in_paragraph):
                    pieces.append(text)
                else:
                    add_span(text)
            continue
        match = _NAME.match(token)
        name = match[1] if match else ""  # of a comment, none
        if name == "img" and not spanless:
            is_new = True
            add_span(token)
            continue
        pieces.append(token)
        if token.startswith("</"):
            spanless -= open_elements.pop() in _WITHOUT_SPANS
        elif match and not token.endswith("/>"):
            open_elements.append(name)
            spanless += name in _WITHOUT_SPANS
            is_new = is_new or (not spanless and name in _PARAGRAPHS)
    return "".join(pieces)


def _sentences(text: str) -> list[str]:
    """The text in sentences, the blanks behind each at its end."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    pieces = [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
    return [piece for piece in pieces if piece]
