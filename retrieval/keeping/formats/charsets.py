"""Tells in which encoding bytes are text: what they say of themselves first, a guess only when it is sure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import charset_normalizer
from w3lib.encoding import html_to_unicode, http_content_type_encoding, read_bom

from retrieval.errors import ArticleError

MOST_MEGABYTES = 5
"""Of a text with its markup, as of a page."""
GUESS_BYTES = 50_000
SURE = 0.3
"""Share of a known language's letters from which a guess is right in practice; wrong ones have near 0."""
NEAR = 0.15
"""Guesses whose share is so near the best one's are told apart by how odd their words are."""
SAME = 0.02
NEAR_CHAOS = 0.05
_IN_USE = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "koi8_r"),
    *("koi8_u", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "cp932", "euc_jis_2004", "gb18030"),
    *("big5", "cp949", "utf_8"),
]
"""What pages are written in that say nothing of it; each rare one beside them only draws guesses away."""

MULTI_BYTE, MULTI_BYTE_CHAOS, MULTI_BYTE_BYTES = 0.3, 0.05, 40
FEW_MARKS = 3
"""Characters of several bytes that show a text to be UTF-8, whatever else it is said to be."""
MOST_NO_TEXT, MOST_NO_MARKS = 0.02, 0.1
"""Share of characters that are none, such as controls, of all and of those beyond ASCII; with more, it is no text."""
MOST_ODD = 0.2
"""Share of the letters beyond ASCII that stand oddly, from which an assumed encoding is not the one."""

_BEYOND_ASCII = re.compile(r"[^\t\n\r\x20-\x7e]")
_MARKUP = re.compile(rb"<[^<>]*>|[\r\n]+")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_LETTER = r"[^\W\d_]"
_BEYOND = r"[^\x00-\x7f]"
_ODD = re.compile(
    rf"(?<={_LETTER})(?!{_LETTER}|[’‘–—·\u00ad€™®©°…\s]){_BEYOND}(?={_LETTER})"  # a sign in the middle of a word
    rf"|(?<={_LETTER})[¹²³¼½¾](?={_LETTER})"
    r"|(?<!\w)[À-ÖØ-öø-ÿ]{4,}(?!\w)"  # a word of accents alone
    r"|[À-ÖØ-öø-ɏ](?=\d)|(?<=\d)[À-ÖØ-öø-ɏ]"  # a letter at a figure
    r"|(?<=[a-z])[À-ÖØ-Þ](?=[a-z])"  # a capital in the middle of a word
)
_LATIN_9 = re.compile(
    rb"\xa4|(?<=[A-Za-z\xc0-\xff])[\xa6\xa8\xb4\xb8\xbc\xbd\xbe]|[\xa6\xa8\xb4\xb8\xbc\xbd\xbe](?=[A-Za-z\xc0-\xff])"
)
"""What is a letter or the euro sign in ISO-8859-15, and a fraction or an accent alone in Windows-1252."""


def decode_text(data: bytes, name: str, content_type: str = "") -> str:
    """Decode a text: by byte order mark, as UTF-8, as its server says, or by a sure guess. Raises `ArticleError`."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        megabytes = len(data) / 1e6
        raise ArticleError(
            f"{name} has {megabytes:.1f} MB; a text may have at most {MOST_MEGABYTES}, so give it in parts."
        )
    encoding, bom = read_bom(data)
    if encoding is not None and bom is not None:
        return _checked(data[len(bom) :].decode(encoding, "replace"), name, stated=True)
    if b"\0" in data:
        raise ArticleError(f"{name} is not text but a binary file; give the article as UTF-8 text.")
    try:
        text = data.decode("iso2022_jp" if _ISO_2022_JP.search(data) else "utf-8")
    except UnicodeDecodeError as error:
        for encoding in (http_content_type_encoding(content_type), _guess(data)):
            if encoding is not None and (decoded := _decoded(data, encoding)) is not None:
                return _checked(decoded, name)
        raise ArticleError(
            f"{name} is not UTF-8 (byte {error.start} cannot be read); save it as UTF-8 and add it again."
        ) from error
    return _checked(text, name, stated=True)


def decode_page(data: bytes, content_type: str = "", name: str = "The page") -> str:
    """Decode an HTML page: byte order mark, UTF-8 if it plainly is, HTTP header, `<meta>`, and else a guess.

    Raises `ArticleError` where what comes out is no text.
    """
    if read_bom(data)[0] is None and _is_plainly_utf8(data):
        return _checked(data.decode("utf-8"), name, stated=True)
    _, text = html_to_unicode(content_type, data, "cp1252", _page_guess)
    if _is_text(text):
        return text
    guessed = _guess(data)  # what it says of itself is not so
    return _checked(_decoded(data, guessed) or text if guessed else text, name)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_plainly_utf8(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(data) - len(text) >= FEW_MARKS


def _page_guess(data: bytes) -> str | None:
    if _ISO_2022_JP.search(data):
        return "iso2022_jp"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    return "utf-8"


def _checked(text: str, name: str, *, stated: bool = False) -> str:
    if not _is_text(text, stated=stated):
        raise ArticleError(
            f"{name} is not text, or in no encoding that can be told; save it as UTF-8 and add it again."
        )
    return text


def _is_text(text: str, *, stated: bool = False) -> bool:
    """Tell whether characters are such as people write, and stand as in words unless UTF-8 `stated` what they are."""
    # Counted without a list of them: each beyond Latin would take 80 bytes.
    counts = Counter({char: count for char, count in Counter(text).items() if _BEYOND_ASCII.match(char)})
    none = sum(count for char, count in counts.items() if _is_none(char))
    if none > MOST_NO_TEXT * len(text) or none > max(FEW_MARKS, MOST_NO_MARKS * counts.total()):
        return False
    letters = sum(count for char, count in counts.items() if char.isalpha())
    return stated or _oddities(text) <= max(FEW_MARKS, MOST_ODD * letters)


def _is_none(char: str) -> bool:
    # Characters for private use are a page's icons.
    return char == "\ufffd" or (unicodedata.category(char) in {"Cc", "Cn", "Cs"} and not char.isspace())


def _guess(data: bytes) -> str | None:
    sample = b" ".join(_beyond_ascii(data))[:GUESS_BYTES]
    if not sample:
        return None
    matches = list(charset_normalizer.from_bytes(sample, cp_isolation=_IN_USE))
    if not matches:
        return None
    best = matches[0]
    # East Asian encodings have so strict a grammar that hardly anything else is well-formed in them.
    enough = sum(byte > 0x7F for byte in sample) >= MULTI_BYTE_BYTES
    if enough and best.multi_byte_usage > MULTI_BYTE and best.chaos < MULTI_BYTE_CHAOS:
        return best.encoding
    if best.coherence < SURE:
        return None
    near = {
        name: match.coherence
        for match in reversed(matches)
        if match.coherence >= best.coherence - NEAR and match.chaos <= best.chaos + NEAR_CHAOS
        for name in (*match.could_be_from_charset, match.encoding)
    }

    if "cp1252" in near and _LATIN_9.search(sample) and not re.search(rb"[\x80-\x9f]", sample):
        near["iso8859-15"] = near["cp1252"]

    def rank(encoding: str) -> tuple[int, bool, bool]:
        # Where nothing tells them apart, Western letters are by far the most frequent.
        is_western = encoding in {"cp1252", "iso8859-15"} and near[encoding] >= best.coherence - SAME
        return _oddities(_decoded(sample, encoding)), not is_western, encoding != "iso8859-15"

    return min(reversed(near), key=rank)


def _beyond_ascii(data: bytes) -> Iterable[bytes]:
    """Yield the pieces of a text that are not ASCII alone: markup and scripts say nothing of its encoding."""
    return (piece for piece in _MARKUP.split(data) if not piece.isascii())


def _oddities(text: str | None) -> int:
    """Count the characters that no word has so, as when bytes are read in an encoding that is not theirs."""
    return sum(len(match.group()) for match in _ODD.finditer(text)) if text is not None else 1_000_000
