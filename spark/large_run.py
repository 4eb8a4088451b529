"""A run on a cluster, for an upload that is too large for the function.

The request of the run is in its `request.json`, as the function wrote it; the engine segments, the same publisher
publishes, and `scan_executor` scans the file with Spark.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import chain

import boto3
from pyspark import SparkContext

from scan_executor import SparkScanExecutor
from segmentation.customers.reader import CustomerFile
from segmentation.errors import UnusableFileError
from segmentation.files.streams import ByteStream
from segmentation.pipeline import Result
from segmentation.results.assignments import WrittenRows, assigned_rows
from service.limits import LimitedSource, check_size
from service.publisher import Publisher
from service.runs import Run
from service.telemetry import StageLog, failed, logger, metrics
from service.uploads import read_settings

_READ_BYTES = 2**20


@dataclass(frozen=True)
class RangedUpload:
    """One version of an upload in S3, which any machine can read in parts.

    Parameters
    ----------
    bucket, key : str
        Name of the bucket, and key of the object.
    version : str or None
        Version of the object; None where the bucket keeps one only.
    size : int
        Size in bytes.
    max_megabytes : int
        Largest decompressed size in megabytes.
    """

    bucket: str
    key: str
    version: str | None
    size: int
    max_megabytes: int

    def open(self, begin: int = 0, end: int | None = None) -> ByteStream:
        """Open a range of its bytes.

        Parameters
        ----------
        begin : int
            Offset of the first byte.
        end : int, optional
            Offset behind the last byte; None for the end of the file.
        """
        some = {} if (begin, end) == (0, None) else {"Range": f"bytes={begin}-{'' if end is None else end - 1}"}
        place = {"Bucket": self.bucket, "Key": self.key} | ({"VersionId": self.version} if self.version else {})
        answer = boto3.client("s3").get_object(**place, **some)  # type: ignore[arg-type]
        # A server may ignore the range and respond with the whole object.
        return answer["Body"] if not some or "ContentRange" in answer else _RangeReader(answer["Body"], begin, end)

    def source(self) -> ByteStream:
        """Open the whole upload, and refuse one that decompresses to too many bytes."""
        return LimitedSource(self.open, self.max_megabytes, lambda: float("inf"))()


@dataclass(frozen=True)
class Options:
    """The options of the job, shared with all machines of the cluster.

    Parameters
    ----------
    run_id : str
        Id of the run.
    input_bucket, website_bucket, results_bucket : str
        Names of the buckets of the stack.
    stack : str
        Name of the stack, a dimension of its metrics.
    max_upload_mb : int
        Largest size of a file in megabytes, compressed and decompressed.
    split_kb : int
        About how many kilobytes a task reads.
    k : int, optional
        The number of segments, where the settings do not fix it; chosen from the data by default.
    """

    run_id: str
    input_bucket: str
    website_bucket: str
    results_bucket: str
    stack: str
    max_upload_mb: int
    split_kb: int
    k: int | None = None

    def publisher(self) -> Publisher:
        """Return the publisher of the run, on any machine."""
        s3 = boto3.client("s3")
        return Publisher(s3, website_bucket=self.website_bucket, results_bucket=self.results_bucket)


class LargeRun:
    """One run on a cluster.

    Parameters
    ----------
    context : SparkContext
        The cluster.
    options : Options
        The options of the job.
    """

    def __init__(self, context: SparkContext, options: Options) -> None:
        self._context, self._options, self._id = context, options, options.run_id
        self._s3 = boto3.client("s3")
        self._publisher = options.publisher()
        self._log = StageLog()
        logger.append_keys(run_id=self._id)
        metrics.service = options.stack

    def attempt(self) -> None:
        """Process the run, and publish a result or a refusal; other errors are raised."""
        self._attempt()
        metrics.flush_metrics()

    def _attempt(self) -> None:
        if self._publisher.is_done(self._id):
            self._log.ended("done before")
            return
        request = self._publisher.get_request(self._id)
        if request is None:
            raise LookupError("the run has no request.json")
        run = Run.from_request(self._id, request, self._publisher, self._log)
        try:
            self._segment(run)
        except UnusableFileError as error:
            run.refuse(error)
        except Exception as error:
            with contextlib.suppress(Exception):
                run.publish_failure()
            raise failed(error) from None

    def _segment(self, run: Run) -> None:
        file, options = run.request["file"], self._options
        check_size(file["size"], options.max_upload_mb)
        settings = read_settings(self._s3, options.input_bucket, run.request["settings_version"])
        stored = RangedUpload(options.input_bucket, file["key"], file["version"], file["size"], options.max_upload_mb)
        executor = SparkScanExecutor(self._context, stored, options.split_kb * 1024)
        run.segment(
            stored.source,
            settings,
            k=options.k,
            report=self._log,
            executor=executor,
            write=lambda result: self._write(executor, result),
        )

    def _write(self, executor: SparkScanExecutor, result: Result) -> None:
        """Write the rows on the machines that read them, and collect rejected rows and members on the driver."""
        self._log("writing", result.rows["read"])
        assigned, rejections = self._context.broadcast(result.assigned_rows), self._context.broadcast(result.rejections)
        options = self._options

        def write(number: int, part: CustomerFile) -> WrittenRows:
            written = WrittenRows()
            rows = (text for text, _ in assigned_rows(assigned.value, part, written))
            options.publisher().send_part(options.run_id, number, rows)
            return written

        def rejected(_number: int, part: CustomerFile) -> bytes:
            return b"".join(part.map(rejections.value.written))

        for written in executor.collect_ordered(result.file, write):
            result.written.join(written)
        if result.rejections.any:
            parts = executor.collect_ordered(result.file, rejected)
            self._publisher.send_rejected(self._id, chain([result.rejections.header()], parts))
        self._publisher.send_members(self._id, result.members)


class _RangeReader:
    """A range of the bytes of a stream."""

    def __init__(self, stream: ByteStream, begin: int, end: int | None) -> None:
        self._stream = stream
        self._left = None if end is None else end - begin
        self.close = stream.close
        while begin and (data := stream.read(min(begin, _READ_BYTES))):
            begin -= len(data)

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none only at the end."""
        if self._left is None:
            return self._stream.read(size)
        data = self._stream.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        return data
