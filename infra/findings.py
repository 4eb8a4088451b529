"""What cdk-nag's AwsSolutions pack finds in the stack, and why it is meant so.

Each finding is named in full and where it is, so that another one of the same kind fails the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

if TYPE_CHECKING:
    from infra.pipeline import SegmentationPipeline
    from infra.scale_out import ScaleOut
    from infra.settings import DeploymentSettings
    from infra.stack import CustomerIntelligenceStack
    from infra.website import Website

_NO_ACCESS_LOGS = (
    "Access logs hold the addresses of readers and need a bucket without end; who wants them turns on CloudTrail's "
    "data events."
)
_RUNTIME = "It is the runtime that the layer's pinned packages were tested on, and one that AWS supports."
_PUBLIC = "The page is public, by plain http, unless https is set; reading objects is all that anybody may."
_RULE_CANNOT_READ = (
    "The rule cannot read the policy, which does allow reading without TLS: the website endpoint has none."
)
_HELPER = "A helper of the CDK's own, with the permissions that the CDK gives it; it runs at deployments only."
_LOG_GROUP = "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group"
_BUCKET_DEPLOYMENT = ("GetObject*", "GetBucket*", "List*", "DeleteObject*", "Abort*")


def explain(stack: CustomerIntelligenceStack, settings: DeploymentSettings) -> None:
    """Acknowledge the findings that are intended.

    Parameters
    ----------
    stack : CustomerIntelligenceStack
        The stack.
    settings : DeploymentSettings
        Settings of the deployment.
    """
    _explain_pipeline(stack.pipeline, stack.website)
    if settings.tracing:
        _acknowledge(stack.pipeline, {"IAM5[Resource::*]": "X-Ray has no resources that sending traces could name."})
    _explain_website(stack.website, settings)
    if stack.scale_out:
        _explain_scale_out(stack.scale_out, stack.pipeline, stack.website)
    _explain_helpers(stack)


def _explain_pipeline(pipeline: SegmentationPipeline, website: Website) -> None:
    for bucket in (pipeline.input_bucket, pipeline.results_bucket):
        _acknowledge(bucket, {"S1": _NO_ACCESS_LOGS})
    _acknowledge(pipeline.function, {"L1": _RUNTIME})
    _acknowledge(pipeline.failures, {"SQS3": "It is where failures go itself, and has an alarm."})
    keys = {
        (pipeline.input_bucket, "*"): "Uploads may have any name.",
        (pipeline.results_bucket, "runs/*"): "Each run writes into a directory of its own.",
        (pipeline.results_bucket, "runs/*/request.json"): "Of each run it reads what it was asked for.",
        (pipeline.results_bucket, "runs/*/receipt.json"): "Of each run it reads whether it is done.",
        (pipeline.results_bucket, "runs/*/members.npz"): "Of the run before it reads who was in which segment.",
        (
            pipeline.results_bucket,
            "runs/*/identities.json",
        ): "Of a run at the same time it reads what its segments are.",
        (website.bucket, "runs/*/data.json"): "Each run publishes its own result, and reads that of the run before.",
    }
    _acknowledge(pipeline, {_wildcard(bucket, key): reason for (bucket, key), reason in keys.items()})


def _explain_website(website: Website, settings: DeploymentSettings) -> None:
    _acknowledge(website.bucket, {"S1": _NO_ACCESS_LOGS})
    if not settings.https:
        _acknowledge(website.bucket, {"S2": _PUBLIC, "S5": _PUBLIC, "S10": _RULE_CANNOT_READ})
        return
    _acknowledge(
        website,
        {
            "CFR1": "Where readers are is nobody's business.",
            "CFR2": "It serves static files; there is nothing behind it that requests could reach.",
            "CFR3": _NO_ACCESS_LOGS,
            "CFR4": "Without a domain of one's own, CloudFront's certificate decides on the versions of TLS.",
        },
    )


def _explain_scale_out(scale_out: ScaleOut, pipeline: SegmentationPipeline, website: Website) -> None:
    _acknowledge(
        scale_out,
        {
            "GL1": "Its logs hold nothing of a file, and CloudWatch encrypts them with keys that AWS manages.",
            "GL3": "It has no bookmarks.",
            _wildcard(pipeline.input_bucket, "*"): "Uploads may have any name.",
            _wildcard(pipeline.results_bucket, "runs/*"): "Each run writes into a directory of its own.",
            _wildcard(pipeline.results_bucket, "runs/*/request.json"): "Of each run it reads what it was asked for.",
            _wildcard(pipeline.results_bucket, "runs/*/receipt.json"): "Of each run it reads whether it is done.",
            _wildcard(pipeline.results_bucket, "runs/*/members.npz"): "Of the run before it reads who was where.",
            _wildcard(pipeline.results_bucket, "runs/*/identities.json"): "Of a run at the same time it reads the ids.",
            _wildcard(pipeline.results_bucket, "job/*"): "Its own sources, a folder for each version.",
            _wildcard(website.bucket, "runs/*/data.json"): "Each run publishes its own result.",
            f"IAM5[Resource::{_LOG_GROUP}:{scale_out.log_prefix}/*]": "Its two log groups, and nobody else's.",
        },
    )
    job_state = _wildcard(pipeline.results_bucket, "runs/*/job.json")
    _acknowledge(pipeline, {job_state: "Of each run it reads to whom it was handed over."})


def _explain_helpers(stack: CustomerIntelligenceStack) -> None:
    role = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    assets = "Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"
    wild = [*(f"Action::s3:{action}" for action in _BUCKET_DEPLOYMENT), assets]
    findings = [f"IAM4[{role}]", "L1", *(f"IAM5[{one}]" for one in wild), _wildcard(stack.website.bucket, "*")]
    if stack.scale_out:
        # The uploader brings the job's sources too.
        findings.append(_wildcard(stack.pipeline.results_bucket, "*"))
    for child in stack.node.children:
        if child.node.id.startswith(("BucketNotificationsHandler", "Custom::")):
            _acknowledge(child, dict.fromkeys(findings, _HELPER))


def _wildcard(bucket: s3.Bucket, key: str) -> str:
    child = bucket.node.default_child
    assert isinstance(child, s3.CfnBucket)  # noqa: S101
    return f"IAM5[Resource::<{Stack.of(bucket).get_logical_id(child)}.Arn>/{key}]"


def _acknowledge(construct: IConstruct, reasons: dict[str, str]) -> None:
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason) for rule, reason in reasons.items())
    )
