"""Which of two runs the page shows, whichever ends first: on the emulator's S3."""

import json

import pytest

from segmentation.errors import UnusableFileError
from segmentation.results.receipt import Upload, refused_receipt
from service.publisher import Publisher

EARLY, LATE = "2026-01-15T09:30:00.000Z", "2026-01-15T09:30:00.001Z"


def document(run: str, uploaded_at: str) -> dict:
    return {"detail": None, "run_id": run, "source": {"name": f"{run}.csv", "uploaded_at": uploaded_at}}


@pytest.fixture
def buckets(s3, request):
    names = [f"{kind}-{abs(hash(request.node.name))}" for kind in ("website", "results")]
    for name in names:
        s3.create_bucket(Bucket=name)
    return dict(zip(("website_bucket", "results_bucket"), names, strict=True))


@pytest.fixture
def published(s3, buckets):
    def read(key: str = "data.json") -> str:
        return json.loads(s3.get_object(Bucket=buckets["website_bucket"], Key=key)["Body"].read())["run_id"]

    return read


@pytest.fixture
def history(s3, buckets):
    def read() -> list[str]:
        body = s3.get_object(Bucket=buckets["website_bucket"], Key="runs.json")["Body"].read()
        return [run["run_id"] for run in json.loads(body)["runs"]]

    return read


def private_keys(s3, buckets) -> set[str]:
    return {found["Key"] for found in s3.list_objects_v2(Bucket=buckets["results_bucket"])["Contents"]}


def publish(publisher: Publisher, run: str, uploaded_at: str) -> None:
    publisher.send_rows(run, [b"a,", b"b\n"])
    publisher.publish(*[document(run, uploaded_at)] * 3)


def test_a_newer_upload_replaces_an_older_one(s3, buckets, published):
    publish(Publisher(s3, **buckets), "first", EARLY)
    publish(Publisher(s3, **buckets), "second", LATE)

    assert (published(), published("receipt.json")) == ("second", "second")


def test_an_older_upload_that_ends_later_keeps_its_results_but_not_the_page(s3, buckets, published, history):
    publish(Publisher(s3, **buckets), "second", LATE)
    publish(Publisher(s3, **buckets), "first", EARLY)

    assert (published(), published("receipt.json")) == ("second", "second")
    assert history() == ["first", "second"]
    assert private_keys(s3, buckets) == {
        f"runs/{run}/{name}" for run in ("first", "second") for name in ("Clustering_Final.csv", "receipt.json")
    }


@pytest.mark.parametrize(("mine", "theirs", "stays"), [(EARLY, LATE, "theirs"), (LATE, EARLY, "mine")])
@pytest.mark.parametrize("existed", [False, True])
@pytest.mark.parametrize("moment", ["runs.json", "data.json", "receipt.json"])
def test_of_two_runs_that_end_at_once_the_newer_upload_stays(
    mine, theirs, stays, existed, moment, s3, buckets, published, history
):
    """The other run publishes between this one's look and its write."""
    if existed:
        publish(Publisher(s3, **buckets), "before", "2026-01-01T00:00:00.000Z")
    writes = []

    def interfere(params, **_):
        if (params["Bucket"], params["Key"]) == (buckets["website_bucket"], moment) and not writes:
            writes.append(params["Key"])
            publish(Publisher(s3, **buckets), "theirs", theirs)

    s3.meta.events.register("provide-client-params.s3.PutObject", interfere)
    publish(Publisher(s3, **buckets), "mine", mine)

    assert writes
    assert (published(), published("receipt.json")) == (stays, stays)
    assert history() == [*["before"] * existed, *(["mine", "theirs"] if mine < theirs else ["theirs", "mine"])]


def test_a_refusal_leaves_the_last_good_result(s3, buckets, published):
    publish(Publisher(s3, **buckets), "good", EARLY)
    receipt = refused_receipt(UnusableFileError("It is empty.", "Fill it."), Upload("bad", "bad.csv", LATE))

    Publisher(s3, **buckets).publish_receipt(receipt)

    assert (published(), published("receipt.json")) == ("good", "bad")
    assert "runs/bad/Clustering_Final.csv" not in private_keys(s3, buckets)
