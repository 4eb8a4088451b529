"""Runs that are disturbed: the function's own code, in this process, on the emulator's S3.

Each call that it makes to S3 is refused, or made and its answer lost, or the process is killed there; events come more
than once and in any order. Whatever happens, all that everybody can read is whole at each moment, and the end is that
of runs that nothing disturbed.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

import segmentation.pipeline
from segmentation.results.receipt import timestamp
from service.telemetry import RunFailedError
from tests.e2e.test_loop import check_against_schema
from tests.support.draws import draws
from tests.support.segments import sought_once

SAMPLE = Path(__file__).parents[2] / "data" / "sample_customers.csv"
# When a run was begun is all in which two can differ; here all were long before the newer upload.
CLOCK = re.compile(rb'("(?:generated_at|began_at)":)"[^"]*"')
STAGES = ("reading", "clustering", "writing", "publishing")
# What an upload that is used takes.
CALLS = 25
WHICH_CALLS = pytest.mark.parametrize(
    "calls",
    [
        pytest.param(range(CALLS, 0, -5), id="every fifth call"),
        pytest.param(range(1, CALLS + 1), id="every call", marks=pytest.mark.statistics),
    ],
)

Event = dict[str, Any]
State = dict[tuple[str, str], bytes]


class LostError(Exception):
    """What becomes of a call."""


class Context:
    aws_request_id = "that of all attempts at an event"
    function_name = "function"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:function"
    memory_limit_in_mb = 2_048

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


class World:
    """Three buckets, the handler, and what happens to the calls that it makes."""

    def __init__(self, handler: Any, client: Any, buckets: dict[str, str]) -> None:
        self._handler = handler
        self._client = client
        self.buckets = buckets
        self.calls: list[str] = []
        self.before: Callable[[int], None] = lambda _: None
        self.after: Callable[[int], None] = lambda _: None
        self.stage: Callable[[str], None] = lambda _: None

    def upload(self, key: str, body: bytes) -> Event:
        """Put a file, and return its event."""
        bucket = self.buckets["input"]
        version = self._client.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
        at = self._client.head_object(Bucket=bucket, Key=key)["LastModified"]
        # To the second: of files put within one the key decides, so that the test knows which is the newer.
        found = {"key": key, "versionId": version, "size": len(body)}
        return {
            "Records": [
                {
                    "eventName": "ObjectCreated:Put",
                    "eventTime": timestamp(at),
                    "s3": {"bucket": {"name": bucket}, "object": found},
                }
            ]
        }

    def handle(self, event: Event) -> bool:
        """Let one attempt be made, and return whether it ended well."""
        self.calls.clear()
        try:
            self._handler.handler(event, Context())
        except RunFailedError:
            return False
        return True

    def killed(self, event: Event) -> bool:
        """Let one attempt be made by a process of its own, and return whether it was killed."""
        pid = os.fork()
        if pid == 0:
            self.handle(event)
            os._exit(0)
        return os.WIFSIGNALED(os.waitpid(pid, 0)[1])

    def undisturbed(self) -> None:
        self.before = self.after = self.stage = lambda _: None

    def clear(self) -> None:
        """Take away all that runs have written, but the key of the deployment."""
        for name, key in self.state():
            if key != "rounding_key.json":
                self._client.delete_object(Bucket=self.buckets[name], Key=key)

    def restore(self, before: State) -> None:
        """Bring back an earlier state."""
        for name, key in self.state().keys() - before.keys():
            self._client.delete_object(Bucket=self.buckets[name], Key=key)
        for (name, key), body in before.items():
            self._client.put_object(Bucket=self.buckets[name], Key=key, Body=body)

    def public(self, key: str) -> Any:
        listed = self._client.list_objects_v2(Bucket=self.buckets["website"], Prefix=key)
        if key not in [one["Key"] for one in listed.get("Contents", [])]:
            return None
        return json.loads(self._client.get_object(Bucket=self.buckets["website"], Key=key)["Body"].read())

    def state(self) -> State:
        """Return all that runs have written, without their clocks."""
        return {
            (name, one["Key"]): CLOCK.sub(
                rb'\1"2026-01-15T09:30:00.000Z"',
                self._client.get_object(Bucket=self.buckets[name], Key=one["Key"])["Body"].read(),
            )
            for name in ("website", "results")
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.buckets[name])
            for one in page.get("Contents", [])
        }


@pytest.fixture(scope="module")
def world(deployment):
    with pytest.MonkeyPatch.context() as patch:
        client, handlers = boto3.client("s3"), boto3.client("s3")
        buckets = {name: f"{name}-{uuid.uuid4().hex[:12]}" for name in ("input", "website", "results")}
        for bucket in buckets.values():
            client.create_bucket(Bucket=bucket)
        client.put_bucket_versioning(Bucket=buckets["input"], VersioningConfiguration={"Status": "Enabled"})
        for name, value in (("WEBSITE", buckets["website"]), ("RESULTS", buckets["results"])):
            patch.setenv(f"{name}_BUCKET", value)
        patch.setenv("MAX_UPLOAD_MB", "10")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        import handler

        patch.setattr(handler, "_s3", handlers)
        found = World(handler, client, buckets)

        def before(event_name: str, **_: Any) -> None:
            found.calls.append(event_name.rpartition(".")[2])
            found.before(len(found.calls))

        handlers.meta.events.register("before-call.s3", before)
        handlers.meta.events.register("after-call.s3", lambda **_: found.after(len(found.calls)))
        note = handler.StageLog.__call__

        def noted(log: Any, stage: str, rows: int) -> None:
            note(log, stage, rows)
            found.stage(stage)

        patch.setattr(handler.StageLog, "__call__", noted)
        patch.setattr(segmentation.pipeline, "cluster", sought_once(segmentation.pipeline.cluster, {}))
        yield found
        client.close()
        handlers.close()


@pytest.fixture
def events(world):
    """An upload that the page shows already, and a newer one."""
    world.undisturbed()
    world.clear()
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    first, second = world.upload("a.csv", b"".join(lines[:200])), world.upload("b.csv", b"".join(lines))
    second["Records"][0]["eventTime"] = "2126-01-15T09:30:00.000Z"
    assert world.handle(first)
    return first, second


@pytest.fixture
def undisturbed(world, events) -> State:
    """What there is once the newer upload was processed; the world is as it was before."""
    before = world.state()
    assert world.handle(events[1])
    assert len(world.calls) == CALLS
    expected = world.state()
    world.restore(before)
    return expected


def check_what_everybody_reads(world: World) -> None:
    """Every document is whole, the history is in order and has what the page shows, and the page never goes back."""
    data, history = world.public("data.json"), world.public("runs.json")
    runs = {run["run_id"]: run for run in history["runs"]}
    assert [*runs] == [run["run_id"] for run in sorted(history["runs"], key=lambda run: run["source"]["requested_at"])]
    assert runs[data["run_id"]]["source"] == data["source"]
    assert sum(runs[data["run_id"]]["segment_sizes"]["bivariate"]) == data["customers"]
    for run in runs:
        assert world.public(f"runs/{run}/data.json")["run_id"] == run


def fail_at(n: int) -> Callable[[int], None]:
    def fail(call: int) -> None:
        if call == n:
            raise LostError

    return fail


def kill_at(n: int) -> Callable[[int], None]:
    def kill(call: int) -> None:
        if call == n:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


@WHICH_CALLS
@pytest.mark.parametrize("moment", ["before", "after"])
def test_whichever_call_fails_the_next_attempt_brings_what_no_failure_would_have(
    moment, calls, world, events, undisturbed
):
    restored = world.state()
    for n in calls:
        setattr(world, moment, fail_at(n))
        if moment == "before":
            world.after = lambda _: check_what_everybody_reads(world)
        assert not world.handle(events[1]), n
        check_what_everybody_reads(world)
        if n > 3:
            # It was known by then what the upload is, and the failure is published, unless it is done.
            assert world.public("receipt.json")["outcome"] in ("failed", "accepted")

        world.undisturbed()
        assert world.handle(events[1])
        assert world.state() == undisturbed, n
        world.restore(restored)


@WHICH_CALLS
def test_wherever_it_is_killed_the_next_attempt_brings_what_no_failure_would_have(calls, world, events, undisturbed):
    """Before a call, which is after the one before it."""
    restored = world.state()
    for n in calls:
        world.before = kill_at(n)
        assert world.killed(events[1])
        check_what_everybody_reads(world)

        world.undisturbed()
        assert world.handle(events[1])
        assert world.state() == undisturbed, n
        world.restore(restored)


@pytest.mark.parametrize("stage", STAGES)
def test_in_whichever_stage_it_is_killed_the_next_attempt_brings_the_same(stage, world, events, undisturbed):
    world.stage = lambda entered: os.kill(os.getpid(), signal.SIGKILL) if entered == stage else None
    assert world.killed(events[1])
    check_what_everybody_reads(world)

    world.undisturbed()
    assert world.handle(events[1])
    assert world.state() == undisturbed


def test_events_that_come_three_times_and_in_reverse_end_as_those_that_came_once(world):
    world.undisturbed()
    world.clear()
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    events = [world.upload(f"{i}.csv", b"".join(lines[: 60 + 10 * i])) for i in range(5)]
    events.append(world.upload("6.csv", b"\x89PNG"))
    for i, event in enumerate(events):
        event["Records"][0]["eventTime"] = f"2026-01-15T09:{i:02}:00.000Z"
    assert all(map(world.handle, events))
    in_order = world.state()

    history, newest = world.public("runs.json"), world.public("data.json")
    for event in reversed(events):
        assert all(world.handle(event) for _ in range(3))
    assert world.state() == in_order

    world.clear()
    assert all(map(world.handle, reversed(events)))
    in_reverse = world.state()
    world.clear()
    for event in reversed(events):
        assert all(world.handle(event) for _ in range(3))
    assert world.state() == in_reverse
    check_against_schema(world.public("runs.json"), "runs.schema.json")
    assert [run["source"]["name"] for run in world.public("runs.json")["runs"]] == [f"{i}.csv" for i in range(5)]
    # All but what runs are compared with, and so their ids.
    for now, then in zip(world.public("runs.json")["runs"], history["runs"], strict=True):
        assert {**now, "generated_at": ""} == {**then, "generated_at": ""}
    assert world.public("data.json")["run_id"] == newest["run_id"]


@draws(few=8, many=20)
def test_events_that_come_twice_at_once_are_one_run_each_in_order(seed, draws, world):
    """Four processes take them in any order and publish against each other; somebody reads all the while."""
    world.undisturbed()
    world.clear()
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    events = [world.upload(f"{i:03}.csv", b"".join(lines[: 60 + i])) for i in range(draws)]
    for i, event in enumerate(events):
        event["Records"][0]["eventTime"] = f"2026-01-15T09:30:00.{i:03}Z"
    twice = events * 2
    random.Random(seed).shuffle(twice)

    workers = []
    for worker in range(4):
        pid = os.fork()
        if pid == 0:
            ended = [world.handle(event) for event in twice[worker::4]]
            os._exit(0 if all(ended) else 1)
        workers.append(pid)
    while workers:
        pid, status = os.waitpid(workers[0], os.WNOHANG)
        assert status == 0
        workers = workers[1:] if pid else workers
        if world.public("data.json"):
            check_what_everybody_reads(world)

    history = world.public("runs.json")["runs"]
    assert [run["source"]["name"] for run in history] == [f"{i:03}.csv" for i in range(draws)]
    assert [run["customers"] for run in history] == [59 + i for i in range(draws)]
    assert world.public("data.json")["run_id"] == world.public("receipt.json")["run_id"] == history[-1]["run_id"]
    keys = {key for name, key in world.state() if name == "results"}
    assert {key for key in keys if key.endswith("Clustering_Final.csv")} == {
        f"runs/{run['run_id']}/Clustering_Final.csv" for run in history
    }
