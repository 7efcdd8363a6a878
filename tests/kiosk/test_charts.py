"""The charts as pictures: what they say to those who see them and to those who do not, empty ones, names that people typed."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall import age_picture
from kiosk.hall.charts import Chart, Series, bars, lines, top_of
from kiosk.hall.figures import percentile

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_line_breaks_where_there_is_nothing_and_the_picture_speaks() -> None:
    chart = Chart("wait", "Waiting <b>", "Half waited 8 & less", ["08:00", "09:00", "10:00", "11:00"],
                  [Series("P50", [4, None, 8, 9]), Series("P80", [None] * 4)], goal=60.0)
    picture = drawn(lines(chart))
    assert picture.get("role") == "img" and picture.get("aria-labelledby") == "wait-title wait-told"
    assert picture.findtext(f"{SVG}title") == "Waiting <b>" and picture.findtext(f"{SVG}desc") == "Half waited 8 & less"
    kinds = [path.get("class") for path in picture.iter(f"{SVG}path")]
    assert kinds.count("chart-line kind-0") == 2 and kinds.count("chart-line kind-1") == 0 and "chart-goal" in kinds
    assert len(list(picture.iter(f"{SVG}circle"))) == 3


def test_bars_say_their_values_and_long_names_are_broken() -> None:
    chart = Chart("visits", "Visits", "", ["State compensation and judicial aid", "国家赔偿与司法救助以及其他事项"],
                  [Series("half", [12.4, None]), Series("set", [25, 30])])
    picture = drawn(bars(chart))
    texts = [one.text for one in picture.iter(f"{SVG}text")]
    assert [text for text in texts if text in ("12", "25", "30")] == ["30", "12", "25", "30"]  # the scale has 30 as well
    assert len(list(picture.iter(f"{SVG}rect"))) == 3
    assert drawn(bars(Chart("none", "Nothing", "", [], [Series("a", [])]))).get("viewBox") == "0 0 640 260"


@given(st.lists(st.floats(0, 100_000) | st.none(), min_size=1, max_size=30))
def test_no_value_passes_the_scale_and_every_picture_is_well_formed(values: list[float | None]) -> None:
    chart = Chart("any", "Any", "", [str(n) for n in range(len(values))], [Series("a", values)])
    assert top_of(chart) >= max([value for value in values if value is not None], default=0)
    for picture in (drawn(lines(chart)), drawn(bars(chart))):
        assert all("nan" not in str(one.attrib) and "-" not in one.get("height", "") for one in picture.iter())


@given(st.lists(st.floats(0, 1_000), min_size=1), st.floats(0, 1))
def test_percentile_lies_within_the_values(values: list[float], share: float) -> None:
    assert min(values) <= percentile(values, share) <= max(values)
    assert percentile([10, 20, 30, 40, 50], 0.8) == 42


@given(st.lists(st.floats(0, 600), max_size=60))
def test_everybody_who_waits_is_a_dot_in_the_zone_of_their_wait(ages: list[float]) -> None:
    picture = drawn(age_picture.picture(ages, long=30, cap=60))
    kinds = [dot.get("class") for dot in picture.iter(f"{SVG}circle")]
    assert kinds.count("late") == sum(age >= 60 for age in ages)
    assert kinds.count("fresh") == sum(age < 30 for age in ages) and len(kinds) == len(ages)
    places = [float(dot.get("cx", "")) for dot in picture.iter(f"{SVG}circle")]
    assert places == sorted(places, reverse=True) and all(0 <= place <= age_picture.WIDTH for place in places)
