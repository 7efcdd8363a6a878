"""The statutory holidays of a year that has no decree yet: fixed days, and the lunar feasts reckoned from sun and moon.

Knows no swapped weekends: those exist only once the State Council has decreed them (`calendar` holds the decrees).
"""

from datetime import date, timedelta
from functools import lru_cache
from math import floor, radians, sin

SOURCE = "全国年节及纪念日放假办法, 2024 revision, in force 2025-01-01"
DAY = timedelta(days=1)
EPOCH = date(2000, 1, 1)

# New moon: amplitude in days, then multiples of the sun's anomaly, the moon's anomaly, the moon's latitude argument.
# Jean Meeus, Astronomical Algorithms (2nd ed.), chapter 49; good to half a minute in this century.
NEW_MOON = (
    (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2), (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0), (-0.00007, 2, 1, 0),
    (0.00004, 0, 2, -2), (0.00004, 3, 0, 0), (0.00003, 1, 1, -2), (0.00003, 0, 2, 2), (-0.00003, 1, 1, 2),
    (0.00003, -1, 1, 2), (-0.00002, -1, 1, -2), (-0.00002, 1, 3, 0), (0.00002, 0, 4, 0),
)  # fmt: skip
# What node and planets add: amplitude in days, angle at the first new moon of 2000, its growth with each one after.
DISTURBANCES = (
    (-0.000170, 124.7746, -1.56375588), (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886), (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771), (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239), (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154), (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
)  # fmt: skip
# Dynamical time runs 69 s ahead of the clock in the 2020s; Beijing is 8 h ahead of Greenwich; J2000 began at noon.
BEIJING = 0.5 + 8 / 24 - 69 / 86400


@lru_cache(maxsize=64)
def statutory_days(year: int) -> dict[date, str]:
    """The 13 statutory days off and their Chinese names, by `SOURCE`. Reckoned for 2004 to 2099."""
    spring = lunar_day(year, 1, 1)
    days = {date(year, 1, 1): "元旦"}
    days |= {spring + n * DAY: "春节" for n in range(-1, 3)}
    days[_sun_reaches(15, year)] = "清明节"
    days |= {date(year, 5, n): "劳动节" for n in (1, 2)}
    days[lunar_day(year, 5, 5)] = "端午节"
    days |= {date(year, 10, n): "国庆节" for n in (1, 2, 3)}
    days.setdefault(lunar_day(year, 8, 15), "中秋节")
    return days


def lunar_day(year: int, month: int, day: int) -> date:
    """The date of a day of an ordinary (not a leap) lunar month, 1 to 10, of the lunar year that begins in ``year``."""
    return _lunar_months(year)[month] + (day - 1) * DAY


@lru_cache(maxsize=64)
def _lunar_months(year: int) -> dict[int, date]:
    """First days of lunar months 11 and 12 before the year's Spring Festival and of 1 to 10 after it.

    Month 11 holds the winter solstice. Where 13 months lie between two such, the first without a major solar term is a
    leap month and is left out (GB/T 33661-2017).
    """
    first, last = (_lunation_of(_sun_reaches(270, y)) for y in (year - 1, year))
    starts = [_new_moon(k) for k in range(first, last + 1)]
    if last - first == 13:
        starts.pop(next(i for i in range(1, 13) if _term(starts[i]) == _term(starts[i + 1])))
    return {(10 + i) % 12 + 1: start for i, start in enumerate(starts[:12])}


def _lunation_of(day: date) -> int:
    """The number of the lunation in which a day lies."""
    k = round((day - EPOCH).days / 29.530588861) + 1
    while _new_moon(k) > day:
        k -= 1
    return k


@lru_cache(maxsize=64)
def _new_moon(k: int) -> date:
    """The Beijing date of a new moon, counted from that of 2000-01-06."""
    t = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t * t)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
    days = 5.09766 + 29.530588861 * k + 0.00015437 * t * t
    days += sum(a * eccentricity ** abs(s) * sin(s * sun + m * moon + f * node) for a, s, m, f in NEW_MOON)
    days += sum(a * sin(radians(angle + growth * k)) for a, angle, growth in DISTURBANCES)
    return EPOCH + floor(days + BEIJING) * DAY


def _longitude(days: float) -> float:
    """The sun's apparent longitude in degrees, good to 0.01; ``days`` since J2000. Meeus, chapter 25."""
    t = days / 36525
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    node = radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * sin(node)) % 360


def _term(day: date) -> int:
    """Which of the twelve major solar terms was the last before this Beijing day began."""
    return floor(_longitude((day - EPOCH).days - BEIJING) / 30)


@lru_cache(maxsize=64)
def _sun_reaches(degrees: int, year: int) -> date:
    """The Beijing date in a year on which the sun's longitude reaches so many degrees."""
    days = (year - 2000) * 365.2422 + (degrees + 80) % 360 * 365.2422 / 360
    for _ in range(5):
        days += ((degrees - _longitude(days) + 180) % 360 - 180) * 365.2422 / 360
    return EPOCH + floor(days + BEIJING) * DAY
