"""The settings of a deployment, read from the CDK context and validated before anything is built."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from constructs import Node

# Spreadsheets on Windows may write the extension in capitals, and S3's filters are case-sensitive.
UPLOAD_SUFFIXES = (".csv", ".CSV", ".csv.gz", ".CSV.GZ")
# The settings of the analysis, at the root of the input bucket.
SETTINGS_KEY = "settings.json"

# What CloudWatch Logs accepts, up to ten years.
_LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3653,
)
_LAYERS = ("aws", "emulator")
_WORKERS = ("G.1X", "G.2X")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

T = TypeVar("T")


@dataclass(frozen=True)
class DeploymentSettings:
    """The settings of a deployment; `cdk.json` holds the defaults, and ``-c name=value`` overrides one.

    Parameters
    ----------
    k : int or None
        The number of segments, 2 to 10; None to choose it from the data.
    log_retention_days : int
        Number of days that CloudWatch keeps the logs.
    memory_mb : int
        Memory of the function in megabytes; at 1,769 MB it has one whole processor, and a second one makes large files
        a third faster.
    timeout_seconds : int
        Timeout of the function. A file of 300 customers takes seconds; the time grows with the bytes.
    max_upload_mb : int
        Largest size of a file in megabytes, compressed and decompressed; two passes at 10 MB a second and processor
        take their time.
    alarm_email : str or None
        Address that is notified when an upload could not be processed, after AWS asked it to confirm; None for none.
    tracing : bool
        Whether X-Ray traces the function.
    https : bool
        Whether the page is served by CloudFront, from a bucket that only CloudFront can read.
    retain_data : bool
        Whether uploads and results are kept when the stack is removed.
    keep_uploads_days, keep_results_days : int or None
        Number of days after which uploads, and the private and public results of runs, are deleted; None keeps them.
    keep_old_versions_days : int
        Number of days for which a deleted or replaced upload can be restored.
    scale_out : bool
        Whether uploads that are too large for the function are handed to a job on AWS Glue.
    scale_out_threshold : int
        Size in bytes above which an upload is handed over at once.
    scale_out_worker : str
        Type of the workers: ``G.1X`` (4 processors, 16 GB) or ``G.2X`` (8 processors, 32 GB).
    scale_out_workers : int
        Number of workers, including the driver.
    scale_out_timeout_minutes : int
        Timeout of the job in minutes.
    layer : str
        ``aws`` for Lambda's Python and processor, ``emulator`` for this machine's own.
    deploy_site : bool
        Whether CloudFormation uploads the site. The emulator cannot run CDK's own uploader, so the local loop does it.

    Raises
    ------
    ValueError
        If a value is not one that the setting can have; it names the setting.
    """

    k: int | None
    log_retention_days: int
    memory_mb: int
    timeout_seconds: int
    max_upload_mb: int
    alarm_email: str | None
    tracing: bool
    https: bool
    retain_data: bool
    keep_uploads_days: int | None
    keep_results_days: int | None
    keep_old_versions_days: int
    scale_out: bool
    scale_out_threshold: int
    scale_out_worker: str
    scale_out_workers: int
    scale_out_timeout_minutes: int
    layer: str
    deploy_site: bool

    def __post_init__(self) -> None:
        _require(self.k is None or 2 <= self.k <= 10, "k", "a whole number from 2 to 10, or null", self.k)
        _require(
            self.log_retention_days in _LOG_RETENTION_DAYS,
            "log_retention_days",
            f"one of {', '.join(map(str, _LOG_RETENTION_DAYS))}",
            self.log_retention_days,
        )
        _require(512 <= self.memory_mb <= 10_240, "memory_mb", "from 512 to 10240", self.memory_mb)
        _require(30 <= self.timeout_seconds <= 900, "timeout_seconds", "from 30 to 900", self.timeout_seconds)
        _require(1 <= self.max_upload_mb <= 100_000, "max_upload_mb", "from 1 to 100000", self.max_upload_mb)
        _require(
            self.alarm_email is None or bool(_EMAIL.fullmatch(self.alarm_email)),
            "alarm_email",
            "an e-mail address, or null",
            self.alarm_email,
        )
        for name in ("keep_uploads_days", "keep_results_days", "keep_old_versions_days"):
            days = getattr(self, name)
            _require(days is None or days >= 1, name, "a number of days, at least 1", days)
        _require(self.scale_out_threshold >= 1, "scale_out_threshold", "at least 1", self.scale_out_threshold)
        _require(self.scale_out_worker in _WORKERS, "scale_out_worker", " or ".join(_WORKERS), self.scale_out_worker)
        _require(2 <= self.scale_out_workers <= 100, "scale_out_workers", "from 2 to 100", self.scale_out_workers)
        _require(
            5 <= self.scale_out_timeout_minutes <= 1440,
            "scale_out_timeout_minutes",
            "from 5 to 1440",
            self.scale_out_timeout_minutes,
        )
        _require(self.layer in _LAYERS, "layer", " or ".join(_LAYERS), self.layer)

    @classmethod
    def from_context(cls, node: Node) -> DeploymentSettings:
        """Read the settings from the context of a CDK app; on the command line every value is text.

        Parameters
        ----------
        node : Node
            The node of the app.

        Raises
        ------
        ValueError
            If a value is not allowed; the message names the setting.
        """
        return cls(
            **{field.name: _READ[field.type](field.name, node.try_get_context(field.name)) for field in fields(cls)}
        )


def _require(condition: bool, name: str, expected: str, value: object) -> None:
    if not condition:
        raise ValueError(f"setting '{name}' must be {expected}, not {value!r}")


def _whole(name: str, value: Any) -> int:
    _require(str(value).isdecimal(), name, "a whole number", value)
    return int(value)


def _truth(name: str, value: Any) -> bool:
    text = str(value).lower()
    _require(text in ("true", "false"), name, "true or false", value)
    return text == "true"


def _text(name: str, value: Any) -> str:
    _require(isinstance(value, str), name, "text", value)
    return str(value)


def _or_none(read: Callable[[str, Any], T]) -> Callable[[str, Any], T | None]:
    return lambda name, value: None if value in (None, "", "null") else read(name, value)


# By the annotation of the field.
_READ: dict[Any, Callable[[str, Any], Any]] = {
    "int": _whole,
    "int | None": _or_none(_whole),
    "bool": _truth,
    "str": _text,
    "str | None": _or_none(_text),
}
