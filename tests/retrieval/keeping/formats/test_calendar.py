"""Whatever stands where a date is expected is read as a moment that can be shown everywhere, or as none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.words.answers import date_words
from retrieval.errors import ArticleError
from retrieval.keeping.formats.moments import parse_moment
from retrieval.keeping.formats.text_files import parse_text
from retrieval.keeping.ingest.fetching import _retry_after

BODY = "The harbour master opened the new bridge on Monday."
offsets = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59))
zones = offsets.map(lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1))))
ENDS = (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59))  # noqa: DTZ001 - as a page may state them
FAR_WEST = timezone(timedelta(hours=-12))
moments = st.datetimes(timezones=st.none() | zones) | st.sampled_from([*ENDS, ENDS[1].replace(tzinfo=FAR_WEST)])
years = st.integers(0, 999_999).map(str)
written = st.one_of(
    moments.map(datetime.isoformat),
    moments.map(format_datetime),
    moments.map(lambda moment: f"{moment:%d %B} {moment.year}, {moment:%I:%M %p} PST"),
    st.builds("{}-{}-{}".format, years, st.integers(0, 13), st.integers(0, 32)),
    st.builds("{}/{}/{}".format, years, st.integers(0, 13), st.integers(0, 32)),
    st.builds(
        "Mon, {} Jan {} 00:00:00 {}".format, st.integers(0, 40), years, st.sampled_from(["+9999", "-2359", "CET"])
    ),
    years,
    st.text(max_size=80),
)


@given(written)
def test_a_date_of_a_page_or_feed_is_one_that_can_be_shown_or_none(text: str):
    moment = parse_moment(text)
    if moment is not None:
        assert moment.tzinfo is not None
        assert 1_000 <= moment.year < 9_999
        assert str(moment.year) in date_words(moment)
        assert moment.astimezone(timezone(timedelta(hours=14))) == moment


@given(written.filter(lambda text: not set(text) & set('"\\\n\r') and text.isprintable()), st.booleans())
@example(text="2000-01-01T00:00:00+00:01", quoted=False)
def test_a_date_in_front_matter_is_read_or_refused_in_a_sentence(text: str, quoted: bool):
    value = f'"{text}"' if quoted else text
    try:
        draft = parse_text(f"---\npublished_at: {value}\n---\n{BODY}", origin="o", markdown=False, name="a.md")
    except ArticleError as error:
        draft, said = None, str(error)
    else:
        said = "The front matter of a.md"
    assert said.startswith("The front matter of a.md")
    moment = draft.credit.published_at if draft else None
    if moment is not None:
        # In the zone that is stated, and so of the day that is stated; without one, in UTC.
        stated = _as_typed(text)
        assert moment.utcoffset() == ((stated.utcoffset() if stated else None) or timedelta(0))
        assert stated is None or moment.date() == stated.date()
        assert moment.astimezone(timezone(timedelta(hours=14))) == moment
        assert date_words(moment)


def _as_typed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


@given(written)
def test_retry_after_is_a_wait_or_none(text: str):
    wait = _retry_after(text)
    assert wait is None or wait >= 0


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_beyond_the_calendar_in_utc_is_refused(moment: str):
    with pytest.raises(ArticleError, match="out of range"):
        parse_text(f"---\npublished_at: {moment}\n---\n{BODY}", origin="o", markdown=False, name="a.md")
    assert parse_moment(moment) is None
    assert datetime.now(UTC).year < 9_999
