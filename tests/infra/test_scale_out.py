"""The job for uploads that outgrow the function: in the template, and what it is made of."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from infra import job_modules
from infra.archive import write_archive
from infra.job_modules import REQUIREMENTS
from infra.settings import DeploymentSettings
from tests.infra.test_settings import read

FUNCTION_RUNS_IT = {"glue:StartJobRun", "glue:GetJobRun"}


@pytest.fixture(scope="module")
def job(large_stack):
    return large_stack.one("AWS::Glue::Job")


def granted_to(stack, role: str) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for policy in stack.resources("AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
        for statement in stack.statements(policy)
        for action in statement["Action"]
        for resource in statement["Resource"]
        if statement["Effect"] == "Allow"
    }


def test_there_is_no_job_unless_the_settings_ask_for_it(stack):
    assert not stack.resources("AWS::Glue::Job")
    assert not stack.resources("AWS::Events::Rule")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scale_out", "perhaps"),
        ("scale_out_threshold", "0"),
        ("scale_out_worker", "G.025X"),
        ("scale_out_workers", "1"),
        ("scale_out_timeout_minutes", "1441"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name, value):
    assert isinstance(read(), DeploymentSettings)
    with pytest.raises(ValueError, match=f"'{name}'"):
        read(**{name: value})


def test_the_job_is_as_the_settings_say(job):
    _, found = job

    assert found["GlueVersion"] == "5.0"
    assert (found["WorkerType"], found["NumberOfWorkers"], found["Timeout"]) == ("G.2X", 8, 90)
    assert (found["MaxRetries"], found["ExecutionProperty"]["MaxConcurrentRuns"]) == (0, 5)
    # More than that wait, and do not fail.
    assert found["JobRunQueuingEnabled"] is True
    assert (found["Command"]["Name"], found["Command"]["PythonVersion"]) == ("glueetl", "3")
    assert found["Tags"] == {"Project": "customerSegmentation"}
    assert found["DefaultArguments"]["--k"] == "6"


def test_the_job_fetches_itself_and_no_module_from_elsewhere(job, large_stack):
    _, found = job
    folder = f"s3://ResultsBucket/job/{job_modules.key()}"
    arguments = {name: large_stack.readable(value) for name, value in found["DefaultArguments"].items()}

    assert large_stack.readable(found["Command"]["ScriptLocation"]) == f"{folder}/job.py"
    assert arguments["--extra-py-files"] == f"{folder}/sources.zip"
    assert arguments["--additional-python-modules"] == f"{folder}/modules.gluewheels.zip"
    assert arguments["--python-modules-installer-option"] == "--no-index"
    assert {arguments[f"--{name}_bucket"] for name in ("input", "website", "results")} == {
        "InputBucket",
        "WebsiteBucket",
        "ResultsBucket",
    }


def test_the_job_is_uploaded_before_it_is_made(job, large_stack):
    place, _ = job
    uploads = large_stack.resources("Custom::CDKBucketDeployment")
    (name,) = (
        name
        for name, found in uploads.items()
        if large_stack.readable(found["DestinationBucketName"]) == "ResultsBucket"
    )

    assert uploads[name]["DestinationBucketKeyPrefix"] == f"job/{job_modules.key()}"
    assert not uploads[name]["Prune"]
    assert name in large_stack.template["Resources"][place]["DependsOn"]


def test_the_job_may_do_just_what_it_does(job, large_stack):
    _, found = job
    role = found["Role"]["Fn::GetAtt"][0]
    properties = large_stack.resources("AWS::IAM::Role")[role]
    granted = granted_to(large_stack, role)
    (glue_logs,) = {resource for action, resource in granted if action == "logs:CreateLogGroup"}

    assert not {"ManagedPolicyArns", "Policies"} & set(properties)
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "glue.amazonaws.com"}
    prefix = found["DefaultArguments"]["--custom-logGroup-prefix"]
    assert glue_logs.endswith(f":log-group:{prefix}/*")
    assert prefix.endswith("/job")
    named = [group.get("LogGroupName", "") for group in large_stack.resources("AWS::Logs::LogGroup").values()]
    groups = set(map(large_stack.readable, named))
    assert {f"{prefix}/error", f"{prefix}/output"} <= groups
    assert {(action, resource) for action, resource in granted if action.startswith("s3:")} == {
        ("s3:GetObjectVersion", "InputBucket.Arn/*"),
        ("s3:PutObject", "ResultsBucket.Arn/runs/*"),
        ("s3:AbortMultipartUpload", "ResultsBucket.Arn/runs/*"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/request.json"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/receipt.json"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/members.npz"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/identities.json"),
        ("s3:GetObject", "ResultsBucket.Arn/last_ids.json"),
        ("s3:PutObject", "ResultsBucket.Arn/last_ids.json"),
        ("s3:GetObject", "ResultsBucket.Arn/job/*"),
        *(
            (action, f"WebsiteBucket.Arn/{key}")
            for action in ("s3:GetObject", "s3:PutObject")
            for key in ("data.json", "runs.json", "older_runs.json", "receipt.json", "runs/*/data.json")
        ),
    }
    assert {(action, resource) for action, resource in granted if not action.startswith("s3:")} == {
        *((action, glue_logs) for action in ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")),
    }


def test_the_function_starts_this_job_and_no_other(job, stack, large_stack):
    place, _ = job
    ((_, function),) = [
        one for one in large_stack.resources("AWS::Lambda::Function").items() if "SCALE_OUT_JOB" in json.dumps(one[1])
    ]
    ((_, usual),) = [
        one for one in stack.resources("AWS::Lambda::Function").items() if "RESULTS_BUCKET" in json.dumps(one[1])
    ]
    role, usual_role = (one["Role"]["Fn::GetAtt"][0] for one in (function, usual))
    more = granted_to(large_stack, role) - granted_to(stack, usual_role)

    assert {action for action, _ in more} == {*FUNCTION_RUNS_IT, "s3:GetObject"}
    assert {resource for action, resource in more if action == "s3:GetObject"} == {"ResultsBucket.Arn/runs/*/job.json"}
    (arn,) = {resource for action, resource in more if action in FUNCTION_RUNS_IT}
    assert arn.endswith(f":job/{place}")
    environment = function["Environment"]["Variables"]
    assert environment["SCALE_OUT_JOB"] == {"Ref": place}
    assert environment["SCALE_OUT_THRESHOLD"] == "5000000"


def test_events_of_failed_jobs_reach_the_function_and_the_alarms(job, large_stack):
    place, _ = job
    _, rule = large_stack.one("AWS::Events::Rule")

    assert rule["EventPattern"] == {
        "source": ["aws.glue"],
        "detail-type": ["Glue Job State Change"],
        "detail": {"jobName": [{"Ref": place}], "state": ["FAILED", "TIMEOUT", "STOPPED"]},
    }
    assert any(
        alarm["Namespace"] == "AWS/Events" and alarm["MetricName"] == "TriggeredRules" and alarm["AlarmActions"]
        for alarm in large_stack.resources("AWS::CloudWatch::Alarm").values()
    )


def test_the_sources_hold_all_that_the_job_imports(tmp_path):
    archive = write_archive(tmp_path / "sources.zip", job_modules.sources())
    # Spark itself is Glue's.
    statement = "import handler, service.publisher; from segmentation.schema.settings import Settings; "
    statement += "print(Settings.parse(b'{\"k\": 3}').k)"
    environment = {"PYTHONPATH": str(archive), "AWS_DEFAULT_REGION": "us-east-1", "POWERTOOLS_SERVICE_NAME": "test"}

    command = [
        sys.executable,
        "-P",
        "-c",
        f"import sys; sys.path = [p for p in sys.path if 'lambda' not in p]; {statement}",
    ]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path)

    assert found.stdout == "3\n"
    names = set(zipfile.ZipFile(archive).namelist())
    assert {
        "scan_executor.py",
        "large_run.py",
        "segmentation/customers/splits.py",
        "segmentation/settings.schema.json",
    } <= names
    assert not any("test" in name for name in names)


def test_the_modules_are_those_that_are_pinned_as_wheels_for_glue():
    folder = job_modules.build_job()
    archive = zipfile.ZipFile(io.BytesIO((folder / job_modules.MODULES).read_bytes()))
    names = archive.namelist()

    assert archive.read("wheels/requirements.txt") == REQUIREMENTS.read_bytes()
    pinned = {
        line.split("==")[0].replace("-", "_").lower() for line in REQUIREMENTS.read_text().splitlines() if "==" in line
    }
    wheels = {name.split("/")[1].split("-")[0].lower() for name in names if name.endswith(".whl")}
    unneeded = {line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "win32" in line}
    assert pinned - wheels <= unneeded
    assert {"boto3", "botocore"} <= wheels
    assert all("x86_64" in name or "none-any" in name for name in names if name.endswith(".whl"))
