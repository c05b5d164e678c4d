from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from retrieval.asking.question.dates import find_dates, tie_to_publishers, wants_latest
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
    ],
)
def test_a_written_time_becomes_a_window(text: str, start: str | None, end: str | None) -> None:
    (window,) = find_dates(text, now=NOW)
    assert window.start == (datetime.fromisoformat(start).replace(tzinfo=UTC) if start else None)
    assert window.end == (datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None)


def test_a_day_is_the_askers_day() -> None:
    (window,) = find_dates("yesterday", now=NOW, zone=ZoneInfo("America/New_York"))
    assert window.covers(datetime(2024, 3, 6, 4, 59, tzinfo=UTC))
    assert not window.covers(datetime(2024, 3, 5, 4, 59, tzinfo=UTC))


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
    assert tie_to_publishers(windows, mentions, [moment]) == {moment.date(): {"TechCrunch"}}
