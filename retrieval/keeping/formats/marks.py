"""Makes a page's words what a reader sees: marks inside a line are resolved before its article is looked for.

What is struck out, hidden or a footnote's number goes; everything else in a running line stays as plain words,
so that no later step can take a name or a time out of the middle of a sentence.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

_INLINE = frozenset(
    """abbr acronym b bdi bdo big button cite code data dfn em font i ins kbd label mark meter nobr output q
    ruby rb samp small span strong sub sup time tt u var wbr""".split()
)
_LINES = ("p", "li", "blockquote", "h2", "h3", "h4", "h5", "h6", "td", "th", "dd", "dt", "figcaption")
_UNSEEN_CLASSES = frozenset(
    """sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only screenreader u-visually-hidden
    a11y-hidden sr-text visually-hidden-text off-screen offscreen""".split()
)
_POPUP = re.compile(
    r"(?:tool-?tip|popover|popup|hover-?card|rollover)[\w-]*[-_](?:content|block|box|body|inner|text|panel|info)",
    re.IGNORECASE,
)
"""The class of what shows only while somebody points at a word."""
_UNSEEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NUMBER = re.compile(r"[+−-]?\d{1,3}|\d{0,2}[+−-]")
_FOOTNOTE = re.compile(r"\s*(?:[\[(]?\s*(?:\d{1,3}|[a-z]|[ivx]+)\s*[\])]?(?:\s*,\s*\d{1,3})*|[*†‡§¶#]+)\s*")
_FOOTNOTE_CHARACTERS = 60
_POWER_BASE = re.compile(r"(?:(?<![^\W\d_])(?:[kcmd]?m|ft|mi|in|yd)|(?<!\d)10)\s*\Z")
_DASHES = "–—―-"
_LONGEST_CREDIT = 160
_VARIABLE = re.compile(r"(?<!\w)(?:[a-zA-Z]|mc)\Z")
_OPERATOR_BEFORE = re.compile(r"[=×·+/^]\s*[\d.,]*\d\Z")
_OPERATOR_BEHIND = re.compile(r"\s*[=×·+^]")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_QUOTED = re.compile(r"\s*[\"“”„«‘'].*", re.DOTALL)


def resolve_marks(tree: HtmlElement) -> None:
    """Drop what a reader does not see or sees as struck out, and make inline marks plain words, in place."""
    for element in list(tree.iter(etree.Element)):
        if element.getparent() is not None and element.tag != "body" and _is_unseen(element):
            element.drop_tree()
    for element in list(tree.iter("sup")):
        if element.getparent() is not None:
            _resolve_raised(element)
    for element in list(tree.iter("q")):
        if not _QUOTED.fullmatch(element.text_content()):
            _add_words(element, "“", "”")
        element.drop_tag()
    for quotation in list(tree.iter("blockquote")):
        _keep_credit(quotation)
    for line in list(tree.iter(*_LINES)):
        _make_plain(line)


def _keep_credit(quotation: HtmlElement) -> None:
    """Make a block quotation's credit (footer, cite at its end, its figure's caption) a paragraph behind a dash."""
    around = quotation.getparent()
    captions = []
    if around is not None and around.tag == "figure":
        captions = around.findall("figcaption")
        around.tag = "div"  # a figure is taken for a picture, and left out
    cited = [c for c in quotation.iter("cite") if c.getnext() is None and not (c.tail or "").strip()]
    for credit in [*(quotation.findall(".//footer") or cited), *captions]:
        words = " ".join(credit.text_content().split())
        if re.search(r"\w", words) and len(words) <= _LONGEST_CREDIT:
            credit.drop_tree()
            line = etree.SubElement(quotation, "p")
            line.text = words if words[0] in _DASHES else f"— {words}"


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag in {"del", "s", "strike"}:
        return True
    inside = element.tag in _INLINE or element.tag in {"div", "p", "a"}
    if not inside:
        return False
    if element.get("hidden") is not None and element.tag in _INLINE:
        return True
    classes = element.get("class") or ""
    if _UNSEEN_CLASSES & set(classes.lower().split()) or _POPUP.search(classes):
        return True
    return element.tag in _INLINE and bool(_UNSEEN_STYLE.search(element.get("style") or ""))


def _resolve_raised(element: HtmlElement) -> None:
    """Drop a footnote's mark; keep an exponent as the raised digits that a reader sees.

    An exponent stands behind a unit, ten, a variable, or within a formula; behind any other word or figure a
    raised number is a footnote's.
    """
    words, before = element.text_content().strip(), _words_before(element)
    if len(words) > _FOOTNOTE_CHARACTERS:
        return
    if not _NUMBER.fullmatch(words):
        if _FOOTNOTE.fullmatch(words) and not (_VARIABLE.search(before) and words.isalpha()):
            element.drop_tree()
        return
    linked = element.find(".//a") is not None or any(one.tag == "a" for one in element.iterancestors())
    in_formula = _OPERATOR_BEFORE.search(before) or _OPERATOR_BEHIND.match(element.tail or "")
    exponent = not words.isdecimal() or in_formula or _POWER_BASE.search(before) or _VARIABLE.search(before)
    if linked or not exponent:
        element.drop_tree()
        return
    for child in list(element):
        element.remove(child)
    element.text = words.translate(_RAISED)
    element.drop_tag()


def _words_before(element: HtmlElement) -> str:
    before = element.getprevious()
    if before is not None:
        return before.tail or (before.text_content() if isinstance(before.tag, str) else "")
    parent = element.getparent()
    return "" if parent is None else parent.text or ""


def _add_words(element: HtmlElement, before: str, after: str) -> None:
    element.text = before + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + after
    else:
        element.text += after


def _make_plain(line: HtmlElement) -> None:
    """Resolve the inline elements of a line that has words of its own beside them."""
    own = (line.text or "") + "".join(child.tail or "" for child in line)
    if not re.search(r"\w", own):
        return
    for element in list(line.iter(*_INLINE)):
        if element.getparent() is not None and not any(child.tag in {"p", "div", "ul"} for child in element):
            element.drop_tag()
