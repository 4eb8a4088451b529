"""The synthesized stack, once for all tests."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from infra.layer import ROOT


@dataclass(frozen=True)
class Synthesized:
    """A template, and the folder with its assets."""

    template: dict[str, Any]
    assets: Path

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    def one(self, kind: str, **properties: Any) -> tuple[str, dict[str, Any]]:
        """The name and the properties of the only resource like this."""
        (found,) = (
            (name, found)
            for name, found in self.resources(kind).items()
            if all(found.get(key) == value for key, value in properties.items())
        )
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """What resources are called in the outputs, by logical id."""
        references = {name: output["Value"] for name, output in self.template["Outputs"].items()}
        return {value["Ref"]: name for name, value in references.items() if "Ref" in value}

    def readable(self, value: Any) -> str:
        """A reference as text: ``InputBucket.Arn/*``."""
        if isinstance(value, str):
            return value
        (function, of), *_ = value.items()
        if function == "Fn::Join":
            return of[0].join(self.readable(part) for part in of[1])
        if function == "Fn::GetAtt":
            return f"{self.names.get(of[0], of[0])}.{of[1]}"
        return self.names.get(of, of)

    def statements(self, policy: dict[str, Any]) -> list[dict[str, Any]]:
        """The statements of a policy, every action and resource as a set of readable text."""
        found = []
        for statement in policy["PolicyDocument"]["Statement"]:
            clear = dict(statement)
            for key in {"Action", "NotAction", "Resource"} & set(clear):
                listed = clear[key] if isinstance(clear[key], list) else [clear[key]]
                clear[key] = {self.readable(value) for value in listed}
            found.append(clear)
        return found


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory) -> Callable[..., Synthesized]:
    with pytest.MonkeyPatch.context() as patch:
        # The CDK is a Node program behind its Python face, and node is installed beside this interpreter.
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        import aws_cdk as cdk
        import cdk_nag
        from aws_cdk.assertions import Template

        from infra.settings import DeploymentSettings
        from infra.stack import CustomerIntelligenceStack

        def make(**context: Any) -> Synthesized:
            folder = tmp_path_factory.mktemp("cdk.out")
            app = cdk.App(
                context={**json.loads((ROOT / "cdk.json").read_text())["context"], **context}, outdir=str(folder)
            )
            stack = CustomerIntelligenceStack(app, "Suite", settings=DeploymentSettings.from_context(app.node))
            cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
            app.synth()
            return Synthesized(dict(Template.from_stack(stack).to_json()), folder)

        return make


@pytest.fixture(scope="session")
def stack(synthesize) -> Synthesized:
    """As `cdk.json` has it."""
    return synthesize()


@pytest.fixture(scope="session")
def large_stack(synthesize) -> Synthesized:
    """With the job for uploads that outgrow the function."""
    return synthesize(
        scale_out="true",
        scale_out_threshold="5000000",
        scale_out_worker="G.2X",
        scale_out_workers="8",
        scale_out_timeout_minutes="90",
        k="6",
        **{"aws:cdk:disable-asset-staging": True},
    )


@pytest.fixture(scope="session")
def changed_stack(synthesize) -> Synthesized:
    """With each setting another than in `cdk.json`, as text, as the command line gives it."""
    return synthesize(
        k="7",
        log_retention_days="90",
        memory_mb="3008",
        timeout_seconds="600",
        max_upload_mb="10",
        alarm_email="ops@example.com",
        tracing="true",
        https="true",
        retain_data="false",
        keep_uploads_days="365",
        keep_results_days="30",
        keep_old_versions_days="7",
        deploy_site="false",
        # The layer is in the other template already; copying it takes longer than all the rest.
        **{"aws:cdk:disable-asset-staging": True},
    )
