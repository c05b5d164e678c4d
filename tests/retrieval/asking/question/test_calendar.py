"""Whatever time a question names, whenever and wherever it is asked, it is read or left alone: nothing raises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.question.dates import days_within, find_dates

ENDS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
years = st.integers(0, 999_999).map(str) | st.integers(0, 9_999).map("{:04}".format)
months = st.sampled_from(
    "january february march april may june july august september october november december".split()
)
days = st.integers(0, 99).map(str)
counts = st.integers(0, 999).map(str) | st.sampled_from(["a", "few", "several", "couple of", "two"])
units = st.sampled_from("hours days weeks months years".split())
said = st.one_of(
    st.builds("{} {}".format, months, years),
    st.builds("{} {}, {}".format, months, days, years),
    st.builds("{} of {} {}".format, days, months, years),
    st.builds("{}-{:02}-{:02}".format, years, st.integers(0, 13), st.integers(0, 32)),
    st.builds("{} {} {}".format, st.sampled_from(["early", "mid", "late", "end of"]), months, years),
    st.builds("{} {} ago".format, counts, units),
    st.builds("the last {} {}".format, counts, units),
    st.sampled_from("today|yesterday|last night|last week|this weekend|last month|last year|friday".split("|")),
    years,
)
cues = st.sampled_from(["", "in ", "since ", "before ", "until ", "by ", "after ", "during "])
hours = st.integers(-23, 23).map(lambda count: timezone(timedelta(hours=count)))
zones = hours | st.sampled_from(["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"]).map(ZoneInfo)
moments = st.datetimes(timezones=st.just(UTC)) | st.sampled_from(ENDS)


@given(cues, said, moments, zones, st.lists(moments, max_size=4))
def test_any_time_is_read_or_left_alone(cue: str, time: str, now: datetime, zone: timezone, published: list[datetime]):
    windows = find_dates(f"What did the mayor say {cue}{time}?", now=now, zone=zone)
    for window in windows:
        assert window.start is None or window.end is None or window.start < window.end
        assert all(window.covers(moment) <= window.near(moment) for moment in published)
    days_within(windows, [*published, *ENDS])


@pytest.mark.parametrize(
    "question",
    ["What happened in December 9999?", "What was published on 31 December 9999?", "What was said since 9999-12-31?"],
)
def test_the_last_days_of_the_calendar_raise_nothing(question: str):
    for window in find_dates(question, now=datetime(2026, 3, 1, tzinfo=UTC), zone=ZoneInfo("Pacific/Kiritimati")):
        assert all(window.near(moment) in (True, False) for moment in ENDS)
