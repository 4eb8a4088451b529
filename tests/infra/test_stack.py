"""The template: who may do what, and what every resource has."""

from __future__ import annotations

import pytest

from infra.layer import ROOT
from infra.site_files import CONTENT_SECURITY_POLICY

PRIVATE = ("InputBucket", "ResultsBucket")
EVERYONE = {"AWS": "*"}
TAGGED = {
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::CloudFront::Distribution",
    "AWS::CloudWatch::Alarm",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
# CloudFormation knows no tags for these.
UNTAGGED = {
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::Policy",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::CDKBucketDeployment",
    "Custom::S3AutoDeleteObjects",
    "Custom::S3BucketNotifications",
}
# Properties that would fix the name of a resource, and so keep two stacks out of one account.
PHYSICAL_NAMES = {"BucketName", "FunctionName", "QueueName", "RoleName", "LayerName", "TopicName", "AlarmName"}


def function_of(stack):
    return stack.one("AWS::Lambda::Function", Handler="handler.handler")


def bucket_of(stack, name):
    return next(found for place, found in stack.resources("AWS::S3::Bucket").items() if stack.names[place] == name)


def policies_of_bucket(stack, name):
    return [
        statement
        for policy in stack.resources("AWS::S3::BucketPolicy").values()
        if stack.readable(policy["Bucket"]) == name
        for statement in stack.statements(policy)
    ]


def deployments_of(stack):
    return stack.resources("Custom::CDKBucketDeployment")


# --- buckets ---


def test_there_are_three_buckets_and_none_other(stack):
    assert {stack.names[place] for place in stack.resources("AWS::S3::Bucket")} == {*PRIVATE, "WebsiteBucket"}


def test_only_the_website_is_public(stack):
    for statement in (
        statement
        for name in (*PRIVATE, "WebsiteBucket")
        for statement in policies_of_bucket(stack, name)
        if statement["Effect"] == "Allow"
    ):
        assert statement == {
            "Sid": "AnyoneReadsObjects",
            "Effect": "Allow",
            "Principal": EVERYONE,
            "Action": {"s3:GetObject"},
            "Resource": {"WebsiteBucket.Arn/*"},
        }


def test_everyone_reads_the_website_and_does_nothing_else(stack):
    allowed, denied = policies_of_bucket(stack, "WebsiteBucket")

    assert (allowed["Effect"], allowed["Action"]) == ("Allow", {"s3:GetObject"})
    assert denied == {
        "Sid": "AllButReadingNeedsTls",
        "Effect": "Deny",
        "Principal": EVERYONE,
        "NotAction": {"s3:GetObject"},
        "Resource": {"WebsiteBucket.Arn", "WebsiteBucket.Arn/*"},
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_the_website_is_one_and_its_public_policy_is_let_through(stack):
    bucket = bucket_of(stack, "WebsiteBucket")

    assert bucket["WebsiteConfiguration"] == {"IndexDocument": "index.html"}
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_bucket_is_closed_to_the_public(name, stack):
    bucket = bucket_of(stack, name)

    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    assert "WebsiteConfiguration" not in bucket
    assert "AccessControl" not in bucket


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_bucket_is_reached_by_tls_only(name, stack):
    (statement,) = policies_of_bucket(stack, name)

    assert statement == {
        "Effect": "Deny",
        "Principal": EVERYONE,
        "Action": {"s3:*"},
        "Resource": {f"{name}.Arn", f"{name}.Arn/*"},
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@pytest.mark.parametrize("name", [*PRIVATE, "WebsiteBucket"])
def test_every_bucket_is_encrypted_and_knows_no_access_control_lists(name, stack):
    bucket = bucket_of(stack, name)

    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_uploads_are_versioned_so_that_an_event_names_one_content(stack):
    assert bucket_of(stack, "InputBucket")["VersioningConfiguration"] == {"Status": "Enabled"}


def test_data_is_kept_as_long_as_the_settings_say(stack, changed_stack):
    """On the template: the emulator drops lifecycle rules."""
    never_finished = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}, "Status": "Enabled"}
    rules = {
        (name, synthesized is stack): bucket_of(synthesized, name).get("LifecycleConfiguration", {}).get("Rules")
        for name in (*PRIVATE, "WebsiteBucket")
        for synthesized in (stack, changed_stack)
    }

    assert rules == {
        ("InputBucket", True): [{**never_finished, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}],
        ("InputBucket", False): [
            {**never_finished, "ExpirationInDays": 365, "NoncurrentVersionExpiration": {"NoncurrentDays": 7}}
        ],
        ("ResultsBucket", True): [{**never_finished, "Prefix": "runs/"}],
        ("ResultsBucket", False): [{**never_finished, "Prefix": "runs/", "ExpirationInDays": 30}],
        ("WebsiteBucket", True): None,
        ("WebsiteBucket", False): [{"ExpirationInDays": 30, "Prefix": "runs/", "Status": "Enabled"}],
    }


def test_buckets_outlive_the_stack_unless_the_settings_say_otherwise(stack, changed_stack):
    for synthesized, policy in ((stack, "Retain"), (changed_stack, "Delete")):
        for place in synthesized.resources("AWS::S3::Bucket"):
            resource = synthesized.template["Resources"][place]
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (policy, policy)
    assert len(changed_stack.resources("Custom::S3AutoDeleteObjects")) == 3


def test_the_buckets_are_those_of_every_version_before(stack):
    """CloudFormation knows them by these ids: with others, a new version would begin with empty buckets."""
    assert set(stack.resources("AWS::S3::Bucket")) == {
        "PipelineInput1929D2E4",
        "PipelineResults1E76D729",
        "WebsiteBucket4326D7C2",
    }


# --- https ---


def test_with_https_cloudfront_alone_reads_the_website(changed_stack):
    """In the template; that it answers is tested on the emulator."""
    bucket = bucket_of(changed_stack, "WebsiteBucket")
    place, _ = changed_stack.one("AWS::CloudFront::Distribution")
    allowed = [found for found in policies_of_bucket(changed_stack, "WebsiteBucket") if found["Effect"] == "Allow"]
    reading = next(found for found in allowed if found["Action"] == {"s3:GetObject"})

    assert "WebsiteConfiguration" not in bucket
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert all(found["Principal"] != EVERYONE for found in allowed)
    assert reading["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert {"Ref": place} in reading["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Join"][1]


def test_with_https_each_answer_has_the_security_headers_and_nothing_is_kept_unasked(changed_stack):
    _, distribution = changed_stack.one("AWS::CloudFront::Distribution")
    behavior = distribution["DistributionConfig"]["DefaultCacheBehavior"]
    _, cache = changed_stack.one("AWS::CloudFront::CachePolicy")
    _, policy = changed_stack.one("AWS::CloudFront::ResponseHeadersPolicy")
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]

    assert (behavior["ViewerProtocolPolicy"], behavior["Compress"]) == ("redirect-to-https", True)
    assert distribution["DistributionConfig"]["DefaultRootObject"] == "index.html"
    assert (cache["CachePolicyConfig"]["MinTTL"], cache["CachePolicyConfig"]["DefaultTTL"]) == (0, 0)
    assert headers["ContentSecurityPolicy"]["ContentSecurityPolicy"].startswith(CONTENT_SECURITY_POLICY)
    assert "frame-ancestors 'none'" in headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert headers["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 60 * 60
    assert {"ContentTypeOptions", "FrameOptions"} <= set(headers)


def test_the_page_and_the_server_have_one_content_security_policy():
    assert f'content="{CONTENT_SECURITY_POLICY}"' in (ROOT / "site" / "index.html").read_text()


# --- who is notified ---


def test_each_way_to_lose_an_upload_has_an_alarm(stack):
    place, function = function_of(stack)
    (topic,) = stack.resources("AWS::SNS::Topic")
    alarms = stack.resources("AWS::CloudWatch::Alarm").values()

    assert {(alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) for alarm in alarms} == {
        ("ApproximateNumberOfMessagesVisible", "Maximum", 1),
        ("Errors", "Sum", 1),
        ("Throttles", "Sum", 1),
        ("Duration", "Maximum", 0.8 * 1000 * function["Timeout"]),
        ("AsyncEventsDropped", "Sum", 1),
        ("AsyncEventAge", "Maximum", 900_000),
    }
    for alarm in alarms:
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert (alarm["TreatMissingData"], alarm["ComparisonOperator"]) == (
            "notBreaching",
            "GreaterThanOrEqualToThreshold",
        )
        dimension = alarm["Dimensions"][0]
        assert dimension["Name"] == "QueueName" or dimension == {"Name": "FunctionName", "Value": {"Ref": place}}


def test_the_alarms_and_nobody_else_may_publish_to_their_topic(stack):
    """A topic with a policy of its own, and this one wants TLS, allows nothing that the policy does not."""
    (topic,) = stack.resources("AWS::SNS::Topic")
    _, policy = stack.one("AWS::SNS::TopicPolicy")
    denied, allowed = stack.statements(policy)

    assert policy["Topics"] == [{"Ref": topic}]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    alarms = [{"Fn::GetAtt": [place, "Arn"]} for place in stack.resources("AWS::CloudWatch::Alarm")]
    assert allowed == {
        "Sid": "AlarmsPublish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": {"sns:Publish"},
        "Resource": {"AlarmTopic"},
        "Condition": {"ArnEquals": {"aws:SourceArn": alarms}},
    }


def test_alarms_go_to_the_address_of_the_settings(stack, changed_stack):
    assert stack.resources("AWS::SNS::Subscription") == {}
    _, subscription = changed_stack.one("AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")


def test_the_dashboard_shows_what_the_function_counts(stack):
    _, function = function_of(stack)
    (dashboard,) = stack.resources("AWS::CloudWatch::Dashboard").values()
    body = stack.readable(dashboard["DashboardBody"])

    assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == "Suite"
    for name in ("UploadsReceived", "RunsFinished", "RunsRefused", "RowsRead", "RunSeconds"):
        assert f'"CustomerIntelligence","{name}","service","Suite"' in body


# --- the function ---


def test_the_function_is_what_the_layer_is_built_for(stack):
    layer, properties = stack.one("AWS::Lambda::LayerVersion", Description="scikit-learn, NumPy and pandas")
    _, function = function_of(stack)

    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    assert function["Layers"] == [{"Ref": layer}]
    assert (properties["CompatibleRuntimes"], properties["CompatibleArchitectures"]) == (["python3.13"], ["arm64"])


def test_the_function_knows_its_buckets(stack):
    _, function = function_of(stack)

    variables = {name: stack.readable(value) for name, value in function["Environment"]["Variables"].items()}
    assert variables == {
        "WEBSITE_BUCKET": "WebsiteBucket",
        "RESULTS_BUCKET": "ResultsBucket",
        "MAX_UPLOAD_MB": "2000",
        "POWERTOOLS_SERVICE_NAME": "Suite",
        "JOBLIB_MULTIPROCESSING": "0",
    }


def test_the_settings_are_those_of_the_function(stack, changed_stack):
    by_default, changed = function_of(stack)[1], function_of(changed_stack)[1]

    assert (by_default["MemorySize"], by_default["Timeout"]) == (1769, 300)
    assert (changed["MemorySize"], changed["Timeout"]) == (3008, 600)
    assert changed["Environment"]["Variables"]["SEGMENTATION_K"] == "7"
    assert changed["Environment"]["Variables"]["MAX_UPLOAD_MB"] == "10"
    assert "TracingConfig" not in by_default
    assert changed["TracingConfig"] == {"Mode": "Active"}


def test_what_fails_is_tried_twice_more_and_then_queued(stack):
    place, _ = function_of(stack)
    _, config = stack.one("AWS::Lambda::EventInvokeConfig", FunctionName={"Ref": place})
    queue = next(iter(stack.resources("AWS::SQS::Queue")))

    assert config["MaximumRetryAttempts"] == 2
    assert config["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}}


def test_the_failure_queue_is_encrypted_keeps_two_weeks_and_wants_tls(stack):
    place, queue = stack.one("AWS::SQS::Queue")
    _, policy = stack.one("AWS::SQS::QueuePolicy")

    assert (queue["SqsManagedSseEnabled"], queue["MessageRetentionPeriod"]) == (True, 14 * 24 * 60 * 60)
    assert policy["Queues"] == [{"Ref": place}]
    (statement,) = stack.statements(policy)
    assert (statement["Effect"], statement["Action"]) == ("Deny", {"sqs:*"})
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_uploads_of_csv_files_start_the_function_and_no_other_does(stack):
    place, _ = function_of(stack)
    _, notifications = stack.one("Custom::S3BucketNotifications")

    assert stack.readable(notifications["BucketName"]) == "InputBucket"
    assert set(notifications["NotificationConfiguration"]) == {"LambdaFunctionConfigurations"}
    for found in notifications["NotificationConfiguration"]["LambdaFunctionConfigurations"]:
        assert found["LambdaFunctionArn"] == {"Fn::GetAtt": [place, "Arn"]}
        assert found["Events"] == ["s3:ObjectCreated:*"]
    filters = [
        {rule["Name"]: rule["Value"] for rule in found["Filter"]["Key"]["FilterRules"]}
        for found in notifications["NotificationConfiguration"]["LambdaFunctionConfigurations"]
    ]
    assert filters[:-1] == [{"suffix": suffix} for suffix in (".csv", ".CSV", ".csv.gz", ".CSV.GZ")]
    # S3 refuses two filters that could match one key.
    assert filters[-1] == {"prefix": "settings.json", "suffix": "settings.json"}


def test_only_the_input_bucket_of_this_account_may_invoke_the_function(stack):
    place, _ = function_of(stack)
    _, permission = stack.one("AWS::Lambda::Permission")

    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Fn::GetAtt": [place, "Arn"]},
        "Principal": "s3.amazonaws.com",
        "SourceAccount": {"Ref": "AWS::AccountId"},
        "SourceArn": {"Fn::GetAtt": [next(key for key, name in stack.names.items() if name == "InputBucket"), "Arn"]},
    }


def test_the_function_may_do_just_what_it_does(stack):
    """Every single permission; one more fails this test as one less does."""
    _, function = function_of(stack)
    role = function["Role"]["Fn::GetAtt"][0]
    logs = function["LoggingConfig"]["LogGroup"]["Ref"]
    policies = [found for found in stack.resources("AWS::IAM::Policy").values() if {"Ref": role} in found["Roles"]]
    granted = {
        (action, resource)
        for policy in policies
        for statement in stack.statements(policy)
        for action in statement["Action"]
        for resource in statement["Resource"]
        if statement["Effect"] == "Allow"
    }

    properties = stack.resources("AWS::IAM::Role")[role]
    assert not {"ManagedPolicyArns", "Policies"} & set(properties)
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert granted == {
        ("s3:GetObjectVersion", "InputBucket.Arn/*"),
        ("s3:ListBucketVersions", "InputBucket.Arn"),
        ("s3:AbortMultipartUpload", "ResultsBucket.Arn/runs/*"),
        ("s3:PutObject", "ResultsBucket.Arn/runs/*"),
        ("s3:GetObject", "WebsiteBucket.Arn/data.json"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/request.json"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/receipt.json"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/members.npz"),
        ("s3:GetObject", "ResultsBucket.Arn/runs/*/identities.json"),
        ("s3:GetObject", "ResultsBucket.Arn/rounding_key.json"),
        ("s3:PutObject", "ResultsBucket.Arn/rounding_key.json"),
        ("s3:GetObject", "ResultsBucket.Arn/last_ids.json"),
        ("s3:PutObject", "ResultsBucket.Arn/last_ids.json"),
        ("s3:PutObject", "WebsiteBucket.Arn/data.json"),
        ("s3:PutObject", "WebsiteBucket.Arn/runs/*/data.json"),
        ("s3:GetObject", "WebsiteBucket.Arn/runs/*/data.json"),
        ("s3:GetObject", "WebsiteBucket.Arn/runs.json"),
        ("s3:PutObject", "WebsiteBucket.Arn/runs.json"),
        ("s3:GetObject", "WebsiteBucket.Arn/older_runs.json"),
        ("s3:PutObject", "WebsiteBucket.Arn/older_runs.json"),
        ("s3:GetObject", "WebsiteBucket.Arn/receipt.json"),
        ("s3:PutObject", "WebsiteBucket.Arn/receipt.json"),
        ("logs:CreateLogStream", f"{logs}.Arn"),
        ("logs:PutLogEvents", f"{logs}.Arn"),
        ("sqs:SendMessage", "FailureQueueUrl.Arn"),
        ("sqs:GetQueueAttributes", "FailureQueueUrl.Arn"),
        ("sqs:GetQueueUrl", "FailureQueueUrl.Arn"),
    }
    assert not any("*" in action for action, _ in granted)


def test_no_role_but_the_uploader_of_the_site_may_touch_objects(stack):
    """CDK's own helpers have roles too: none of them reaches customers' data."""
    _, function = function_of(stack)
    for policy in stack.resources("AWS::IAM::Policy").values():
        if {"Ref": function["Role"]["Fn::GetAtt"][0]} in policy["Roles"]:
            continue
        for statement in stack.statements(policy):
            reached = {resource for resource in statement["Resource"] if resource.startswith(PRIVATE)}
            assert not reached or (reached, statement["Action"]) == ({"InputBucket.Arn"}, {"s3:PutBucketNotification"})


# --- the site ---


def test_the_site_is_uploaded_in_two_parts_with_their_own_cache_headers(stack):
    found = [
        (part["SystemMetadata"], part.get("Include"), part.get("Exclude"), part["Prune"])
        for part in deployments_of(stack).values()
    ]

    assert found == [
        ({"cache-control": "public, max-age=31536000, immutable"}, ["assets/*"], ["*"], False),
        ({"cache-control": "no-cache"}, None, ["assets/*"], False),
    ]


def test_the_page_is_uploaded_after_what_it_loads(stack):
    assets, pages = deployments_of(stack)

    assert assets in stack.template["Resources"][pages]["DependsOn"]


def test_the_site_goes_to_the_website(stack):
    for part in deployments_of(stack).values():
        assert stack.readable(part["DestinationBucketName"]) == "WebsiteBucket"


def test_without_the_site_nothing_uploads_it(changed_stack):
    assert deployments_of(changed_stack) == {}
    # The function, and the CDK's own for notifications and for emptying buckets.
    assert len(changed_stack.resources("AWS::Lambda::Function")) == 3


# --- everything ---


def test_every_resource_that_can_have_tags_has_the_projects(stack, changed_stack):
    for synthesized in (stack, changed_stack):
        for place, resource in synthesized.template["Resources"].items():
            # A new type must be put into one of the two lists.
            assert resource["Type"] in TAGGED | UNTAGGED, place
            # The CDK takes no tags for its function that empties buckets.
            if resource["Type"] in TAGGED and not place.startswith("CustomS3AutoDeleteObjects"):
                assert {"Key": "Project", "Value": "customerSegmentation"} in resource["Properties"]["Tags"], place


def test_every_log_group_keeps_its_logs_as_long_as_the_settings_say(stack, changed_stack):
    for synthesized, days in ((stack, 30), (changed_stack, 90)):
        groups = synthesized.resources("AWS::Logs::LogGroup")
        assert groups
        assert {group.get("RetentionInDays") for group in groups.values()} == {days}


def test_every_function_has_a_log_group_in_the_template(stack):
    named = [stack.readable(group.get("LogGroupName", "")) for group in stack.resources("AWS::Logs::LogGroup").values()]

    for place, function in stack.resources("AWS::Lambda::Function").items():
        assert "LoggingConfig" in function or f"/aws/lambda/{place}" in named, place


def test_outputs_are_named(stack):
    assert set(stack.template["Outputs"]) == {
        "PageUrl",
        "InputBucket",
        "ResultsBucket",
        "WebsiteBucket",
        "FailureQueueUrl",
        "FunctionName",
        "AlarmTopic",
    }
    assert stack.readable(stack.template["Outputs"]["PageUrl"]["Value"]) == "WebsiteBucket.WebsiteURL"


def test_no_resource_has_a_physical_name(stack):
    for place, resource in stack.template["Resources"].items():
        if resource["Type"].startswith("AWS::") and resource["Type"] not in UNTAGGED:
            assert not PHYSICAL_NAMES & set(resource["Properties"]), place


def test_nothing_in_the_template_is_bound_to_an_account_or_region(stack, changed_stack):
    """So that one synthesized app can go anywhere."""
    assert set(stack.template["Parameters"]) == set(changed_stack.template["Parameters"]) == {"BootstrapVersion"}
