"""What others' rules find in the stack: cdk-nag's AwsSolutions pack, and cfn-lint."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# What the CDK makes of a role and of what is built from it: harmless, and not ours to change.
REDUNDANT_DEPENDENCY = "W3005"


@pytest.fixture(params=["stack", "changed_stack", "large_stack"])
def either(request):
    return request.getfixturevalue(request.param)


def test_cdk_nag_finds_nothing_that_is_not_explained(either):
    report = json.loads((either.assets / "validation-report.json").read_text())

    (found,) = report["pluginReports"]
    assert (found["pluginName"], found["conclusion"]) == ("AwsSolutions", "success")
    assert found["violations"] == []
    # Were nothing looked at, nothing would be explained either.
    assert {one["ruleName"].split("[")[0] for one in found["suppressedViolations"]} >= {
        "AwsSolutions-S1",
        "AwsSolutions-IAM5",
    }


def test_cfn_lint_finds_nothing(stack, changed_stack, large_stack):
    folders = (one.assets for one in (stack, changed_stack, large_stack))
    templates = [str(template) for folder in folders for template in folder.glob("*.template.json")]
    program = Path(sys.executable).with_name("cfn-lint")
    command = [program, "--ignore-checks", REDUNDANT_DEPENDENCY, "--template", *templates]

    found = subprocess.run(command, capture_output=True, text=True, check=False)

    assert len(templates) == 3
    assert (found.returncode, found.stdout) == (0, "")
