"""The job on AWS Glue for uploads that are too large for the function, and the events that report its failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Size, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from infra.job_modules import GLUE_VERSION, MODULES, SCRIPT, SOURCES, build_job, key
from infra.pipeline import LAST_IDS, PUBLIC_KEYS, PUBLIC_RUNS, RUN_STATE, RUNS

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

    from infra.pipeline import SegmentationPipeline
    from infra.settings import DeploymentSettings

# Glue writes what Spark says into the one, and what the job prints into the other.
_LOGS = ("error", "output")
_FOLDER = "job"
_AT_ONCE = 5
_ENDED_BADLY = ["FAILED", "TIMEOUT", "STOPPED"]
_JOB_STATE = "runs/*/job.json"


class ScaleOut(Construct):
    """The job, its role, its logs, and the rule that invokes the function when the job fails.

    Parameters
    ----------
    scope, id : Construct, str
        The scope of the construct, and its id in it.
    settings : DeploymentSettings
        Settings of the deployment.
    pipeline : SegmentationPipeline
        The pipeline whose function hands uploads over.
    website_bucket : s3.Bucket
        Bucket of the public results.

    Attributes
    ----------
    job : glue.CfnJob
        The job.
    log_prefix : str
        What the names of its log groups begin with.
    role : iam.Role
        Role of the job, with its permissions.
    rule : events.Rule
        Invokes the function when the job fails.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: DeploymentSettings,
        pipeline: SegmentationPipeline,
        website_bucket: s3.Bucket,
    ) -> None:
        super().__init__(scope, id)
        self._pipeline, self._website_bucket = pipeline, website_bucket
        # Glue 5 takes the beginning of their names, and nothing else.
        self.log_prefix = f"/{Stack.of(self).stack_name}/job"
        for name in _LOGS:
            logs.LogGroup(self, f"{name.capitalize()}Log", log_group_name=f"{self.log_prefix}/{name}")
        self.role = self._build_role()
        self.job = self._build_job(settings)
        if settings.deploy_site:
            self._deploy()
        self.rule = self._build_rule()
        self._configure_function(settings)

    def _build_role(self) -> iam.Role:
        """Build the role of the job: it processes runs, downloads its own code, and writes its logs."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("glue.amazonaws.com"))
        uploads, results, website = self._pipeline.input_bucket, self._pipeline.results_bucket, self._website_bucket
        own_logs = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{self.log_prefix}/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        for actions, resources in (
            (["s3:GetObjectVersion"], [uploads.arn_for_objects("*")]),
            (["s3:PutObject", "s3:AbortMultipartUpload"], [results.arn_for_objects(RUNS)]),
            (
                ["s3:GetObject"],
                [results.arn_for_objects(one) for one in (*RUN_STATE, f"{_FOLDER}/*")],
            ),
            (
                ["s3:GetObject", "s3:PutObject"],
                [results.arn_for_objects(LAST_IDS), *map(website.arn_for_objects, (*PUBLIC_KEYS, PUBLIC_RUNS))],
            ),
            (["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [own_logs]),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
        return role

    def _build_job(self, settings: DeploymentSettings) -> glue.CfnJob:
        folder = f"s3://{self._pipeline.results_bucket.bucket_name}/{_FOLDER}/{key()}"
        arguments = {
            "--extra-py-files": f"{folder}/{SOURCES}",
            # The wheels in the archive, and nothing from elsewhere.
            "--additional-python-modules": f"{folder}/{MODULES}",
            "--python-modules-installer-option": "--no-index",
            "--job-bookmark-option": "job-bookmark-disable",
            "--custom-logGroup-prefix": self.log_prefix,
            "--input_bucket": self._pipeline.input_bucket.bucket_name,
            "--website_bucket": self._website_bucket.bucket_name,
            "--results_bucket": self._pipeline.results_bucket.bucket_name,
            "--stack": Stack.of(self).stack_name,
            "--max_upload_mb": str(settings.max_upload_mb),
        }
        if settings.k is not None:
            arguments["--k"] = str(settings.k)
        return glue.CfnJob(
            self,
            "Job",
            description="Segments the customers of CSVs that outgrow the function",
            role=self.role.role_arn,
            command=glue.CfnJob.JobCommandProperty(
                name="glueetl", python_version="3", script_location=f"{folder}/{SCRIPT}"
            ),
            glue_version=GLUE_VERSION,
            worker_type=settings.scale_out_worker,
            number_of_workers=settings.scale_out_workers,
            timeout=settings.scale_out_timeout_minutes,
            # The function starts it again: it says so on the page, and queues what fails for good.
            max_retries=0,
            # More than run at once wait for their turn.
            job_run_queuing_enabled=True,
            execution_property=glue.CfnJob.ExecutionPropertyProperty(max_concurrent_runs=_AT_ONCE),
            default_arguments=arguments,
        )

    def _deploy(self) -> None:
        deployment = s3_deployment.BucketDeployment(
            self,
            "Sources",
            # Glue wants a name for the archive of wheels that the CDK's own assets do not have.
            sources=[s3_deployment.Source.asset(str(build_job()))],
            destination_bucket=self._pipeline.results_bucket,
            destination_key_prefix=f"{_FOLDER}/{key()}",
            prune=False,
            memory_limit=1024,
            ephemeral_storage_size=Size.mebibytes(1024),
        )
        self.job.node.add_dependency(deployment)

    def _build_rule(self) -> events.Rule:
        return events.Rule(
            self,
            "EndedBadly",
            description="The job ended without its work done; the function sees to it",
            event_pattern=events.EventPattern(
                source=["aws.glue"],
                detail_type=["Glue Job State Change"],
                detail={"jobName": [self.job.ref], "state": _ENDED_BADLY},
            ),
            targets=[targets.LambdaFunction(self._pipeline.function)],
        )

    def _configure_function(self, settings: DeploymentSettings) -> None:
        function, results = self._pipeline.function, self._pipeline.results_bucket
        function.add_environment("SCALE_OUT_JOB", self.job.ref)
        function.add_environment("SCALE_OUT_THRESHOLD", str(settings.scale_out_threshold))
        function.add_environment("FAILURE_QUEUE_URL", self._pipeline.failures.queue_url)
        job = Stack.of(self).format_arn(service="glue", resource="job", resource_name=self.job.ref)
        for actions, resource in (
            (["glue:StartJobRun", "glue:GetJobRun"], job),
            (["s3:GetObject"], results.arn_for_objects(_JOB_STATE)),
        ):
            function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
