"""Figures: their numbers are those of the result files, they are the same every time, nothing is cut, every character has a glyph."""

import re
import shutil
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyarrow.compute as pc
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from experiments.cli import main
from experiments.fonts import missing
from experiments.intervals import mean_interval
from experiments.report.bands import spread_within
from experiments.report.figures import cohorts, flow, purchase_time, touchpoints, unit
from experiments.report.gallery import Picture, drawings, gallery
from experiments.report.pictures import draw_all
from experiments.report.results import Results, results_of, shortened
from experiments.report.style import OWN, apart, colours, ink_of, lightness
from experiments.report.titles import titled, wrapped
from experiments.report.vector import path, svgs_of
from experiments.store import Store
from experiments.traces import first_touches
from experiments.wording import plus_minus

EVERY = ["orders", "profit", "funnel", "curve", "money", "unit", "flow", "time", "touchpoints", "waiting", "prices", "cohorts", "map"]
NEWER = ("orders", "journeys", "outlets", "reach")  # tables that older results lack
SIZE = ["market.consumers=3000", "market.days=240", "market.start_days=60", "strategy.pull=1", "replications=3", "workers=2"]


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of four strategies."""
    folder = tmp_path_factory.mktemp("results") / "four"
    assert main(["compare", "strategies=direct,agency,dealer_4s,hybrid", *SIZE, f"results={folder}"]) == 0
    return folder


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of one strategy, one short replication, hardly an order."""
    folder = tmp_path_factory.mktemp("results") / "one"
    words = ["strategy=dealer_4s", "market.consumers=300", "market.days=20", "market.start_days=5", "replications=1", "workers=1"]
    assert main(["run", *words, f"results={folder}"]) == 0
    return folder


@pytest.fixture(scope="module")
def results(four: Path) -> Results:
    """What the pictures of the four are drawn from."""
    return results_of(Store(four))


@pytest.fixture(scope="module")
def pictures(four: Path) -> dict[str, list[Picture]]:
    """The pictures of the four in both languages."""
    return {language: gallery(four, language) for language in ("en", "zh")}


def words_of(picture: Picture) -> list[str]:
    """The texts in a picture."""
    return [text.text for text in ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text") if text.text]


def named(pictures: list[Picture], name: str) -> Picture:
    """The picture of a name."""
    return next(picture for picture in pictures if picture.name == name)


# ---- what there is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_comparison_has_every_picture_in_both_languages(pictures: dict[str, list[Picture]], language: str) -> None:
    assert [picture.name for picture in pictures[language]] == EVERY
    for picture in pictures[language]:
        assert picture.finding and picture.subtitle and picture.alt
        chinese = re.search("[\u4e00-\u9fff]", picture.finding + picture.subtitle + "".join(words_of(picture)))
        assert bool(chinese) == (language == "zh"), picture.name


def test_pictures_are_the_same_bytes_every_time(four: Path, pictures: dict[str, list[Picture]]) -> None:
    assert gallery(four, "zh") == pictures["zh"]
    before = {file.name: file.read_bytes() for file in four.glob("*.svg")}  # compare drew them
    assert {file.name: file.read_bytes() for file in draw_all(four, "en", ("svg",))[0]} == before


def test_files_have_titles_and_pictures_for_the_page_have_none(four: Path, pictures: dict[str, list[Picture]]) -> None:
    files = {file.name: file for kind in ("png", "svg") for file in four.glob(f"*.{kind}")}
    assert set(files) == {f"{name}.{kind}" for name in EVERY for kind in ("png", "svg")}
    for picture in pictures["en"]:
        start = picture.finding.split()[0]
        titled_words = "".join(ElementTree.fromstring(files[f"{picture.name}.svg"].read_text(encoding="utf-8")).itertext())
        assert start in titled_words and picture.subtitle.split()[0] in titled_words
        assert not any(text.startswith(picture.finding[:25]) for text in words_of(picture))


def test_a_single_short_run_draws_what_it_can(one: Path) -> None:
    names = [picture.name for picture in gallery(one, "zh")]
    assert {"funnel", "money", "flow", "map"} <= set(names) < set(EVERY)
    assert not {"orders", "profit"} & set(names)


def test_results_of_an_older_make_draw_what_they_can(four: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(four, old)
    for table in NEWER:
        shutil.rmtree(old / table)
    assert [picture.name for picture in gallery(old, "en")] == ["orders", "profit", "funnel", "curve", "money", "unit", "flow", "waiting"]


def test_pictures_stay_small_and_their_ids_apart(pictures: dict[str, list[Picture]]) -> None:
    assert np.mean([len(picture.svg.encode()) for picture in pictures["zh"]]) < 20_000
    ids = [one for picture in pictures["zh"] for one in re.findall(r' id="([^"]+)"', picture.svg)]
    assert len(ids) == len(set(ids))
    for picture in pictures["zh"]:
        used = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', picture.svg))
        assert {a or b for a, b in used} <= set(re.findall(r' id="([^"]+)"', picture.svg))
        assert (
            "<image" not in picture.svg
            and "<script" not in picture.svg
            and "http" not in picture.svg.replace("http://www.w3.org/2000/svg", "")
        )


# ---- nothing cut, nothing over another ------------------------------------------------------------------------------


def shown_texts(figure: Figure) -> list[tuple[str, object]]:
    """Texts that are drawn, with the boxes they take."""
    figure.canvas.draw()
    ticks = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            unseen = [tick for tick in axis.get_major_ticks() if not axes.axison or not low - 1e-9 <= tick.get_loc() <= high + 1e-9]
            ticks |= {id(tick.label1) for tick in unseen}
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and id(text) not in ticks]
    return [(text.get_text(), text.get_window_extent()) for text in found]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("which", ["four", "one"])
def test_no_text_is_cut_or_lies_over_another(which: str, language: str, request: pytest.FixtureRequest) -> None:
    for drawing in drawings(request.getfixturevalue(which), language):
        box = titled(drawing)
        boxes = shown_texts(drawing.figure)
        dots = drawing.figure.dpi
        for text, where in boxes:
            inside = where.x0 >= -1 and where.y0 >= -1 and where.x1 <= box.x1 * dots + 1 and where.y1 <= box.y1 * dots + 1
            assert inside, f"{drawing.name}: {text!r} is cut"
        for (a, at), (b, there) in combinations(boxes, 2):
            wide, tall = min(at.x1, there.x1) - max(at.x0, there.x0), min(at.y1, there.y1) - max(at.y0, there.y0)
            assert not (wide > 1.5 and tall > 2.5), f"{drawing.name}: {a!r} lies over {b!r}"


def test_labels_keep_apart_and_stay_near() -> None:
    places = apart([1.0, 1.1, 5.0, 1.05], 0.5)
    assert np.diff(sorted(places)).min() == pytest.approx(0.5) and places[2] == 5.0
    assert np.mean([places[k] for k in (0, 1, 3)]) == pytest.approx(1.05)
    assert places[0] < places[3] < places[1]
    assert min(spread_within([0.0, 0.0, 0.0], 1.0, 0.0, 10.0)) == pytest.approx(0.5)


def test_long_titles_break_between_words_and_never_before_a_stop() -> None:
    lines = wrapped("no clear difference in orders between the two strategies", 15)
    assert len(lines) > 1 and " ".join(lines) == "no clear difference in orders between the two strategies"
    chinese = wrapped("直营与代理订单无明显差异，混合订单更多。", 9)
    assert "".join(chinese) == "直营与代理订单无明显差异，混合订单更多。" and not any(line[0] in "，。" for line in chinese)


def test_long_labels_are_cut_short_and_short_ones_are_not() -> None:
    assert shortened("4S dealers") == "4S dealers"
    assert shortened("a strategy with a very long name") == "a strategy with a very…"
    assert shortened("名称特别特别长的一个销售方案") == "名称特别特别长的一个销…"


def test_colours_belong_to_strategies_and_text_in_them_can_be_read() -> None:
    assert colours(["mine", "direct"])["direct"] == OWN["direct"]
    assert len(set(colours(["a", "b", *OWN]).values())) == 2 + len(OWN)
    for colour in OWN.values():
        assert 1.05 / (lightness(ink_of(colour)) + 0.05) >= 4.5


# ---- numbers are those of the files ---------------------------------------------------------------------------------


def test_the_funnel_shows_the_outcomes(four: Path, results: Results, pictures: dict[str, list[Picture]]) -> None:
    rows = Store(four).read("outcomes").to_pylist()
    shown = words_of(named(pictures["en"], "funnel"))
    for strategy in ("direct", "hybrid"):
        values = [1000 * row["reached_order"] for row in rows if row["strategy"] == strategy and row["basis"] == "as_found"]
        assert plus_minus(mean_interval(np.array(values), results.alpha), 0.01) in shown


def test_the_curve_ends_with_the_orders_of_the_outcomes(four: Path, results: Results, pictures: dict[str, list[Picture]]) -> None:
    rows = Store(four).read("outcomes").to_pylist()
    text = "\n".join(words_of(named(pictures["en"], "curve")))
    for strategy in results.names:
        values = [row["orders"] for row in rows if row["strategy"] == strategy and row["basis"] == "as_found"]
        assert plus_minus(mean_interval(np.array(values), results.alpha)) in text


def test_the_forest_shows_paired_differences_with_their_intervals(four: Path, results: Results, pictures: dict[str, list[Picture]]) -> None:
    shown = " ".join(words_of(named(pictures["en"], "orders")))
    for basis in ("format", "as_found"):
        for name in results.names[1:]:
            difference = results.difference(basis, name, "orders")
            assert f"{plus_minus(difference).split(' ±')[0]}" in shown


def test_the_waterfall_adds_up_to_the_profit_of_a_car(results: Results) -> None:
    for name in results.pair:
        money = unit.per_car(results, name)
        mine = results.outcomes[results.basis][name]
        for party in ("maker", "retailer"):
            left = sum(money[party].values(), np.zeros(results.n))
            assert left == pytest.approx(1000 * mine[f"profit_{party}"] / mine["deliveries"], rel=1e-9, abs=1e-9)


def test_the_flow_balances(results: Results) -> None:
    stocks, flows, daily = (results.of(table, "direct")[0] for table in ("stocks", "flows", "daily"))
    moves = flow.counted(flows, stocks, daily)
    first = np.flatnonzero(stocks["brand"] == 0)[0]
    people = sum(stocks[stage][first] for stage in (*flow.ON, "lost"))
    gained = (
        moves["move unaware aware"]
        + moves["move interest aware"]
        + moves["move lost aware"]
        - moves["move aware unaware"]
        - moves["move aware interest"]
    )
    assert moves["stock aware"] - 1000 * stocks["aware"][first] / people == pytest.approx(gained, abs=1e-9)
    assert moves["move intent owner"] == pytest.approx(1000 * results.outcomes["as_found"]["direct"]["orders"][0] / results.yearly / people)


def test_the_incidence_of_a_known_sample_is_the_textbook_one() -> None:
    # four needs: one ordered on day 2, one bought a rival's on day 4, one put off on day 6, one still open after 3 days
    spells = np.array([[2, 0], [4, 1], [6, 2], [3, -1]])
    ours, rival, off = purchase_time.incidence(spells, 8)[:, -1]
    assert (ours, rival, off) == pytest.approx((1 / 4, 3 / 4 * 1 / 2, 3 / 4 * 1 / 2))


def test_without_censoring_the_incidence_is_the_plain_share() -> None:
    rng = np.random.default_rng(3)
    spells = np.stack([rng.integers(1, 50, 500), rng.integers(0, 3, 500)], 1)
    assert purchase_time.incidence(spells, 60)[:, -1] == pytest.approx(np.bincount(spells[:, 1]) / 500)


def test_needs_are_read_from_journeys() -> None:
    events = [
        (1, 5, "need opens"),
        (1, 9, "meets"),
        (1, 12, "buys"),
        (2, 3, "need opens"),
        (3, 1, "buys"),
        (3, 8, "need opens"),
        (3, 9, "puts need off"),
    ]
    consumer, day, event = (np.array(column, object) for column in zip(*events, strict=True))
    found = purchase_time.needs({"consumer": consumer, "day": day, "event": event}, 30)
    assert found.tolist() == [[7, 0], [27, -1], [1, 2]]


def test_a_tracked_sample_has_the_needs_of_everybody(results: Results) -> None:
    opened = sum(int(one["needs"][one["brand"] == 0].sum()) for one in results.of("daily", "direct"))
    tracked = sum(int(one["tracked"].sum()) for one in results.of("reach", "direct"))
    people = sum(int(one["people"].sum()) for one in results.of("reach", "direct"))
    seen = sum(one.shape[0] for one in purchase_time.needs_of(results, "direct"))
    share, chance = opened / people, tracked / people
    error = np.sqrt(tracked * share * (1 - chance))  # Poisson, drawn without replacement
    assert abs(seen - tracked * share) <= 4.5 * error


def test_the_sample_is_the_same_under_every_strategy(results: Results) -> None:
    seen = []
    for name in ("direct", "agency"):
        one = results.of("journeys", name)[0]
        opens = one["event"] == "need opens"
        seen.append(set(zip(one["consumer"][opens].tolist(), one["day"][opens].tolist(), strict=True)))
    assert seen[0] and len(seen[0] & seen[1]) > 0.8 * len(seen[0])


def test_the_cohorts_hold_every_order_of_the_months_they_show(results: Results) -> None:
    months = int(results.days / cohorts.MONTH + 1e-9) - 1
    share = cohorts.shares(results, "dealer_4s", months)[0]
    orders, day = results.of("orders", "dealer_4s")[0], results.of("daily", "dealer_4s")[0]
    first = (orders["need_day"] >= 1) & (orders["need_day"] - 1 < cohorts.MONTH) & (orders["day"] - orders["need_day"] < cohorts.MONTH)
    needs = day["needs"][(day["brand"] == 0) & (day["day"] >= 1) & (day["day"] - 1 < cohorts.MONTH)].sum()
    assert share[0, 0] == pytest.approx(1000 * first.sum() / needs)
    assert np.isnan(share[-1, -1]) and (np.diff(share[0]) >= 0).all()


def test_first_touches_agree_with_those_of_the_orders(results: Results) -> None:
    checked = 0
    for journeys, orders in zip(results.of("journeys", "dealer_4s"), results.of("orders", "dealer_4s"), strict=True):
        for k in np.flatnonzero((orders["need_day"] >= 1) & np.isin(orders["consumer"], journeys["consumer"])):
            mine = (
                (journeys["consumer"] == orders["consumer"][k])
                & (journeys["day"] >= orders["need_day"][k])
                & (journeys["day"] <= orders["day"][k])
            )
            touches = touchpoints.first_touched({key: values[mine] for key, values in journeys.items()}, results.days)
            assert list(touches) == ([orders["first_touch"][k]] if orders["first_touch"][k] else [])
            checked += 1
    assert checked


def test_the_map_reaches_whom_the_outcomes_say(four: Path, results: Results) -> None:
    from experiments.report.figures.outlet_map import near_share

    rows = Store(four).read("outcomes").to_pylist()
    said = [100 * row["reach_share"] for row in rows if row["strategy"] == "agency" and row["basis"] == "as_found"]
    assert [near_share(one, "all") for one in results.of("reach", "agency")] == pytest.approx(said, abs=1e-4)


def test_prices_of_the_orders_table_are_those_of_the_outcomes(four: Path, results: Results) -> None:
    store = Store(four)
    orders = store.read("orders", [0])
    mine = pc.and_(pc.equal(orders.column("strategy"), "dealer_4s"), pc.equal(orders.column("basis"), "as_found"))
    assert pc.mean(orders.filter(mine).column("price")).as_py() == pytest.approx(results.outcomes["as_found"]["dealer_4s"]["price_mean"][0])


# ---- small parts -----------------------------------------------------------------------------------------------------


def test_numbers_in_words_keep_their_digits_and_coordinates_do_not(four: Path, pictures: dict[str, list[Picture]]) -> None:
    for drawing in drawings(four, "en"):
        picture = named(pictures["en"], drawing.name)
        drawing.figure.canvas.draw()
        drawn = {line.strip() for text in drawing.figure.findobj(Text) for line in text.get_text().split("\n")}
        assert {text.strip() for text in words_of(picture)} <= drawn, picture.name
        assert not re.findall(r' [xyd]="[^"]*\d\.\d{3}', picture.svg)


def test_a_file_shows_its_title_above_what_the_page_shows(four: Path) -> None:
    drawing = next(iter(drawings(four, "en")))
    page, alone = svgs_of(drawing, titled(drawing))
    (left, above, wide, high), whole = ([float(one) for one in re.search('viewBox="([^"]*)"', svg)[1].split()] for svg in (page, alone))
    assert above > 10 and (left, 0, wide, above + high) == pytest.approx(whole, abs=0.1)
    body = page.partition(">")[2].removesuffix("</svg>")
    first, title = alone.partition(">")[2].removesuffix("</svg>").split(body)
    assert not first and " ".join(re.findall("<text[^>]*>([^<]*)", title)).startswith(drawing.finding)


def test_a_path_is_the_same_in_fewer_letters() -> None:
    assert path("M 1 2 \nL 3 4 \nL 5 6 \nz\nM 7 8 \nC 1 2 3 4 5 6 \nL 9 9") == "M1 2 3 4 5 6zM7 8C1 2 3 4 5 6L9 9"


def test_a_long_line_is_told_by_its_steps() -> None:
    assert path("M 1 2 \nL 2 4 \nL 4 3 \nL 4.5 3 \nL 4 3 \nL 1 1 \nL 0 0 \nz") == "M1 2l1 2 2-1 0.5 0-0.5 0-3-2-1-1z"


def test_a_number_never_stands_without_its_interval() -> None:
    assert plus_minus(mean_interval(np.array([10.0, 12.0, 14.0]))) == "12.0 ±5.0"
    assert plus_minus(mean_interval(np.array([7.0]))) == "7"
    assert plus_minus(mean_interval(np.array([0.0, 0.0]))) == "0"
    assert plus_minus(mean_interval(np.array([np.nan]))) == "-"


def test_the_first_touch_of_each_need_is_found() -> None:
    consumer = np.array([1, 1, 1, 1, 1, 2, 2])
    opens = np.array([0, 1, 0, 0, 1, 0, 0], bool)
    touch = np.array([1, 0, 1, 1, 0, 1, 1], bool)
    day = np.array([1, 2, 2, 3, 9, 1, 2])
    assert first_touches(consumer, day, opens, touch).tolist() == [3]  # not what came on the opening day, nor another person's


def test_text_in_pictures_has_glyphs(pictures: dict[str, list[Picture]]) -> None:
    for picture in pictures["en"] + pictures["zh"]:
        assert not missing(picture.finding + picture.subtitle + picture.alt + "".join(words_of(picture)))
