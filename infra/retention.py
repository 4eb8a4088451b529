"""Retention of data: how long it is kept, and whether it outlives the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, RemovalPolicy

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings


def removal(settings: DeploymentSettings) -> dict[str, Any]:
    """Return the removal properties of a bucket: it outlives the stack, unless the settings say otherwise.

    Parameters
    ----------
    settings : DeploymentSettings
        Settings of the deployment.
    """
    if settings.retain_data:
        return {"removal_policy": RemovalPolicy.RETAIN}
    return {"removal_policy": RemovalPolicy.DESTROY, "auto_delete_objects": True}


def days(number: int | None) -> Duration | None:
    """Return a duration in days; None where there is no limit.

    Parameters
    ----------
    number : int or None
        Number of days.
    """
    return None if number is None else Duration.days(number)
