"""Days, weeks, hours and weekdays of several stores: of an area, a brand, and all."""

import pytest

from infra.local.direct_items import put_directly
from lazo.table.dynamodb.writes import Key, Update
from tests.builders import ANA, DIEGO, MARTA
from tests.dom import Element, parse
from tests.functions.board import board_page
from tests.functions.test_desk_insights import PATH, counters, links, roll_up, store_items
from tests.product import Product

WEEK, DAY = f"{PATH}?period=2026-w10", f"{PATH}?period=2026-03-02"


@pytest.fixture
def several(product: Product) -> Product:
    """Diego's area has s1 and s2. START is Tuesday 10 March 2026; the week before begins on Monday 2 March."""
    product_items = [
        *store_items("s1", ANA, DIEGO, MARTA),
        *store_items("s2", DIEGO, MARTA),
        *store_items("s3", MARTA, brand="Boreal"),
        counters("s1", "2026-02-26", s0=20),
        counters(
            "s1",
            "2026-03-02",
            s10=10,
            s0=4,
            x0=3,
            **{"h09#promoter": 10, "h18#detractor": 4, "t#price#detractor": 3, "z#too_fast": 3},
        ),
        counters("s2", "2026-03-02", s7=6, **{"h12#passive": 6, "q#s2till#passive": 6}),
        counters("s2", "2026-03-04", s10=2, **{"h09#promoter": 2}),
        counters("s1", "2026-03-09", s10=6, **{"h20#promoter": 6}),
        counters("s3", "2026-03-03", s0=30, **{"h20#detractor": 30}),
    ]
    put_directly(product.cloud, product_items)
    roll_up(product, "2026-02", "2026-03")
    return product


def page(product: Product, who: dict[str, object], address: str) -> Element:
    return parse(board_page(product, who, address).text)


def rows(section: Element) -> list[str]:
    return [row.text for row in section.one("tbody").all("tr")]


def test_the_week_and_the_day_of_an_area(several: Product) -> None:
    """In the week 12 promoters, 6 passives and 4 detractors: (12 - 4) / 22 = 36. With the three that are added
    1.7 to 62.3 (mean 8 / 25 = 0.32, squared error (17.5 / 25 - 0.1024) / 25 = 0.0239, 1.96 * 0.1546). On the Monday 10,
    6 and 4: 30, and -5.7 to 57.9. In the week before, all of 20 are detractors."""
    week = page(several, DIEGO, WEEK)
    score = week.one(id="score")
    assert score.text.startswith("Score 36: between 1 and 63, from 22 responses. "), "said once"
    assert "Compared with the week of 23 February 2026, 136 points higher" in score.text
    assert "less than 2 seconds: 3" in score.text
    assert "/desk/answers?from=2026-03-02&to=2026-03-08" in links(score)
    assert rows(week.one(id="trend")) == [
        "23 Feb −100 between −100 and −69 20",
        "2 Mar 36 between 1 and 63 22",
        "9 Mar too few to compare 100 between 25 and 100 6",
    ]
    assert rows(week.one(id="hours")) == [
        "09:00 too few to compare 100 between 54 and 100 12",
        "10:00 – 0",
        "11:00 – 0",
        "12:00 too few to compare 0 between −27 and 27 6",
        "13:00 – 0",
        "14:00 – 0",
        "15:00 – 0",
        "16:00 – 0",
        "17:00 – 0",
        "18:00 too few to compare −100 between −100 and −6 4",
    ]
    assert "In this period, by each shop’s own clock." in week.one(id="hours").text
    assert "/desk/answers?hour=9&from=2026-03-02&to=2026-03-08&results=in" in links(week.one(id="hours"))
    assert rows(week.one(id="weekdays"))[:3] == [
        "Mon 30 between −6 and 58 20",
        "Tue – 0",
        "Wed too few to compare 100 between −25 and 100 2",
    ]
    assert "/desk/answers?weekday=3&from=2026-03-02&to=2026-03-08&results=in" in links(
        week.one(id="weekdays")
    )
    assert "Price 75% 3 of 4" in week.one(id="lowers").text
    assert "Of all March 2026." in week.one(id="promises").text
    assert "The latest ones here came 40 min ago." in week.one("main").text

    day = page(several, DIEGO, DAY)
    assert "30: between −6 and 58, from 20 responses." in day.one(id="score").text
    assert [row.split()[0] for row in rows(day.one(id="trend"))][:5] == ["26", "27", "28", "1", "2"]
    assert not list(day.all("section", id="weekdays")), "a day has one"
    assert "No responses in this period." in page(several, DIEGO, f"{PATH}?period=2026-03-05").text


def test_weeks_of_a_brand_and_of_all_and_hours_of_their_months(several: Product) -> None:
    """Boreal is 30 detractors on a Tuesday at 20; all stores have 52 answers in the week, and 58 in March."""
    boreal = page(several, MARTA, f"{WEEK}&brand=Boreal")
    assert "−100: entre −100 e −78, com 30 respostas." in boreal.one(id="score").text
    assert rows(boreal.one(id="hours")) == ["20:00 −100 entre −100 e −78 30"]
    assert "/desk/answers?brand=Boreal&hour=20&from=2026-03-02&to=2026-03-08&results=in" in links(
        boreal.one(id="hours")
    )
    assert "com 52 respostas" in page(several, MARTA, WEEK).one(id="score").text
    month = page(several, MARTA, f"{PATH}?period=2026-03")
    assert "com 58 respostas" in month.one(id="score").text
    # Six promoters of the area's s1 and 30 detractors of Boreal at eight in the evening.
    assert rows(month.one(id="hours"))[-1].endswith(" 36")
    # Of the two Mondays 26, of Boreal's Tuesday 30, of the Wednesday 2.
    assert [row.split()[-1] for row in rows(month.one(id="weekdays"))] == [
        "26",
        "30",
        "2",
        "0",
        "0",
        "0",
        "0",
    ]


def test_their_files_and_themes(several: Product) -> None:
    table = board_page(several, DIEGO, f"{WEEK}&format=csv").text.splitlines()
    assert table[-2] == '"2026-w10",22,12,6,4,36,1,63'
    hours = board_page(several, DIEGO, f"{WEEK}&format=csv&chart=hours").text.splitlines()
    assert hours[1].startswith('"09",12,12,0,0,100,')
    assert board_page(several, DIEGO, f"{DAY}&format=svg&chart=hours").text.startswith("<svg xmlns=")
    themes = page(several, DIEGO, f"{PATH}/themes?period=2026-w10").one(id="themes")
    # 3 of 22: 13.6 %, Wilson 4.7 to 33.3.
    assert rows(themes)[0].startswith("Price 14% 4–34 (3)")
    one = page(several, MARTA, f"{PATH}/themes?theme=price&area=diego@s1&period=2026-w10")
    assert "3 de 22" in one.one(id="theme").text
    assert len(rows(one.one(id="complained"))) == 3


def test_what_is_counted_later_changes_its_week(several: Product) -> None:
    """An answer of Wednesday came late, and one of Monday was erased."""
    for key, change in ((("STORE#s2", "DAY#2026-03-04"), 1), (("STORE#s1", "DAY#2026-03-02"), -1)):
        several.table.update(Update(Key(*key), "ADD s10 :n", {":n": change}))
    assert "from 22 responses" in page(several, DIEGO, WEEK).text
    roll_up(several, "2026-03")
    week = page(several, DIEGO, WEEK)
    assert [row.split()[-1] for row in rows(week.one(id="weekdays"))][:3] == ["19", "0", "3"]
    assert "from 22 responses" in week.one(id="score").text


def test_a_month_that_was_added_up_before_days_were_kept_says_so(several: Product) -> None:
    """Nothing is claimed of its days, and its weeks are not in the chart."""
    for item in several.cloud.items():
        if item["sk"] == "STORE#s2" and item["pk"] == "MONTH#2026-03":
            several.change(item, days=None)
    week = page(several, DIEGO, WEEK)
    assert "The responses of March 2026 have not been added up by day yet" in week.one(id="not-by-day").text
    assert f"{PATH}?period=2026-03" in links(week.one(id="not-by-day"))
    assert not list(week.all("section", id="score"))
    day = page(several, DIEGO, f"{PATH}?period=2026-02-26")
    assert "−100: between −100 and −69, from 20 responses." in day.one(id="score").text
    assert [row.split()[:2] for row in rows(day.one(id="trend"))] == [
        ["26", "Feb"],
        ["27", "Feb"],
        ["28", "Feb"],
    ]
    assert "from 28 responses" in page(several, DIEGO, f"{PATH}?period=2026-03").one(id="score").text
