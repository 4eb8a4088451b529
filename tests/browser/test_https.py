"""The setting `https`: an update in place puts CloudFront before a bucket that nobody else reads, and back."""

import http.client
import json
import ssl

import boto3
import pytest
from playwright.sync_api import expect

from infra.local.loop import deploy, upload
from infra.redrive import STACK, stack_outputs
from tests.e2e.test_loop import SAMPLE
from tests.support.chromium import launch, new_page
from tests.support.waiting import LIMIT


@pytest.fixture(scope="module")
def before(deployment):
    """Return what was published, and all that the buckets hold, before the update."""
    upload(deployment.loop, SAMPLE)
    return contents(deployment.loop)


@pytest.fixture(scope="module")
def host(deployment, before):
    """Deploy over the standing stack with `https`, and without it again at the end; return the page's host."""
    assert deploy(deployment.emulator, https="true") == deployment.loop
    yield stack_outputs(STACK)["PageUrl"].removeprefix("https://")
    assert deploy(deployment.emulator) == deployment.loop


@pytest.fixture
def ask(deployment):
    """Ask as a browser somewhere does: by the host's name, which here leads to the emulator."""
    context = ssl.create_default_context(cafile=deployment.bundle)

    def ask(host: str, path: str, method: str = "GET") -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPSConnection("127.0.0.1", deployment.emulator.port, context=context, timeout=LIMIT)
        connection.request(method, path, headers={"Host": host})
        answer = connection.getresponse()
        found = answer.status, answer.read(), answer.headers
        connection.close()
        return found

    return ask


def contents(loop) -> dict[tuple[str, str], str]:
    """Return every object of every bucket with its hash."""
    s3 = boto3.client("s3")
    found = {
        (bucket, item["Key"]): item["ETag"]
        for bucket in (loop.input_bucket, loop.results_bucket, loop.website_bucket)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for item in page.get("Contents", [])
    }
    s3.close()
    return found


def test_deploying_over_a_standing_stack_keeps_uploads_results_and_the_page(deployment, before, host):
    assert contents(deployment.loop) == before


def test_the_page_and_its_data_come_from_cloudfront_alone(deployment, host, ask):
    loop = deployment.loop
    status, body, headers = ask(host, "/")
    assert status == 200
    assert b"Customer Intelligence" in body
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    for name in ("data.json", "runs.json", "receipt.json"):
        status, _, headers = ask(host, f"/{name}")
        assert (status, headers["Cache-Control"]) == (200, "no-cache")
        assert ask(f"127.0.0.1:{deployment.emulator.port}", f"/{loop.website_bucket}/{name}")[0] == 403


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_cloudfront_only_reads(method, host, ask):
    assert ask(host, "/data.json", method)[0] == 403


def test_cloudfront_reads_no_other_bucket(deployment, host, ask):
    receipt = json.loads(ask(host, "/receipt.json")[1])
    for bucket, key in (
        (deployment.loop.input_bucket, SAMPLE.name),
        (deployment.loop.results_bucket, f"runs/{receipt['run_id']}/Clustering_Final.csv"),
    ):
        assert ask(host, f"/{key}")[0] == 403
        assert ask(host, f"/{bucket}/{key}")[0] == 403
    # Nor does it list its own.
    assert ask(host, "/?list-type=2")[1].startswith(b"<!doctype html>")


def test_an_upload_appears_on_the_page_that_cloudfront_serves(deployment, browser, host, tmp_path):
    file = tmp_path / "over https.csv"
    file.write_bytes(SAMPLE.read_bytes())
    own = launch(browser.browser_type, f"--host-resolver-rules=MAP {host} 127.0.0.1:{deployment.emulator.port}")
    page = new_page(own.new_context(ignore_https_errors=True))
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"https://{host}/")
    page.locator("canvas#segments-scatter").wait_for()

    upload(deployment.loop, file)

    expect(page.locator("#source-name")).to_contain_text(file.name)
    own.close()
    assert errors == []
