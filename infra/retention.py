"""What becomes of data: how long it is kept, and whether it outlives the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, RemovalPolicy

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings


def removal(settings: DeploymentSettings) -> dict[str, Any]:
    """Return what becomes of a bucket with its stack: it stays, unless the settings say otherwise."""
    if settings.retain_data:
        return {"removal_policy": RemovalPolicy.RETAIN}
    return {"removal_policy": RemovalPolicy.DESTROY, "auto_delete_objects": True}


def days(number: int | None) -> Duration | None:
    """Return a number of days; None where there is no end."""
    return None if number is None else Duration.days(number)
