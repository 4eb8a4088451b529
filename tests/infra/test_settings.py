"""Settings: the defaults, and what is refused."""

import dataclasses
import json

import pytest

from infra.layer import ROOT
from infra.settings import DeploymentSettings

DEFAULTS = {
    name: value
    for name, value in json.loads((ROOT / "cdk.json").read_text())["context"].items()
    if not name.startswith("@")
}


class Context:
    """What of a CDK node the settings are read from."""

    def __init__(self, **values: object) -> None:
        self.values = DEFAULTS | values

    def try_get_context(self, name: str) -> object:
        return self.values.get(name)


def read(**values: object) -> DeploymentSettings:
    return DeploymentSettings.from_context(Context(**values))


def test_the_defaults_are_complete_and_nothing_else():
    assert {field.name for field in dataclasses.fields(DeploymentSettings)} == set(DEFAULTS)


def test_the_defaults_are_valid():
    assert read() == DeploymentSettings(
        k=None,
        log_retention_days=30,
        memory_mb=1769,
        timeout_seconds=300,
        max_upload_mb=2000,
        alarm_email=None,
        tracing=False,
        https=False,
        retain_data=True,
        keep_uploads_days=None,
        keep_results_days=None,
        keep_old_versions_days=30,
        scale_out=False,
        scale_out_threshold=1_000_000_000,
        scale_out_worker="G.1X",
        scale_out_workers=5,
        scale_out_timeout_minutes=120,
        layer="aws",
        deploy_site=True,
    )


def test_values_of_the_command_line_are_text():
    changed = DeploymentSettings(
        k=7,
        log_retention_days=90,
        memory_mb=3008,
        timeout_seconds=600,
        max_upload_mb=10,
        alarm_email="ops@example.com",
        tracing=True,
        https=True,
        retain_data=False,
        keep_uploads_days=365,
        keep_results_days=30,
        keep_old_versions_days=7,
        scale_out=True,
        scale_out_threshold=5_000_000,
        scale_out_worker="G.2X",
        scale_out_workers=8,
        scale_out_timeout_minutes=90,
        layer="emulator",
        deploy_site=False,
    )

    assert read(**{name: str(value) for name, value in dataclasses.asdict(changed).items()}) == changed


@pytest.mark.parametrize("value", [None, "", "null"])
def test_no_k_means_that_it_is_chosen_from_the_data(value):
    assert read(k=value).k is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("k", value) for value in (2, 10)),
        *(("memory_mb", value) for value in (512, 10_240)),
        *(("timeout_seconds", value) for value in (30, 900)),
        *(("log_retention_days", value) for value in (1, 3653)),
    ],
)
def test_the_ends_of_a_range_belong_to_it(name, value):
    assert getattr(read(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("k", value) for value in (0, 1, 11, "5.5", 5.0, "-5", "five", True, "auto")),
        *(("log_retention_days", value) for value in (0, 31, 4000, "a month", None, -30)),
        *(("memory_mb", value) for value in (511, 10_241, "1769 MB", None, 1769.5)),
        *(("timeout_seconds", value) for value in (29, 901, "5m", None, "")),
        *(("max_upload_mb", value) for value in (0, 100_001, "2 GB", None)),
        *(("alarm_email", value) for value in ("nobody", "a b@example.com", "@example.com")),
        *(("https", value) for value in ("yes", None)),
        *(("tracing", value) for value in ("Active", None)),
        *(("retain_data", value) for value in ("keep", None)),
        *(("keep_uploads_days", value) for value in (0, "a year", -1)),
        *(("keep_old_versions_days", value) for value in (0, None)),
        *(("layer", value) for value in ("", "AWS", "x86", None, 3)),
        *(("deploy_site", value) for value in ("", "yes", 1, None)),
    ],
)
def test_an_invalid_value_is_refused_with_the_name_of_its_setting(name, value):
    with pytest.raises(ValueError, match=f"^setting '{name}' must be .*, not {value!r}$"):
        read(**{name: value})
