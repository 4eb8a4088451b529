"""The public website: a bucket that everybody may read objects from, and the built page in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from infra.site_files import CACHE_RULES, DIST

if TYPE_CHECKING:
    from pathlib import Path


class Website(Construct):
    """The website bucket and the built site.

    Parameters
    ----------
    scope, id : Construct, str
        Where it belongs.
    deploy_site : bool
        Whether CloudFormation uploads the site; the local loop uploads it by itself.
    dist : Path
        The built site.
    """

    def __init__(self, scope: Construct, id: str, *, deploy_site: bool, dist: Path = DIST) -> None:  # noqa: A002
        super().__init__(scope, id)
        self.bucket = self._build_bucket()
        if deploy_site:
            self._deploy(dist)

    def _build_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            website_index_document="index.html",
            encryption=s3.BucketEncryption.S3_MANAGED,
            # A policy may make objects public, access control lists never.
            block_public_access=s3.BlockPublicAccess(
                block_public_acls=True,
                ignore_public_acls=True,
                block_public_policy=False,
                restrict_public_buckets=False,
            ),
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AnyoneReadsObjects",
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects("*")],
            )
        )
        # S3's website endpoint speaks plain http, so reading must be possible without TLS; nothing else is.
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllButReadingNeedsTls",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                not_actions=["s3:GetObject"],
                resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            )
        )
        return bucket

    def _deploy(self, dist: Path) -> None:
        previous: Construct | None = None
        for rule in CACHE_RULES:
            deployment = s3_deployment.BucketDeployment(
                self,
                rule.name,
                sources=[s3_deployment.Source.asset(str(dist))],
                destination_bucket=self.bucket,
                include=[rule.include] if rule.include else None,
                exclude=[rule.exclude or "*"],
                cache_control=[s3_deployment.CacheControl.from_string(rule.cache_control)],
                # Pruning would delete data.json, which the function writes.
                prune=False,
                memory_limit=256,
            )
            if previous:
                deployment.node.add_dependency(previous)
            previous = deployment
