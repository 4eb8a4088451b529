"""The stack: connects the website and the pipeline, tags all resources, and names the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from aws_cdk import Aspects, CfnOutput, CfnResource, IAspect, RemovalPolicy, Stack, Tags
from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct

from infra.findings import explain
from infra.monitoring import Monitoring
from infra.pipeline import SegmentationPipeline
from infra.scale_out import ScaleOut
from infra.website import Website

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings

TAG = ("Project", "customerSegmentation")


class CustomerIntelligenceStack(Stack):
    """The stack of a deployment: input bucket, function, results, page and monitoring.

    Parameters
    ----------
    scope, id : Construct, str
        The scope of the construct, and its id in it.
    settings : DeploymentSettings
        Settings of the deployment.
    """

    def __init__(self, scope: Construct, id: str, *, settings: DeploymentSettings) -> None:  # noqa: A002
        super().__init__(scope, id, description="Customer Intelligence Suite: upload a CSV, see who your customers are")
        self.website = Website(self, "Website", settings=settings)
        self.pipeline = SegmentationPipeline(self, "Pipeline", settings=settings, website_bucket=self.website.bucket)
        self.scale_out = self._scale_out(settings)
        self.monitoring = Monitoring(
            self, "Monitoring", settings=settings, pipeline=self.pipeline, scale_out=self.scale_out
        )
        self._add_notifier_log_group()
        self._add_outputs()
        Tags.of(self).add(*TAG)
        Aspects.of(self).add(_LogRetention(settings.log_retention_days))
        explain(self, settings)

    def _scale_out(self, settings: DeploymentSettings) -> ScaleOut | None:
        if not settings.scale_out:
            return None
        return ScaleOut(self, "ScaleOut", settings=settings, pipeline=self.pipeline, website_bucket=self.website.bucket)

    def _add_outputs(self) -> None:
        for name, value, description in (
            ("PageUrl", self.website.url, "The public page"),
            ("InputBucket", self.pipeline.input_bucket.bucket_name, "Drop CSVs here"),
            ("ResultsBucket", self.pipeline.results_bucket.bucket_name, "Every row with its segments, private"),
            ("WebsiteBucket", self.website.bucket.bucket_name, "What the page is served from, public"),
            ("FailureQueueUrl", self.pipeline.failures.queue_url, "Uploads that could not be processed"),
            ("FunctionName", self.pipeline.function.function_name, "What processes uploads"),
            ("AlarmTopic", self.monitoring.topic.topic_arn, "Where alarms go"),
        ):
            CfnOutput(self, name, value=value, description=description)

    def _add_notifier_log_group(self) -> None:
        """Add a log group for CDK's function that configures S3's notifications; Lambda's own would be permanent."""
        (notifier,) = (found for found in self.node.children if found.node.id.startswith("BucketNotificationsHandler"))
        function = notifier.node.find_child("Resource")
        assert isinstance(function, CfnResource)  # noqa: S101
        log_group = logs.LogGroup(self, "NotifierLogs")
        function.add_property_override("LoggingConfig.LogGroup", log_group.log_group_name)


@jsii.implements(IAspect)
class _LogRetention:
    """Sets the retention and the removal policy of all log groups, including that of CDK's own uploader."""

    def __init__(self, days: int) -> None:
        self._days = days

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, logs.CfnLogGroup):
            node.retention_in_days = self._days
            node.apply_removal_policy(RemovalPolicy.DESTROY)
