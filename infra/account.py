"""The AWS account of the shell: its region, and why it cannot be used."""

from __future__ import annotations

import os

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

_NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
# Error codes of different services for invalid or expired credentials.
_REFUSED = (
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)


def take_region_of_shell() -> None:
    """Let boto3 heed AWS_REGION, as the CDK and AWS's other clients do."""
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region


def explain_error(error: BotoCoreError | ClientError) -> str:
    """Explain in one line what is wrong, and what to do.

    Parameters
    ----------
    error : BotoCoreError or ClientError
        The error of an AWS client.
    """
    said = " ".join(str(error).split())
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if isinstance(error, _NO_CREDENTIALS) or code in _REFUSED:
        return f"Give your shell valid credentials: `aws sso login`, `aws configure` or AWS_PROFILE. ({said})"
    if isinstance(error, NoRegionError):
        return "Name the region of the stack: export AWS_REGION=us-east-1"
    if isinstance(error, (ConnectionError, HTTPClientError)):
        return f"AWS cannot be reached. Check the network, and the name of the region. ({said})"
    return said
