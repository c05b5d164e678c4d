"""What a page or a text does not say of its encoding is found out, and what is no text is refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_page, decode_text
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.feeds import parse_feed

RUSSIAN = (
    "Паром на остров ушёл в понедельник в первый раз, сообщил начальник порта. Он перевозит сорок машин и триста "
    "пассажиров за двадцать минут. Жители говорят, что ждали этого дня почти десять лет."
)
JAPANESE = (
    "島へ渡る新しいフェリーが月曜日に初めて出航したと港長が述べた。車四十台と乗客三百人を二十分で運ぶという。"
    "住民は十年近くこの日を待っていたと話している。"
)
CHINESE = (
    "港务局长说，开往该岛的新渡轮星期一首航。渡轮可载四十辆汽车和"
    "三百名乘客，航程二十分钟。居民们说，他们等这一天等了将近十年。"
)
KOREAN = (
    "섬으로 가는 새 여객선이 월요일에 처음으로 출항했다고 항만장이 말했"
    "다. 차량 마흔 대와 승객 삼백 명을 이십 분 만에 나른다고 한다."
)
FRENCH = (
    "Le nouveau bac pour l'île est parti lundi, a dit la maîtresse du port. Il coûte 40 € aux familles, et sa sœur "
    "jumelle ira à Œssant. Les élus ont fêté l'événement, au cœur de l'été."
)
GERMAN = (
    "Die neue Fähre zur Insel lief am Montag aus, erklärte die "
    "Hafenmeisterin. Ein Auto kostet 40 €, für Räder zahlt man."
)
POLISH = (
    "Nowy prom na wyspę wypłynął w poniedziałek po raz pierwszy, powiedziała kapitan portu. Przewozi czterdzieści aut."
)
GREEK = "Το νέο πλοίο για το νησί απέπλευσε τη Δευτέρα για πρώτη φορά, είπε ο λιμενάρχης. Μεταφέρει σαράντα αυτοκίνητα."
TURKISH = (
    "Adaya giden yeni vapur pazartesi günü ilk kez yola çıktı, dedi liman müdürü. Kırk araba ve üç yüz yolcu taşıyor."
)
ENGLISH = (
    "The new ferry costs £4m, the harbour master said on “Monday” – that’s what Zoë paid at the café, a third of it."
)
POUNDS = "The new ferry to the island costs the town £4m, the harbour master said on Monday, and nobody there knew it."

CASES = [
    *((RUSSIAN, encoding) for encoding in ("windows-1251", "koi8-r", "iso-8859-5")),
    *((JAPANESE, encoding) for encoding in ("shift_jis", "euc_jp", "iso2022_jp")),
    (CHINESE, "gb18030"),
    (KOREAN, "euc_kr"),
    *((text, encoding) for text in (FRENCH, GERMAN) for encoding in ("iso-8859-15", "windows-1252")),
    *((POLISH, encoding) for encoding in ("windows-1250", "iso-8859-2")),
    *((GREEK, encoding) for encoding in ("windows-1253", "iso-8859-7")),
    (TURKISH, "windows-1254"),
    (ENGLISH, "windows-1252"),
    (POUNDS, "windows-1252"),
]
SCRIPT = "<script>" + "var loaded = function (event) { return event.target.value; };\n" * 2_000 + "</script>"


def page(text: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head>{head}{SCRIPT}</head><body><nav><a href='/'>Home</a> <a href='/n'>News</a></nav>"
        f"<article><p>{text}</p></article><footer>Contact us, or read our terms of use</footer></body></html>"
    )


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_an_encoding_that_is_not_stated_is_found(text: str, encoding: str):
    assert decode_text(text.encode(encoding), "a.txt") == text
    assert decode_page(page(text).encode(encoding)) == page(text)


def test_what_is_stored_is_what_was_written():
    for encoding in ("windows-1251", "koi8-r"):
        assert read_content(page(RUSSIAN).encode(encoding), origin="o", name="a.html").text == RUSSIAN


def test_a_feed_too():
    items = f"<item><title>Паром</title><link>https://e.org/1</link><description>{RUSSIAN}</description></item>"
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Порт</title>{items}</channel></rss>"
    parsed = parse_feed(feed.encode("windows-1251"), "https://e.org/feed")
    assert (parsed.title, parsed.entries[0].title) == ("Порт", "Паром")


@pytest.mark.parametrize("stated", ["utf-8", "iso-8859-1", "windows-1252"])
def test_what_is_stated_wrongly_is_not_believed(stated: str):
    head = f'<meta charset="{stated}">'
    assert decode_page(page(RUSSIAN, head).encode("windows-1251")) == page(RUSSIAN, head)
    assert decode_page(page(FRENCH, head).encode(), f"text/html; charset={stated}") == page(FRENCH, head)


def test_what_is_stated_rightly_is():
    head = '<meta charset="windows-1251">'
    assert decode_page(page("Да, “мэр”.", head).encode("windows-1251", "ignore")).endswith("</html>")
    assert "Ünal" in decode_page(b"<p>\xdcnal</p>", "text/html; charset=iso-8859-9")
    assert decode_text("Žižka".encode("cp1250"), "a.txt", "text/plain; charset=windows-1250") == "Žižka"


@pytest.mark.parametrize("seed", range(5))
def test_bytes_that_are_no_text_are_refused(seed: int):
    noise = bytes(random.Random(seed).choices([*range(1, 9), *range(14, 256)], k=4_000))
    for data in (noise, b"<html><body><p>" + noise.replace(b"<", b"") + b"</p></body></html>"):
        with pytest.raises(ArticleError, match="is not"):
            read_content(data, origin="o", name="a.bin")


@given(st.text(min_size=1, max_size=300))
def test_utf8_is_always_read_as_it_is_or_refused(text: str):
    try:
        decoded = decode_text(text.encode("utf-8", "ignore"), "a.txt")
    except ArticleError:
        return
    assert decoded == text.encode("utf-8", "ignore").decode().removeprefix("\ufeff")


@given(st.binary(max_size=400), st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=none-such"]))
def test_any_bytes_are_decoded_or_refused_in_a_sentence(data: bytes, content_type: str):
    for decode in (lambda: decode_text(data, "a.txt", content_type), lambda: decode_page(data, content_type, "a.html")):
        try:
            decode()
        except ArticleError as error:
            said = str(error)
        else:
            said = "a."
        assert said.startswith("a.")


def test_a_pages_icons_do_not_make_it_no_text():
    icons = "".join(f"<i>{chr(0xE900 + number)}</i>" for number in range(40))
    assert "The ferry sails" in decode_page(f"<meta charset=utf-8>{icons}<p>The ferry sails — “now”.</p>".encode())
