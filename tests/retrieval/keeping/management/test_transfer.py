"""An export is looked through whole, and then read one article at a time, whatever it holds."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain.articles import Credit
from retrieval.errors import ArticleError
from retrieval.keeping.management.transfer import Export, article_line, write_export

CREDIT = {"title": "A bridge", "published_at": "2026-03-01T00:00:00+00:00"}


def write(path: Path, texts: list[str], *, credit: dict[str, str] = CREDIT, places: int = 1) -> Path:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write(json.dumps({"pullquote_library": 1}) + "\n")
        for number, text in enumerate(texts):
            at = [{"origin": f"https://e.org/{number}/{place}", "credit": credit} for place in range(places)]
            file.write(json.dumps({"article": {"text": text, "places": at}}) + "\n")
        file.write(json.dumps({"feed": {"url": "https://e.org/feed"}}) + "\n")
    return path


def test_its_texts_are_not_held(tmp_path: Path):
    texts = [f"{number} " + "The mayor said so on Monday, " * 12_000 for number in range(60)]
    path = write(tmp_path / "big.pullquote", texts)
    size = sum(map(len, texts))
    tracemalloc.start()
    export = Export.open(path)
    read = [export.draft(place).text[:2].strip() for place in export.places]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == [str(number) for number in range(60)]
    assert peak < size / 3
    assert [feed.url for feed in export.feeds] == ["https://e.org/feed"]


def test_any_order_gives_the_same_articles(tmp_path: Path):
    export = Export.open(write(tmp_path / "a.pullquote", ["One word.", "Two words.", "Three words."], places=2))
    backwards = [export.draft(place).text for place in reversed(export.places)]
    assert backwards == ["Three words."] * 2 + ["Two words."] * 2 + ["One word."] * 2
    assert export.draft(export.places[3]).origin == "https://e.org/1/1"
    export.close()
    assert export.draft(export.places[0]).text == "One word."


def test_a_file_that_changes_meanwhile_is_a_sentence(tmp_path: Path):
    export = Export.open(write(tmp_path / "a.pullquote", ["One word.", "Two words."]))
    write(tmp_path / "a.pullquote", [])
    with pytest.raises(ArticleError, match=r"has changed since|cut short"):
        export.draft(export.places[1])


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_beyond_the_calendar_is_damage(tmp_path: Path, moment: str):
    path = write(tmp_path / "a.pullquote", ["One word."], credit={"published_at": moment})
    with pytest.raises(ArticleError, match=r"damaged at line 2 .*ends of the calendar"):
        Export.open(path)


MOMENTS = st.datetimes(
    min_value=datetime(1700, 1, 2),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(2200, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(MOMENTS)
def test_a_day_is_the_one_that_the_article_states_after_export_and_import(moment: datetime):
    credit = Credit(title="A bridge", published_at=moment)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.pullquote"
        write_export(path, [article_line("One word.", "en", [("https://e.org/a", credit)])])
        export = Export.open(path)
        read = export.draft(export.places[0]).credit
        export.close()
    assert read == credit
    assert read.published_at is not None
    assert read.published_at.date() == moment.date()
    assert read.published_at.utcoffset() == moment.utcoffset()


def test_a_moment_keeps_its_zone(tmp_path: Path):
    path = write(tmp_path / "a.pullquote", ["One word."], credit={"published_at": "2026-03-01T23:30:00-05:00"})
    export = Export.open(path)
    published_at = export.draft(export.places[0]).credit.published_at
    assert published_at is not None
    assert published_at.isoformat() == "2026-03-01T23:30:00-05:00"


def test_a_moment_without_a_zone_is_damage(tmp_path: Path):
    path = write(tmp_path / "a.pullquote", ["One word."], credit={"published_at": "2026-03-01T23:30:00"})
    with pytest.raises(ArticleError, match=r"damaged at line 2 .*without a zone"):
        Export.open(path)


def test_a_text_that_is_no_article_fails_alone(tmp_path: Path):
    export = Export.open(write(tmp_path / "a.pullquote", ["No! " * 16_000, "Two words."], places=2))
    for place in export.places[:2]:
        with pytest.raises(ArticleError, match=r"The article in line 2 of a.pullquote has 16,000 sentences"):
            export.draft(place)
    assert [export.draft(place).text for place in export.places[2:]] == ["Two words."] * 2
