"""The segmentation pipeline: a private bucket whose uploads trigger the function, and a bucket for its results."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.engine_layer import ARCHITECTURE, RUNTIME, EngineLayer
from infra.function_code import build_function
from infra.retention import days, removal
from infra.settings import SETTINGS_KEY, UPLOAD_SUFFIXES, DeploymentSettings

# Objects that the function reads and writes; `service.keys` has the same names.
PUBLIC_KEYS = ("data.json", "runs.json", "older_runs.json", "receipt.json")
PUBLIC_RUNS = "runs/*/data.json"
RUNS = "runs/*"
ROUNDING_KEY = "rounding_key.json"
LAST_IDS = "last_ids.json"
RUN_STATE = ("runs/*/request.json", "runs/*/receipt.json", "runs/*/members.npz", "runs/*/identities.json")
# Two filters of a bucket may not match the same key, so this one has a suffix as well.
_SETTINGS_FILTER = {"prefix": SETTINGS_KEY, "suffix": SETTINGS_KEY}


class SegmentationPipeline(Construct):
    """Input bucket, function, results bucket, and the queue of uploads that could not be processed.

    Parameters
    ----------
    scope, id : Construct, str
        The scope of the construct, and its id in it.
    settings : DeploymentSettings
        Settings of the deployment.
    website_bucket : s3.Bucket
        Bucket of the public results.
    """

    def __init__(self, scope: Construct, id: str, *, settings: DeploymentSettings, website_bucket: s3.Bucket) -> None:  # noqa: A002
        super().__init__(scope, id)
        self.input_bucket = self._build_private_bucket(
            "Input",
            settings,
            versioned=True,
            expires=settings.keep_uploads_days,
            old_versions_expire=settings.keep_old_versions_days,
        )
        self.results_bucket = self._build_private_bucket(
            # All but what is the job's own.
            "Results",
            settings,
            below="runs/",
            expires=settings.keep_results_days,
        )
        self.failures = sqs.Queue(
            self,
            "Failures",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.function = self._build_function(settings, website_bucket)
        self._grant(website_bucket)
        for filtered in (*({"suffix": suffix} for suffix in UPLOAD_SUFFIXES), _SETTINGS_FILTER):
            self.input_bucket.add_event_notification(
                s3.EventType.OBJECT_CREATED,
                notifications.LambdaDestination(self.function),
                s3.NotificationKeyFilter(**filtered),
            )

    def _build_private_bucket(
        self,
        name: str,
        settings: DeploymentSettings,
        *,
        versioned: bool = False,
        below: str | None = None,
        expires: int | None = None,
        old_versions_expire: int | None = None,
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            versioned=versioned,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    prefix=below,
                    # What was begun and never finished is kept, and charged for, but listed nowhere.
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                    expiration=days(expires),
                    noncurrent_version_expiration=days(old_versions_expire),
                )
            ],
            **removal(settings),
        )

    def _build_function(self, settings: DeploymentSettings, website_bucket: s3.Bucket) -> lambda_.Function:
        log_group = logs.LogGroup(self, "Logs")
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        environment = {
            "WEBSITE_BUCKET": website_bucket.bucket_name,
            "RESULTS_BUCKET": self.results_bucket.bucket_name,
            "MAX_UPLOAD_MB": str(settings.max_upload_mb),
            # Dimension that distinguishes the metrics of this deployment.
            "POWERTOOLS_SERVICE_NAME": Stack.of(self).stack_name,
            # scikit-learn brings joblib, which else warns that Lambda has no semaphores.
            "JOBLIB_MULTIPROCESSING": "0",
        }
        if settings.k is not None:
            environment["SEGMENTATION_K"] = str(settings.k)
        return lambda_.Function(
            self,
            "Function",
            description="Segments the customers of each uploaded CSV",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler="handler.handler",
            code=lambda_.Code.from_asset(str(build_function())),
            layers=[EngineLayer(self, "EngineLayer", target=settings.layer)],
            memory_size=settings.memory_mb,
            timeout=Duration.seconds(settings.timeout_seconds),
            environment=environment,
            role=role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE if settings.tracing else None,
            retry_attempts=2,
            max_event_age=Duration.hours(6),
            on_failure=destinations.SqsDestination(self.failures),
        )

    def _grant(self, website_bucket: s3.Bucket) -> None:
        """Grant the function only the permissions it needs: CDK's own grants for buckets are wider."""
        public = [website_bucket.arn_for_objects(key) for key in PUBLIC_KEYS]
        for actions, resources in (
            (["s3:GetObjectVersion"], [self.input_bucket.arn_for_objects("*")]),
            # Which settings hold now, and which upload is the newest where new settings run it again.
            (["s3:ListBucketVersions"], [self.input_bucket.bucket_arn]),
            (["s3:PutObject", "s3:AbortMultipartUpload"], [self.results_bucket.arn_for_objects(RUNS)]),
            (["s3:GetObject"], [self.results_bucket.arn_for_objects(key) for key in RUN_STATE]),
            (
                ["s3:GetObject", "s3:PutObject"],
                [self.results_bucket.arn_for_objects(key) for key in (ROUNDING_KEY, LAST_IDS)],
            ),
            (["s3:GetObject", "s3:PutObject"], public),
            # The run before is read, which this one is compared with.
            (["s3:GetObject", "s3:PutObject"], [website_bucket.arn_for_objects(PUBLIC_RUNS)]),
        ):
            self.function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=resources))
