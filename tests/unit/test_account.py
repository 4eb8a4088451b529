"""What is said, in one line, where the AWS account of the shell cannot be used; and which region is meant."""

import os

import boto3
import pytest
from botocore import exceptions as errors

from infra import destroy, redrive
from infra.account import explain_error, take_region_of_shell


def answer(code: str) -> errors.ClientError:
    return errors.ClientError(
        {"Error": {"Code": code, "Message": "The security token\nis not valid"}}, "DescribeStacks"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.NoCredentialsError(), "valid credentials"),
        (errors.ProfileNotFound(profile="work"), "valid credentials"),
        (errors.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), "valid credentials"),
        (errors.UnauthorizedSSOTokenError(), "valid credentials"),
        (errors.SSOTokenLoadError(error_msg="expired"), "valid credentials"),
        (answer("ExpiredToken"), "valid credentials"),
        (answer("InvalidClientTokenId"), "valid credentials"),
        (answer("SignatureDoesNotMatch"), "valid credentials"),
        (errors.NoRegionError(), "export AWS_REGION="),
        (errors.EndpointConnectionError(endpoint_url="https://aws.example"), "Check the network"),
        (errors.ConnectTimeoutError(endpoint_url="https://aws.example"), "Check the network"),
        (errors.ProxyConnectionError(proxy_url="http://proxy.example"), "Check the network"),
        (answer("AccessDenied"), "The security token is not valid"),
    ],
)
@pytest.mark.parametrize("command", [redrive.main, lambda: destroy.main([])], ids=["redrive", "destroy"])
def test_each_failure_is_one_line_that_says_what_to_do(command, error, said, monkeypatch, capsys):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr(boto3, "client", fail)
    monkeypatch.setattr("sys.argv", ["command"])

    assert command() == 1
    found = capsys.readouterr().err
    assert said in found
    assert found.count("\n") == 1
    assert said in explain_error(error)


def test_the_region_is_the_one_that_the_cdk_takes(monkeypatch):
    monkeypatch.setattr(os, "environ", {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "us-east-2"})

    take_region_of_shell()

    assert boto3.Session().region_name == "eu-central-1"


def test_without_one_that_of_the_profile_holds(monkeypatch):
    monkeypatch.setattr(os, "environ", {"AWS_DEFAULT_REGION": "us-east-2"})

    take_region_of_shell()

    assert boto3.Session().region_name == "us-east-2"
