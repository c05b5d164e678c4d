"""A time zone is found by its name in any case, or by its city."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words.zones import MAX_MEANT, zone_named, zones_meant


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("  europe/PARIS ", "Europe/Paris"),
        ("utc", "UTC"),
        ("helsinki", "Europe/Helsinki"),
        ("New York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("Atlantis", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_zone_is_found_as_people_write_it(typed: str, zone: str | None) -> None:
    assert zone_named(typed) == zone


def test_what_is_misspelt_is_suggested() -> None:
    assert "Europe/Lisbon" in zones_meant("Lisbonn")
    assert "Europe/Berlin" in zones_meant("Europe/Berlinn")
    assert zones_meant("Indianapolis") == ["America/Indiana/Indianapolis", "America/Indianapolis"]
    assert zones_meant("xqzw") == zones_meant("") == []


@given(st.one_of(st.text(max_size=60), st.sampled_from(sorted(available_timezones())).map(str.upper)))
def test_what_is_found_or_suggested_is_a_zone_of_this_machine(typed: str) -> None:
    found = zone_named(typed)
    assert all(ZoneInfo(name) for name in [*zones_meant(typed), *([found] if found else [])])
    assert len(zones_meant(typed)) <= MAX_MEANT
