"""Alarms, who is notified of them, and a dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

if TYPE_CHECKING:
    from infra.pipeline import SegmentationPipeline
    from infra.scale_out import ScaleOut
    from infra.settings import DeploymentSettings

# As `telemetry` has it.
_NAMESPACE = "CustomerIntelligence"
_NEAR_THE_END = 0.8
# In milliseconds.
_LONG_WAIT = 15 * 60 * 1000


class Monitoring(Construct):
    """Alarms to a topic, with a subscription by e-mail if the settings name an address, and a dashboard.

    Parameters
    ----------
    scope, id : Construct, str
        The scope of the construct, and its id in it.
    settings : DeploymentSettings
        Settings of the deployment.
    pipeline : SegmentationPipeline
        The pipeline to monitor.
    scale_out : ScaleOut, optional
        The job to monitor, where there is one.

    Attributes
    ----------
    topic : sns.Topic
        Where alarms go.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: DeploymentSettings,
        pipeline: SegmentationPipeline,
        scale_out: ScaleOut | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", display_name="Customer Intelligence Suite", enforce_ssl=True)
        if settings.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))
        function = pipeline.function
        self._queued = pipeline.failures.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=Duration.minutes(1)
        )
        self._errors = function.metric_errors(period=Duration.minutes(1))
        self._throttles = function.metric_throttles(period=Duration.minutes(1))
        self._duration = function.metric_duration(statistic="Maximum", period=Duration.minutes(1))
        self._given_up = function.metric("AsyncEventsDropped", statistic="Sum", period=Duration.minutes(1))
        self._waited = function.metric("AsyncEventAge", statistic="Maximum", period=Duration.minutes(1))
        self._jobs_ended = None
        if scale_out is not None:
            self._jobs_ended = cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="TriggeredRules",
                dimensions_map={"RuleName": scale_out.rule.rule_name},
                statistic="Sum",
                period=Duration.minutes(1),
            )
        self._allow_publishing(self._build_alarms(settings))
        self._build_dashboard()

    def _build_alarms(self, settings: DeploymentSettings) -> list[cloudwatch.Alarm]:
        limit = settings.timeout_seconds * 1000 * _NEAR_THE_END
        alarms = []
        for name, metric, threshold, description in (
            (
                "FailureQueueAlarm",
                self._queued,
                1,
                "Uploads failed for good; `python -m infra.redrive` tries again",
            ),
            ("ErrorAlarm", self._errors, 1, "An attempt at an upload failed; Lambda tries it again by itself"),
            ("ThrottleAlarm", self._throttles, 1, "More uploads at once than the account has functions for"),
            ("DurationAlarm", self._duration, limit, "A run came near its timeout_seconds"),
            ("UnansweredAlarm", self._given_up, 1, "No attempt at an upload ended well, and no other follows"),
            ("WaitingAlarm", self._waited, _LONG_WAIT, "An upload has had no answer for a quarter of an hour"),
            ("JobAlarm", self._jobs_ended, 1, "The job on Glue ended without an answer; the function starts it again"),
        ):
            if metric is None:
                continue
            alarm = cloudwatch.Alarm(
                self,
                name,
                metric=metric,
                threshold=threshold,
                evaluation_periods=1,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
                alarm_description=description,
            )
            alarm.add_alarm_action(actions.SnsAction(self.topic))
            alarms.append(alarm)
        return alarms

    def _allow_publishing(self, alarms: list[cloudwatch.Alarm]) -> None:
        """Allow alarms to publish: a topic allows it by default only without a policy, and enforcing TLS adds one."""
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"ArnEquals": {"aws:SourceArn": [alarm.alarm_arn for alarm in alarms]}},
            )
        )

    def _build_dashboard(self) -> None:
        dashboard = cloudwatch.Dashboard(self, "Dashboard")
        own = {name: self._own(name) for name in ("UploadsReceived", "RunsFinished", "RunsRefused", "RowsRead")}
        for row in (
            (
                ("Uploads and answers", [own["UploadsReceived"], own["RunsFinished"], own["RunsRefused"]]),
                ("Rows read", [own["RowsRead"]]),
            ),
            (
                ("Seconds of a run", [self._own("RunSeconds", "Maximum")]),
                ("What went wrong", [self._errors, self._throttles, self._given_up, self._queued]),
            ),
        ):
            dashboard.add_widgets(
                *(cloudwatch.GraphWidget(title=title, left=metrics, width=12) for title, metrics in row)
            )

    def _own(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        """Return a metric that the function itself emits."""
        return cloudwatch.Metric(
            namespace=_NAMESPACE,
            metric_name=name,
            dimensions_map={"service": Stack.of(self).stack_name},
            statistic=statistic,
            period=Duration.minutes(5),
        )
