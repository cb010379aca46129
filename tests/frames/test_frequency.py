"""Frequencies in words and their seasons."""

from __future__ import annotations

import pytest

from forecastkit.frames.frequency import frequency_label, seasonal_period
from forecastkit.frames.spacing import to_offset


@pytest.mark.parametrize(
    ("freq", "season"),
    [
        ("h", 24), ("2h", 12), ("5h", 1), ("30min", 48), ("15min", 96), ("min", 1440), ("s", 3600), ("10s", 360),
        ("100ms", 10), ("D", 7), ("7D", 52), ("2D", 1), ("B", 5), ("W-MON", 52), ("2W-SUN", 26), ("MS", 12), ("2ME", 6),
        ("BME", 12), ("QS-JAN", 4), ("6MS", 2), ("YE-DEC", 1), ("5YS-JAN", 1), ("36h", 1),
    ],
)  # fmt: skip
def test_seasons_follow_the_usual_cycles(freq, season):
    assert seasonal_period(to_offset(freq)) == season


@pytest.mark.parametrize(
    ("freq", "label"),
    [
        ("h", "hourly"), ("2h", "every 2 hours"), ("15min", "every 15 minutes"), ("min", "every minute"),
        ("D", "daily"), ("B", "business days"), ("W-SUN", "weekly (on Sundays)"),
        ("2W-MON", "every 2 weeks (on Mondays)"),
        ("MS", "monthly (first day)"), ("BME", "monthly (last weekday)"), ("QE-DEC", "quarterly (ending December)"),
        ("YS-APR", "yearly (starting April)"), ("BYE-DEC", "yearly (last weekday of December)"),
        ("6MS", "every 6 months (first day)"),
    ],
)  # fmt: skip
def test_labels_read_as_a_person_would_say_them(freq, label):
    assert frequency_label(to_offset(freq), dates=True) == label


def test_periods_end_on_their_anchor():
    assert frequency_label(to_offset("YE-JUN"), dates=False) == "yearly (ending June)"
    assert frequency_label(to_offset("YE-DEC"), dates=False) == "yearly"
    assert frequency_label(to_offset("ME"), dates=False) == "monthly"
