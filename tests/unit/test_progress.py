"""The line that shows how far the work is."""

import io

import pytest

from segmentation.progress import ProgressLine


class Clock:
    def __init__(self, monkeypatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("segmentation.progress.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def shown(stream: io.StringIO) -> list[str]:
    return stream.getvalue().split("\r\x1b[K")[1:]


def test_the_time_left_is_that_of_both_passes_while_reading_and_of_one_while_writing(clock):
    stream, share = io.StringIO(), 0.0
    line = ProgressLine(lambda: share, stream)

    line("reading", 0)
    clock.now, share = 110.0, 0.25
    line("reading", 2_500_000)
    clock.now = 140.0
    line("clustering", 10_000_000)
    clock.now, share = 150.0, 0.0
    line("writing", 0)
    clock.now, share = 160.0, 0.5
    line("writing", 5_000_000)
    line.close()

    assert shown(stream) == [
        "Reading: 0 rows",
        "Reading: 2,500,000 rows, 25%, about 70 s left",
        "Clustering: 10,000,000 rows",
        "Writing: 0 rows",
        "Writing: 5,000,000 rows, 50%, about 10 s left",
        "",
    ]


def test_it_is_not_written_more_often_than_one_can_read(clock):
    stream = io.StringIO()
    line = ProgressLine(lambda: 0.5, stream)
    for i in range(100):
        clock.now += 0.01
        line("reading", i)

    assert 3 <= len(shown(stream)) <= 7


def test_what_was_never_begun_leaves_no_trace():
    stream = io.StringIO()
    ProgressLine(lambda: 0.0, stream).close()

    assert stream.getvalue() == ""
