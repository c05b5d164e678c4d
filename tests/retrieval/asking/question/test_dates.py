from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.question.dates import days_within, find_dates, tie_to_publishers, wants_latest
from retrieval.language.outlets import PublisherNames

NOW = datetime(2024, 3, 6, 15, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("published on October 7, 2023", "2023-10-07", "2023-10-08"),
        ("what happened on 10 January", "2024-01-10", "2024-01-11"),
        ("what happened last week", "2024-02-26", "2024-03-04"),
        ("everything in 2023", "2023-01-01", "2024-01-01"),
        ("in March 2023", "2023-03-01", "2023-04-01"),
        ("anything yesterday?", "2024-03-05", "2024-03-06"),
        ("since Tuesday", "2024-03-05", None),
        ("before December 5, 2023", None, "2023-12-05"),
        ("in the last 7 days", "2024-02-28", "2024-03-07"),
        ("over the past two weeks", "2024-02-21", "2024-03-07"),
        ("in early March", "2024-03-01", "2024-03-11"),
        ("at the end of December 2023", "2023-12-21", "2024-01-01"),
        ("last Friday night", "2024-03-01", "2024-03-02"),
        ("in December", "2023-12-01", "2024-01-01"),
        ("200 days ago", "2023-08-19", "2023-08-20"),
    ],
)
def test_a_written_time_becomes_a_window(text: str, start: str | None, end: str | None) -> None:
    (window,) = find_dates(text, now=NOW)
    assert window.start == (date.fromisoformat(start) if start else None)
    assert window.end == (date.fromisoformat(end) if end else None)


def test_a_day_is_the_askers_day() -> None:
    night = datetime(2024, 3, 6, 3, 0, tzinfo=UTC)  # in New York still the 5th
    (window,) = find_dates("yesterday", now=night, zone=ZoneInfo("America/New_York"))
    assert (window.start, window.end) == (date(2024, 3, 4), date(2024, 3, 5))


@pytest.mark.parametrize("offset", [-5, 0, 14])
@pytest.mark.parametrize("hour", [0, 23])
def test_an_articles_day_is_the_one_that_it_states(offset: int, hour: int) -> None:
    (window,) = find_dates("yesterday", now=NOW, zone=ZoneInfo("America/New_York"))
    zone = timezone(timedelta(hours=offset))
    assert window.covers(datetime(2024, 3, 5, hour, 30, tzinfo=zone))
    assert not window.covers(datetime(2024, 3, 6, hour, 30, tzinfo=zone))


def test_may_is_not_always_a_month() -> None:
    assert not find_dates("in may he go", now=NOW)


def test_the_latest_is_asked_for_without_a_date() -> None:
    assert wants_latest("what is the latest on Gaza")
    assert not find_dates("the latest on Gaza", now=NOW)


def test_a_date_belongs_to_the_publisher_beside_it() -> None:
    text = "the TechCrunch report of October 7, 2023 and the one from The Verge"
    windows = find_dates(text, now=NOW)
    mentions = PublisherNames(["TechCrunch", "The Verge"]).find(text)
    moment = datetime(2023, 10, 7, 20, tzinfo=UTC)
    assert days_within(tie_to_publishers(windows, mentions), [moment]) == {moment.date(): {"TechCrunch"}}


@pytest.mark.parametrize(
    ("text", "binding"),
    [
        ("Was the bridge closed last week?", False),
        ("What did the mayor say last week?", True),
        ("What was published since Tuesday?", True),
        ("Who won the election in 2023?", False),
        ("What do articles of last month say?", True),
        ("What do the articles say about today's youth?", False),
    ],
)
def test_only_what_was_written_or_said_then_is_bound_to_a_time(text: str, binding: bool) -> None:
    (window,) = find_dates(text, now=NOW)
    assert window.binding is binding


@given(st.text("0123456789 ", max_size=6), st.sampled_from("year,month,weeks ago,days ago,January,December".split(",")))
def test_no_time_is_too_odd_to_be_read(number: str, unit: str) -> None:
    for text in (f"in {number} {unit}", f"{unit} {number}", f"1 {unit} {number}", f"the last {number} {unit}"):
        for now in (NOW, datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
            for zone in (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago"), UTC):
                find_dates(text, now=now, zone=zone)
