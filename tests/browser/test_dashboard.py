"""The page as its readers use it, with golden data on a server of its own: what they do, and what they then see."""

import csv
import io
import re
import struct
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from infra.layer import ROOT
from segmentation.results.model import ModeModel
from tests.support.lighthouse import lighthouse, what_is_wrong
from tests.support.screenshots import REAL_TIMER, settle, states
from tests.support.screenshots import opened as opened_in
from tests.support.site import golden, serve

# In front of lights and gradients axe cannot tell whether a colour is readable.
FLAT = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`*::before, *::after { content: none !important }
        :root { --glass: var(--glass-solid) !important }`)
    document.adoptedStyleSheets = [sheet]
}"""
DATA, FIRST, OLD, LOG = golden("data"), golden("first"), golden("old"), golden("log")
SIZE = {"width": 1440, "height": 1000}
# It waits by a timer now and then, and the page's own may stand still.
AXE = f"setTimeout => {{{(ROOT / 'site' / 'node_modules' / 'axe-core' / 'axe.min.js').read_text()}}}"
# Milliseconds after which an open page asks again.
POLL = 4_100


@pytest.fixture(scope="module")
def site():
    with serve() as site:
        yield site


@pytest.fixture
def page(site, open_page) -> Page:
    return open_page(site.url, locale="en-US", viewport=SIZE, reduced_motion="reduce")


def drawn(page: Page, name: str) -> list[dict]:
    """Return the datasets of a chart, once it is drawn."""
    expect(page.locator("[id][aria-busy]:not(canvas)")).to_have_count(0)
    canvas = page.locator(f"canvas#{name}")
    canvas.scroll_into_view_if_needed()
    expect(canvas).not_to_have_attribute("aria-busy", "true")
    datasets: list[dict] = canvas.evaluate(
        """({chart}) => chart.data.datasets.map(
            ({label, data, segmentId, order}) => ({label, data, segmentId, order}))"""
    )
    return datasets


def members(page: Page) -> dict[int, list[list[float]]]:
    """Return the points of each segment on the scatter."""
    return {
        one["segmentId"]: sorted([point["x"], point["y"], point["count"]] for point in one["data"])
        for one in drawn(page, "segments-scatter")
        if one.get("segmentId")
    }


def points_of(scatter: dict, segment: int) -> list[list[float]]:
    return sorted([x, y, n] for x, y, number, n in scatter["points"] if number == segment)


def expect_lit(page: Page, segment: int) -> None:
    """Wait until the segment, and no other, is lit in every place that shows segments."""
    page.wait_for_function(
        """(id) => {
            const nodes = [...document.querySelectorAll('[data-segment]')]
            const lit = ({ dataset: { segment, lit } }) => segment.split(' ').includes(id) === (lit === 'on')
            return nodes.length > 20 && nodes.every(lit) && !document.querySelector('[id][aria-busy]:not(canvas)')
        }""",
        arg=str(segment),
    )


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


def saved(page: Page, button: Locator) -> bytes:
    with page.expect_download() as download:
        button.click()
    return download.value.path().read_bytes()


def table_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


# --- what is shown ---


def test_the_numbers_on_the_page_are_those_of_the_data(site, open_page):
    page = open_page(site.url, locale="en-US", viewport={"width": 390, "height": 900})
    expect(page.locator("#customer-count")).to_have_text("300")
    for mode, found in DATA["modes"].items():
        page.locator(f"[data-mode={mode}]").click()
        for segment in found["segments"]:
            card = page.locator(f"[data-segment-id='{segment['id']}']")
            for text in (segment["name"], segment["tag"], segment["analysis"], segment["action"]):
                expect(card).to_contain_text(text)
            expect(card).to_contain_text(f"{100 * segment['share']:.1f}".removesuffix(".0") + "%")
            expect(card).to_contain_text(f"{segment['size']} customers")
        expect(page.locator("#how-many")).to_contain_text(found["trust"]["text"])
        expect(page.locator("#how-many")).to_contain_text(DATA["k"]["text"])
        for measure in ("inertia", "silhouette", "stability"):
            (line,) = drawn(page, measure)
            assert [point["y"] for point in line["data"]] == [step[measure] for step in found["sweep"]]
        assert members(page) == {one["id"]: points_of(found["scatter"], one["id"]) for one in found["segments"]}
    for number, one in enumerate(DATA["distributions"], 1):
        stacks = drawn(page, f"distribution-{number}")
        assert [sum(stack["data"][i]["y"] for stack in stacks) for i in range(len(one["counts"]))] == one["counts"]
    rows = page.locator("#comparison-panel tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => Number(cell.textContent)))"
    )
    assert rows == DATA["comparison"]["counts"]
    flow = DATA["changes"]["modes"]["multivariate"]["flow"]
    expect(page.locator("#flow-panel")).to_contain_text(flow["text"])
    assert overflow(page) <= 0


def test_no_width_needs_sideways_scrolling_and_letters_twice_as_large_break_nothing(site, open_page):
    page = open_page(f"{site.url}?mode=multivariate&against={FIRST['run_id']}")
    page.locator("#against-panel").wait_for()
    for size in ("100%", "200%"):
        page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
        for width in (320, 390, 768, 1280, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
            # A phone of 320 with letters twice as large has room for half as many.
            assert (width == 320 and size == "200%") or overflow(page) <= 0, (size, width)
            expect(page.locator(".lede")).to_be_visible()


def test_what_nobody_scrolls_to_is_drawn_as_well(page):
    """Whoever takes a picture of the whole page finds no empty chart."""
    charts = page.locator("canvas")
    expect(charts).to_have_count(10)
    expect(page.locator("canvas[aria-busy]")).to_have_count(0)
    assert page.evaluate("scrollY") == 0


def test_a_reader_elsewhere_sees_numbers_as_they_write_them(site, open_page):
    page = open_page(site.url, locale="de-DE")
    expect(page.locator("#headline .chip").first).to_contain_text("19,7\u00a0%")


def pixels(page: Page, name: str, dataset: int, axis: str) -> dict:
    """Return where the values of a dataset lie, how wide they are, and what the ticks of the axis say."""
    found: dict = page.locator(f"canvas#{name}").evaluate(
        """({chart}, [dataset, axis]) => ({
            at: chart.getDatasetMeta(dataset).data.map(one => one[axis]),
            wide: chart.getDatasetMeta(dataset).data.map(one => one.width),
            ticks: chart.scales[axis].ticks.map(({label}) => label),
            places: chart.scales[axis].ticks.map(({value}) => chart.scales[axis].getPixelForValue(value)),
        })""",
        [dataset, axis],
    )
    return found


@pytest.mark.parametrize("width", [390, 1440])
def test_a_log_scale_is_drawn_as_one_with_plain_numbers(width, open_page):
    with serve("log") as site:
        page = open_page(site.url, locale="en-US", viewport={"width": width, "height": 900}, reduced_motion="reduce")
        expect(page.locator("#headline")).to_contain_text(LOG["outliers"]["text"])
        expect(page.locator("#headline .numbers")).to_contain_text("1 customer left out")
        expect(page.locator("#file-panel")).to_contain_text(LOG["outliers"]["text"])

        def place(value: float) -> float:
            return float(np.log1p(value / LOG["features"]["income"]["log_unit"]))

        (first, *_) = (one for one in drawn(page, "segments-scatter") if one.get("segmentId"))
        found = pixels(page, "segments-scatter", 0, "x")
        values = np.array([place(point["x"]) for point in first["data"]])
        assert np.corrcoef(values, found["at"])[0, 1] == pytest.approx(1)
        assert {"1,000", "10,000", "100,000"} <= {*found["ticks"]}
        assert min(b - a for a, b in pairwise(found["places"])) > 40

        drawn(page, "distribution-2")
        bars = pixels(page, "distribution-2", 0, "x")
        assert bars["wide"] == pytest.approx(bars["wide"][:1] * len(bars["wide"]), rel=1e-4)
        assert np.diff(bars["at"]) == pytest.approx(np.diff(bars["at"])[0], rel=1e-4)
        drawn(page, "landscape-2")
        assert {"1,000", "10,000", "100,000"} <= {*pixels(page, "landscape-2", 0, "x")["ticks"]}
        page.locator("[data-axis=x]").select_option("spending")
        drawn(page, "segments-scatter")
        assert {"1,000", "10,000", "100,000"} <= {*pixels(page, "segments-scatter", 0, "y")["ticks"]}
        assert overflow(page) <= 0


def test_a_slider_on_a_log_scale_moves_by_plain_numbers(open_page):
    with serve("log") as site:
        page = open_page(site.url, locale="en-US", viewport=SIZE, reduced_motion="reduce")
        slider, field = (page.locator(f"[type={kind}][data-question=income]") for kind in ("range", "number"))
        slider.focus()
        page.keyboard.press("End")
        expect(field).to_have_value("280000")
        page.keyboard.press("Home")
        for _ in range(50):
            page.keyboard.press("ArrowRight")
        expect(field).to_have_value("22000")
        expect(slider).to_have_attribute("aria-valuetext", "22,000\u00a0$")
        field.fill("100000")
        expect(slider).to_have_attribute("aria-valuetext", "100,000\u00a0$")
        assert float(slider.input_value()) == pytest.approx(np.log1p(100), abs=0.05)


def test_an_earlier_release_is_shown_as_far_as_it_goes(open_page):
    with serve("old", runs=403) as site:
        page = open_page(site.url, locale="en-US")
        expect(page.locator("#customer-count")).to_have_text("300")
        for panel in ("whatif", "trust", "comparison", "sizes", "flow", "history"):
            expect(page.locator(f"#{panel}-panel")).not_to_be_visible()
        mode = OLD["modes"]["bivariate"]
        assert members(page) == {one["id"]: points_of(mode["scatter"], one["id"]) for one in mode["segments"]}
        page.locator("[data-axis=x]").select_option("spending")
        expect(page.locator("[data-axis=y]")).to_have_value("income")


# --- what a reader does ---


def test_a_segment_is_put_into_focus_anywhere_and_is_lit_everywhere(page):
    page.locator("#segments [data-focus='2']").click()
    expect_lit(page, 2)
    page.locator("[data-segment-id='3'] .segment-profile").click()
    expect_lit(page, 3)
    page.locator(".bar [data-focus='4']").click()
    expect_lit(page, 4)
    orders = {one["segmentId"]: one["order"] for one in drawn(page, "segments-scatter") if one.get("segmentId")}
    assert orders == {1: 1, 2: 1, 3: 1, 4: 0, 5: 1}
    page.keyboard.press("Escape")
    expect(page.locator("[data-lit=on]")).to_have_count(0)


def test_a_point_puts_its_segment_into_focus(page):
    settle(page)
    drawn(page, "segments-scatter")
    canvas = page.locator("canvas#segments-scatter")
    x, y = canvas.evaluate(
        """({chart}) => {
            const at = chart.data.datasets.findIndex(one => one.label === 'Centroids')
            const {x, y} = chart.getDatasetMeta(at).data[2]
            return [x, y]
        }"""
    )
    canvas.click(position={"x": x, "y": y})
    expect(page.locator(".bar [data-focus='3']")).to_have_attribute("aria-pressed", "true")
    expect_lit(page, DATA["modes"]["bivariate"]["segments"][2]["id"])


def test_hidden_segments_leave_the_charts_and_come_back(page):
    page.locator("[data-hide='3']").click()
    assert set(members(page)) == {1, 2, 4, 5}
    assert {one["segmentId"] for one in drawn(page, "profile")} == {1, 2, 4, 5}
    page.locator("[data-hide='3']").click()
    assert set(members(page)) == {1, 2, 3, 4, 5}


def test_both_axes_are_chosen(page):
    mode = DATA["modes"]["bivariate"]
    page.locator("[data-axis=x]").select_option("age")
    by_age = next(one for one in mode["other_scatters"] if {one["x"], one["y"]} == {"age", "spending"})
    turned = {"points": [[y, x, number, n] for x, y, number, n in by_age["points"]]}
    expected = by_age if by_age["x"] == "age" else turned
    assert members(page) == {one["id"]: points_of(expected, one["id"]) for one in mode["segments"]}
    expect(page.locator("canvas#segments-scatter")).to_have_attribute("aria-label", re.compile("against Age"))


def test_two_segments_are_compared(page):
    page.locator("[data-segment-id='5'] [data-compare]").click()
    panel = page.locator("#segment-compare-panel")
    expect(panel).to_be_in_viewport()
    panel.locator("select").nth(1).select_option("2")
    one, two = (next(s for s in DATA["modes"]["bivariate"]["segments"] if s["id"] == i) for i in (5, 2))
    row = panel.locator("tr", has_text="Annual Income")
    expect(row).to_contain_text(f"{one['means']['income']:.1f}")
    expect(row).to_contain_text(f"{two['means']['income']:.1f}")
    apart = (one["means"]["income"] - two["means"]["income"]) / DATA["features"]["income"]["sd"]
    expect(row).to_contain_text(f"+{apart:.2f}".rstrip("0") + " sd")


def placed(mode: dict, customer: dict) -> tuple[str, float]:
    """Where `segment score` places a customer."""
    labels, confidence = ModeModel.from_document(mode, DATA["features"]).assign(
        {feature: np.array([value]) for feature, value in customer.items()}
    )
    return mode["segments"][labels[0]]["name"], float(confidence[0])


@pytest.mark.parametrize(
    "customer",
    [
        {"age": 25, "gender": "Male", "income": 95, "spending": 90},
        {"age": 61.5, "gender": "Female", "income": 55.25, "spending": 35},
    ],
)
def test_a_made_up_customer_is_placed_live_in_both_modes_and_on_the_scatter(customer, page):
    form = page.locator("#whatif-panel form")
    for feature, value in customer.items():
        if isinstance(value, str):
            form.locator(f"select[data-question={feature}]").select_option(value)
        else:
            form.locator(f"[type=number][data-question={feature}]").fill(str(value))
    for name, mode in DATA["modes"].items():
        segment, confidence = placed(mode, customer)
        outcome = page.locator(f"[data-placed={name}]")
        expect(outcome).to_contain_text(segment)
        shown = f"{100 * confidence:.1f}".removesuffix(".0")
        expect(outcome).to_contain_text(f"Confidence {shown}%")
    (point, _) = next(one for one in drawn(page, "segments-scatter") if one["label"] == "What if")["data"]
    assert (point["x"], point["y"]) == (customer["income"], customer["spending"])
    page.locator("#whatif-panel [data-slot=reset]").click()
    assert all(one["label"] != "What if" for one in drawn(page, "segments-scatter"))


def test_a_slider_and_its_field_say_the_same(page):
    slider = page.locator("[type=range][data-question=income]")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[type=number][data-question=income]")).to_have_value(slider.input_value())


def test_an_earlier_run_is_looked_at_compared_and_left_again(page):
    history = page.locator("#history-panel")
    history.locator(f"[data-compare='{FIRST['run_id']}']").click()
    against = page.locator("#against-panel")
    expect(against.locator("tbody tr")).to_have_count(5)
    now, then = (document["modes"]["bivariate"]["segments"][0] for document in (DATA, FIRST))
    expect(against.locator("tbody tr").first).to_contain_text(f"{now['size']}")
    expect(against.locator("tbody tr").first).to_contain_text(f"{then['size']}")

    history.locator(f"[data-look='{FIRST['run_id']}']").click()
    expect(page.locator("#customer-count")).to_have_text(str(FIRST["customers"]))
    expect(page.locator("#run-banner")).to_contain_text(FIRST["source"]["name"])

    page.go_back()
    expect(page.locator("#customer-count")).to_have_text("300")
    expect(page.locator("#run-banner")).not_to_be_visible()


def test_a_link_shows_what_i_see(page, open_page):
    page.locator("[data-mode=multivariate]").click()
    page.locator("[data-axis=x]").select_option("age")
    page.locator("#segments [data-focus='3']").click()
    page.locator("[data-hide='5']").click()
    page.locator("[type=number][data-question=age]").fill("33")
    page.locator("#segment-compare-panel select").first.select_option("4")
    expect(page).to_have_url(re.compile(r"what\.age=33"))

    other = open_page(page.url, locale="en-US", viewport=SIZE, reduced_motion="reduce")
    expect(other.locator("[data-mode=multivariate]")).to_have_attribute("aria-checked", "true")
    expect(other.locator("[data-axis=x]")).to_have_value("age")
    expect_lit(other, 3)
    assert 5 not in members(other)
    expect(other.locator("[type=number][data-question=age]")).to_have_value("33")
    expect(other.locator("#segment-compare-panel select").first).to_have_value("4")


def test_each_chart_is_saved_as_a_picture_and_each_table_for_a_spreadsheet(page):
    drawn(page, "segments-scatter")
    scatter = page.locator("#scatter-panel")
    for figure in (scatter, page.locator("#flow-panel")):
        picture = saved(page, figure.locator("[data-save=png]"))
        assert picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        assert width > 600
        assert height > 400
    rows = table_of(saved(page, scatter.locator("[data-save=csv]")))
    mode = DATA["modes"]["bivariate"]
    names = {one["id"]: one["name"] for one in mode["segments"]}
    assert rows[1:] == [[f"{x:g}", f"{y:g}", names[number], str(n)] for x, y, number, n in mode["scatter"]["points"]]

    summary = table_of(saved(page, page.locator("#summary-csv")))
    assert [row[1:5] for row in summary[1:]] == [
        [one["name"], one["tag"], str(one["size"]), f"{one['share']:g}"] for one in mode["segments"]
    ]


def test_every_tool_of_every_figure_works(page):
    settle(page)
    # The browser would stop a page that saves so many at once; that files arrive, the test above has seen.
    page.evaluate(
        """() => {
            window.files = []
            HTMLAnchorElement.prototype.click = function () { window.files.push(this.download) }
        }"""
    )
    buttons = page.locator("[data-save]:visible").all()
    for button in buttons:
        button.click()
    page.wait_for_function("count => files.length >= count", arg=len(buttons))
    files = page.evaluate("files")
    assert len(set(files)) == len(files) > 20
    assert {name.rsplit(".", 1)[1] for name in files} == {"csv", "png"}
    for button in page.locator(".tools [aria-expanded]:visible").all():
        button.click()
    assert page.locator(".twin:visible tbody tr").count() > 900


def test_all_of_it_without_a_pointer(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator("[data-mode=bivariate]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-mode=multivariate]")).to_be_focused()
    expect(page.locator("[data-mode=multivariate]")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Tab")
    expect(page.locator(".bar .chip").first).to_be_focused()
    page.keyboard.press("Enter")
    expect_lit(page, 1)


def test_screen_readers_get_a_description_of_each_chart(page):
    settle(page)
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "nodes => nodes.filter(node => node.checkVisibility()).map(node => Number(node.localName[1]))"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for canvas in page.locator("canvas").all():
        assert len(canvas.get_attribute("aria-label") or "") > 60
    assert page.locator("header, nav, main, footer").count() >= 4


# --- how it looks ---


def test_light_and_dark_are_chosen_and_kept(site, page):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#theme-switch [value=dark]").check()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    expect(page.locator("#headline")).to_be_visible()
    assert page.evaluate(ground) == dark
    page.locator("#theme-switch [value=auto]").check()
    assert page.evaluate(ground) == light
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) == dark


def test_motion_only_where_it_is_welcome(page):
    drawn(page, "segments-scatter")
    animation = "canvas => canvas.chart.options.animation"
    assert page.locator("canvas#segments-scatter").evaluate(animation) is False
    page.emulate_media(reduced_motion="no-preference")
    expect(page.locator("canvas#segments-scatter")).not_to_have_attribute("aria-busy", "true")
    page.locator("[data-hide='3']").click()
    drawn(page, "segments-scatter")
    assert page.locator("canvas#segments-scatter").evaluate(animation)


def test_forced_colours_and_less_transparency_leave_everything_readable(site, open_page):
    page = open_page(site.url, locale="en-US", forced_colors="active")
    expect(page.locator("#headline .chip").first).to_be_visible()
    border = page.locator(".panel").first.evaluate("node => getComputedStyle(node).borderTopWidth")
    assert border == "1px"


def test_on_paper_it_is_a_clean_report(site, open_page):
    page = open_page(site.url, locale="en-US", color_scheme="dark", viewport=SIZE)
    settle(page)
    page.emulate_media(media="print")
    for part in (".bar", ".tools", "#whatif-panel", ".acts", "#theme-switch"):
        expect(page.locator(part).first).not_to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(17, 26, 51)"
    pages = page.pdf(format="A4", print_background=True)
    assert pages.startswith(b"%PDF")
    assert 4 <= pages.count(b"/Type /Page\n") <= 14


# --- what happens to an open page ---


def test_a_new_upload_appears_by_itself_with_a_quiet_notice(open_page):
    with serve("first") as site:
        page = open_page(site.url, locale="en-US", is_clock_ours=True)
        expect(page.locator("#customer-count")).to_have_text("275")
        page.locator("[data-mode=multivariate]").click()
        site.put("data.json", DATA)
        page.clock.fast_forward(POLL)
        expect(page.locator("#customer-count")).to_have_text("300")
        expect(page.locator("#toast")).to_have_text(f"Updated with {DATA['source']['name']}")
        expect(page.locator("[data-mode=multivariate]")).to_have_attribute("aria-checked", "true")

        site.put("receipt.json", golden("receipt"))
        page.clock.fast_forward(POLL)
        expect(page.locator("#receipt-notice")).to_contain_text("holiday photo.csv")
        expect(page.locator("#customer-count")).to_have_text("300")


def test_a_lost_connection_is_said_and_found_again(open_page):
    with serve() as site:
        page = open_page(site.url, locale="en-US", is_clock_ours=True)
        expect(page.locator("#connection")).to_have_text("Live")
        page.route("**/data.json", lambda route: route.abort())
        page.clock.fast_forward(POLL)
        expect(page.locator("#offline-notice")).to_contain_text("No connection")
        expect(page.locator("#customer-count")).to_have_text("300")
        page.unroute("**/data.json")
        page.clock.fast_forward(POLL)
        expect(page.locator("#offline-notice")).not_to_be_visible()


def test_a_broken_result_is_said_and_mended(open_page):
    with serve(None) as site:
        site.documents["data.json"] = b"{"
        page = open_page(site.url, locale="en-US", is_clock_ours=True)
        expect(page.locator("#error-state")).to_contain_text("not valid JSON")
        site.put("data.json", DATA)
        page.clock.fast_forward(POLL)
        expect(page.locator("#headline")).to_be_visible()
        drawn(page, "distribution-1")


# --- everybody ---


@pytest.mark.parametrize("name", states())
def test_axe_finds_no_violation_in_light_and_dark(name, browser):
    with opened_in(browser, states()[name], viewport=SIZE) as page:
        page.evaluate(f"({AXE})({REAL_TIMER})")
        page.evaluate(FLAT)
        for scheme, rules in (("light", "{}"), ("dark", "{ runOnly: ['color-contrast'] }")):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(f"axe.run({{ resultTypes: ['violations'], ...{rules} }})")
            assert "color-contrast" in [one["id"] for one in found["passes"]]
            assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []


def test_lighthouse_on_a_phone(site):
    report = lighthouse(site.url, "accessibility", "best-practices", "seo")

    assert {name: one["score"] for name, one in report["categories"].items()} == {
        "accessibility": 1,
        "best-practices": 1,
        "seo": 1,
    }, what_is_wrong(report)
