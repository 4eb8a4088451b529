"""The public website: a bucket that everybody may read objects from, or CloudFront in front of a private one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from infra.retention import days, removal
from infra.site_files import CACHE_RULES, CONTENT_SECURITY_POLICY, DIST

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import DeploymentSettings


class Website(Construct):
    """The website bucket, the built site, and how browsers reach them.

    Parameters
    ----------
    scope, id : Construct, str
        The scope of the construct, and its id in it.
    settings : DeploymentSettings
        Settings of the deployment.
    dist : Path
        Folder of the built site.

    Attributes
    ----------
    bucket : s3.Bucket
        What the page is served from.
    url : str
        The address of the page.
    """

    def __init__(self, scope: Construct, id: str, *, settings: DeploymentSettings, dist: Path = DIST) -> None:  # noqa: A002
        super().__init__(scope, id)
        self.bucket = self._build_bucket(settings)
        if settings.https:
            self.url = f"https://{self._build_distribution().distribution_domain_name}"
        else:
            self._allow_public_read()
            self.url = self.bucket.bucket_website_url
        if settings.deploy_site:
            self._deploy(dist)

    def _build_bucket(self, settings: DeploymentSettings) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Bucket",
            website_index_document=None if settings.https else "index.html",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=settings.https,
            # A policy may make objects public, unless CloudFront alone reads them; access control lists never.
            block_public_access=s3.BlockPublicAccess(
                block_public_acls=True,
                ignore_public_acls=True,
                block_public_policy=settings.https,
                restrict_public_buckets=settings.https,
            ),
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[s3.LifecycleRule(prefix="runs/", expiration=days(settings.keep_results_days))]
            if settings.keep_results_days
            else None,
            **removal(settings),
        )

    def _allow_public_read(self) -> None:
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AnyoneReadsObjects",
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                resources=[self.bucket.arn_for_objects("*")],
            )
        )
        # S3's website endpoint has no TLS, so reading must be allowed without it; nothing else is.
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllButReadingNeedsTls",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                not_actions=["s3:GetObject"],
                resources=[self.bucket.bucket_arn, self.bucket.arn_for_objects("*")],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            )
        )

    def _build_distribution(self) -> cloudfront.Distribution:
        return cloudfront.Distribution(
            self,
            "Distribution",
            comment="Customer Intelligence Suite",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(self.bucket),
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                compress=True,
                # Each object says itself how long it may be kept, and data.json: not without asking.
                cache_policy=cloudfront.CachePolicy(
                    self,
                    "AsObjectsSay",
                    min_ttl=Duration.seconds(0),
                    default_ttl=Duration.seconds(0),
                    max_ttl=Duration.days(365),
                    enable_accept_encoding_gzip=True,
                    enable_accept_encoding_brotli=True,
                ),
                response_headers_policy=self._build_headers(),
            ),
        )

    def _build_headers(self) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'", override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), override=True
                ),
            ),
        )

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
