"""The deployed page as its readers meet it: real data, real charts, real uploads."""

import csv
import dataclasses
import io
import json
import re

import pytest
from playwright.sync_api import Page, expect

from infra.layer import ROOT
from infra.local.loop import upload, upload_site, wait_for_receipt
from infra.site_files import DIST
from segmentation.results.receipt import run_id
from tests.support.screenshots import settle

SAMPLE = ROOT / "data" / "sample_customers.csv"


@pytest.fixture
def data(deployment, s3):
    """Make the sample the newest upload, if it is not, and return what the page then has to show."""

    def read(key: str) -> dict:
        return json.loads(s3.get_object(Bucket=deployment.loop.website_bucket, Key=key)["Body"].read())

    try:
        newest = read("receipt.json")["source"]["name"]
    except s3.exceptions.NoSuchKey:
        newest = None
    if newest != SAMPLE.name:
        upload(deployment.loop, SAMPLE)
    return read("data.json")


def chart(page: Page, name: str) -> dict:
    """Return what a chart draws: its datasets, as the library holds them."""
    expect(page.locator("[id][aria-busy]:not(canvas)")).to_have_count(0)
    canvas = page.locator(f"canvas#{name}")
    canvas.scroll_into_view_if_needed()
    expect(canvas).not_to_have_attribute("aria-busy", "true")
    return canvas.evaluate(
        """canvas => ({
            datasets: canvas.chart.data.datasets.map(({label, data}) => ({label, data})),
        })"""
    )


def drawn_customers(page: Page, name: str) -> list[list[float]]:
    (customers,) = (found for found in chart(page, name)["datasets"] if found["label"] == "Customers")
    return sorted([point["x"], point["y"], point["count"]] for point in customers["data"])


def card_texts(page: Page) -> list[str]:
    page.locator("[data-segment-id]").first.wait_for()
    return page.locator("[data-segment-id]").all_inner_texts()


def mutated_sample(header: list[str] | None = None, change=lambda row: row) -> bytes:
    rows = list(csv.reader(io.StringIO(SAMPLE.read_text())))
    text = io.StringIO()
    csv.writer(text).writerows([header or rows[0], *(change(row) for row in rows[1:])])
    return text.getvalue().encode()


def test_the_headline_says_who_when_and_how_many(deployment, data, open_page):
    page = open_page(deployment.loop.page, locale="en-US")

    expect(page.locator("#customer-count")).to_have_text("300")
    expect(page.locator("#source-name")).to_contain_text("sample_customers.csv")
    expect(page.locator("#uploaded-at")).to_have_attribute("datetime", data["source"]["uploaded_at"])
    expect(page.locator("#empty-state")).not_to_be_visible()
    expect(page.locator("#receipt-notice")).not_to_be_visible()


def test_each_landscape_draws_every_pair(deployment, data, open_page):
    page = open_page(deployment.loop.page)

    for number, x in ((1, "age"), (2, "income")):
        landscape = data["landscapes"][number - 1]
        assert landscape["x"] == x
        assert drawn_customers(page, f"landscape-{number}") == landscape["points"]
        assert landscape["text"] in page.locator("main").inner_text()


def test_each_mode_draws_its_own_curves_scatter_and_cards(deployment, data, open_page):
    page = open_page(deployment.loop.page)
    for mode in ("bivariate", "multivariate"):
        check_mode(page, mode, data)


def check_mode(page: Page, mode: str, data: dict) -> None:
    page.locator(f"[data-mode={mode}]").click()
    expected = data["modes"][mode]

    expect(page.locator("main")).to_contain_text(expected["segments"][1]["name"])
    for measure in ("inertia", "silhouette", "stability"):
        (curve,) = chart(page, measure)["datasets"]
        assert [point["y"] for point in curve["data"]] == [fit[measure] for fit in expected["sweep"]]
    scatter = chart(page, "segments-scatter")
    for segment in expected["segments"]:
        dataset = next(found for found in scatter["datasets"] if segment["name"] in found["label"])
        assert sorted((point["x"], point["y"]) for point in dataset["data"]) == sorted(
            (x, y) for x, y, number, _ in expected["scatter"]["points"] if number == segment["id"]
        )
    texts = card_texts(page)
    assert len(texts) == len(expected["segments"])
    for segment, text in zip(expected["segments"], texts, strict=True):
        for part in (segment["name"], segment["tag"], segment["analysis"], segment["action"], str(segment["size"])):
            assert part.lower() in text.lower()
    expect(page.locator("main")).to_contain_text(data["k"]["text"])
    expect(page.locator("canvas#inertia")).to_have_attribute("aria-label", re.compile(rf"\b{data['k']['value']}\b"))


def test_the_mode_is_toggled_by_keyboard_and_kept_in_the_address(deployment, data, open_page):
    page = open_page(deployment.loop.page)
    page.locator("[data-mode=bivariate]").focus()
    page.keyboard.press("ArrowRight")
    second = data["modes"]["multivariate"]["segments"][1]
    card = page.locator(f"[data-segment-id='{second['id']}']")
    expect(card).to_contain_text(second["name"])

    page.reload()

    expect(card).to_contain_text(second["name"])


def test_an_open_page_changes_by_itself_when_another_csv_is_uploaded(deployment, data, open_page, tmp_path):
    page = open_page(deployment.loop.page, locale="en-US")
    expect(page.locator("#customer-count")).to_have_text("300")
    page.evaluate("window.stillTheSamePage = true")
    shorter = tmp_path / "shorter.csv"
    shorter.write_text("".join(SAMPLE.read_text().splitlines(keepends=True)[:201]))

    upload(deployment.loop, shorter)

    expect(page.locator("#customer-count")).to_have_text("200")
    expect(page.locator("#source-name")).to_contain_text("shorter.csv")
    assert sum(count for _, _, count in drawn_customers(page, "landscape-1")) == 200
    assert page.evaluate("window.stillTheSamePage")


def test_a_refused_upload_is_explained_beside_the_last_good_result(deployment, data, open_page, tmp_path):
    page = open_page(deployment.loop.page, locale="en-US")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"")

    receipt = upload(deployment.loop, broken)

    notice = page.locator("#receipt-notice")
    expect(notice).to_contain_text("broken.csv")
    expect(notice).to_contain_text(receipt["reason"])
    expect(notice).to_contain_text(receipt["remedy"])
    expect(page.locator("#customer-count")).to_have_text("300")

    upload(deployment.loop, SAMPLE)
    expect(notice).not_to_be_visible()


def test_before_the_first_upload_the_page_says_what_to_do(deployment, s3, open_page):
    empty = dataclasses.replace(deployment.loop, website_bucket="site-before-the-first-upload")
    s3.create_bucket(Bucket=empty.website_bucket)
    s3.delete_public_access_block(Bucket=empty.website_bucket)
    s3.put_bucket_policy(
        Bucket=empty.website_bucket,
        Policy=s3.get_bucket_policy(Bucket=deployment.loop.website_bucket)["Policy"].replace(
            deployment.loop.website_bucket, empty.website_bucket
        ),
    )
    upload_site(empty, DIST)

    page = open_page(empty.page)

    expect(page.locator("#empty-state")).to_be_visible()
    expect(page.locator("#empty-state")).to_contain_text("One row per customer")
    expect(page.locator("#error-state")).not_to_be_visible()


HOSTILE = {
    "markup": "<img src=x onerror=window.hacked=1><script>window.hacked=2</script><svg onload=window.hacked=3>",
    "quotes": """"'`);window.hacked=4;//${window.hacked=5}</textarea>&quot;&lt;\\u003cb>""",
    "marks that turn the text": "\u202eexe.vsc\u202d\u2067abc\u2069\u200f\u061c",
    "a right-to-left script": "لوحة العملاء <b>קוד</b>",
    "10,000 characters": "Ωmega" * 2000,
    "10,000 words": "a " * 5000,
    "combining marks": "Z" + "\u0301\u0327" * 200,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=[*HOSTILE])
def test_what_a_file_holds_is_shown_as_text_and_the_page_keeps_its_shape(hostile, deployment, s3, open_page, data):
    header = ["CustomerID", f"Gender {hostile}", f"Age ({hostile})", "Annual Income", "Spending Score"]
    body = mutated_sample(header, lambda row: [row[0], f"{hostile}{row[1]}", *row[2:]])
    # A key may have 1,024 bytes.
    key = f"{hostile.encode()[:900].decode(errors='ignore')}.csv"
    bucket = deployment.loop.input_bucket
    version = s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
    receipt = wait_for_receipt(s3, deployment.loop, run_id(bucket, key, version))
    assert receipt["outcome"] == "accepted", receipt["reason"]

    page = open_page(f"{deployment.loop.page}#multivariate", viewport={"width": 390, "height": 900})
    page.locator("canvas#segments-scatter").wait_for()
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        page.mouse.move(width / 2, 450)

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.hacked") is None
        assert page.locator("main :is(img, script, iframe, object, textarea, b b, [onerror], [onload])").count() == 0
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.locator("body").inner_text())
        assert page.locator("main").bounding_box()["height"] < 30_000


def test_the_policy_of_the_page_forbids_scripts_of_others():
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', (DIST / "index.html").read_text())
    assert found
    policy = found.group(1)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert "unsafe" not in policy


def test_what_became_of_a_messy_file_is_on_the_page(deployment, open_page, tmp_path):
    lines = SAMPLE.read_text().splitlines()
    rows = [line + f",jo{i}@example.com" for i, line in enumerate(lines[1:])]
    file = tmp_path / "messy.csv"
    file.write_text(
        "\n".join(["Export", "", f"{lines[0]},E-Mail", *rows, "0301,Male,unknowable,50,50,x", rows[0], "Total,,,9,9,"])
    )

    upload(deployment.loop, file)

    page = open_page(deployment.loop.page, locale="en-US")
    panel = page.locator("#file")
    expect(panel).to_contain_text(
        "303 rows read: 301 customers used, 1 of them with a value filled in; "
        "1 the same as an earlier row, counted once; 1 rejected."
    )
    expect(panel).to_contain_text("E-Mail holds personal data")
    page.locator(".hint a").click()
    expect(panel).to_be_in_viewport()
    expect(panel.locator("tbody tr")).to_have_count(6)
    expect(panel).to_contain_text("line 3 names the columns")
    assert "unknowable" not in page.content()
    assert "example.com" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_long_words_of_a_file_wrap_on_a_phone(deployment, open_page, tmp_path, data):
    header = ["CustomerID", "Gender", "Age", "Annual Income (k$)", "Spending Score" + "_" * 300]
    file = tmp_path / "long.csv"
    file.write_bytes(mutated_sample(header, lambda row: [row[0], row[1] * 60, *row[2:]]))
    upload(deployment.loop, file)

    page = open_page(f"{deployment.loop.page}#multivariate", viewport={"width": 390, "height": 844})

    expect(page.locator("#file tbody tr")).to_have_count(5)
    expect(page.locator("#segments")).to_contain_text("FemaleFemale")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
