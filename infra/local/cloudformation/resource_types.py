"""The types of resources that the local cloud knows: how each is created in moto, and which properties it may have.

What moto's own models of CloudFormation make as the API does is made by them: a call of the API costs ten times as
much. They check less of a table and know no alarms: those are made by calls.
"""

import json
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from moto.s3.models import FakeBucket
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import Topic, sns_backends
from moto.sqs.models import Queue

from infra.local.cloudformation.intrinsics import reject_unknown
from infra.local.cloudformation.stack_scope import ACCOUNT, PARTITION, StackScope

Created = tuple[str, dict[str, str]]
"""What Ref and what Fn::GetAtt give."""

Create = Callable[[StackScope, str, Mapping[str, Any]], Created]
"""Creates a resource of this logical id with these properties."""


def _table(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
    client = stack.client("dynamodb")
    name = properties.get("TableName") or stack.physical_name(logical_id)
    passed = (
        "AttributeDefinitions",
        "BillingMode",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
    )
    request = {key: properties[key] for key in passed if key in properties}
    if "StreamSpecification" in properties:
        request["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    description = client.create_table(TableName=name, **request)["TableDescription"]
    if "TimeToLiveSpecification" in properties:
        client.update_time_to_live(
            TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
        )
    if "PointInTimeRecoverySpecification" in properties:
        client.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"],
        )
    attributes = {"Arn": description["TableArn"]}
    if "LatestStreamArn" in description:
        attributes["StreamArn"] = description["LatestStreamArn"]
    return name, attributes


def _topic(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
    name = properties.get("TopicName") or stack.physical_name(logical_id)
    arn = Topic.create_from_cloudformation_json(name, {"Properties": {}}, ACCOUNT, stack.region).arn
    return arn, {"TopicArn": arn, "TopicName": name}


def _subscription(stack: StackScope, _logical_id: str, properties: Mapping[str, Any]) -> Created:
    backend = sns_backends[ACCOUNT][stack.region]
    arn = backend.subscribe(properties["TopicArn"], properties["Endpoint"], str(properties["Protocol"])).arn
    # moto takes any text for true, so a false is left out.
    if properties.get("RawMessageDelivery") in (True, "true"):
        backend.set_subscription_attributes(arn, "RawMessageDelivery", "true")
    for key in ("FilterPolicyScope", "FilterPolicy", "RedrivePolicy"):
        if key in properties:
            value = properties[key]
            text = value if isinstance(value, str) else json.dumps(value)
            backend.set_subscription_attributes(arn, key, text)
    return arn, {"Arn": arn}


def _queue(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
    name = properties.get("QueueName") or stack.physical_name(logical_id)
    given = {key: value for key, value in properties.items() if key not in ("QueueName", "Tags")}
    queue = Queue.create_from_cloudformation_json(name, {"Properties": given}, ACCOUNT, stack.region)
    return queue.physical_resource_id, {
        "Arn": queue.queue_arn,
        "QueueName": name,
        "QueueUrl": queue.physical_resource_id,
    }


def _secret(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
    backend = secretsmanager_backends[ACCOUNT][stack.region]
    value = properties.get("SecretString", "")
    if "GenerateSecretString" in properties:
        rules = properties["GenerateSecretString"]
        reject_unknown(logical_id, rules, ("PasswordLength", "ExcludePunctuation"))
        password = backend.get_random_password(
            password_length=rules.get("PasswordLength", 32),
            exclude_characters="",
            exclude_numbers=False,
            exclude_punctuation=rules.get("ExcludePunctuation", False),
            exclude_uppercase=False,
            exclude_lowercase=False,
            include_space=False,
            require_each_included_type=True,
        )
        value = json.loads(password)["RandomPassword"]
    name = properties.get("Name") or stack.physical_name(logical_id)
    created = backend.create_secret(
        name, value, None, properties.get("Description", ""), [], None, None, [], force_overwrite=False
    )
    arn = json.loads(created)["ARN"]
    return arn, {"Id": arn}


def _bucket(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
    name = properties.get("BucketName") or stack.physical_name(logical_id).lower()
    FakeBucket.create_from_cloudformation_json(name, {}, ACCOUNT, stack.region)
    return name, {"Arn": f"arn:{PARTITION}:s3:::{name}"}


def _api(stack: StackScope, _logical_id: str, _properties: Mapping[str, Any]) -> Created:
    api_id = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(10))
    endpoint = f"https://{api_id}.execute-api.{stack.region}.amazonaws.com"
    return api_id, {"ApiId": api_id, "ApiEndpoint": endpoint}


def _alarm(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
    name = properties.get("AlarmName") or stack.physical_name(logical_id)
    stack.client("cloudwatch").put_metric_alarm(**{**properties, "AlarmName": name})
    return name, {"Arn": stack.arn("cloudwatch", f"alarm:{name}")}


def _named(service: str, path: str, name_property: str) -> Create:
    """Declared only: nothing to create, but others may refer to its name and ARN."""

    def create(stack: StackScope, logical_id: str, properties: Mapping[str, Any]) -> Created:
        name = properties.get(name_property) or stack.physical_name(logical_id)
        return name, {"Arn": stack.arn(service, path.format(name))}

    return create


def _alias(stack: StackScope, _logical_id: str, properties: Mapping[str, Any]) -> Created:
    """There is one version of each function here, so an alias is the function itself."""
    arn = stack.arn("lambda", f"function:{properties['FunctionName']}:{properties['Name']}")
    return arn, {"AliasArn": arn}


def _version(stack: StackScope, _logical_id: str, properties: Mapping[str, Any]) -> Created:
    arn = stack.arn("lambda", f"function:{properties['FunctionName']}:1")
    return arn, {"FunctionArn": arn, "Version": "1"}


def _stack_below(stack: StackScope, logical_id: str, _properties: Mapping[str, Any]) -> Created:
    """Not made: alarms never go off here, and nobody looks at a dashboard. Its outputs are empty."""
    arn = stack.arn("cloudformation", f"stack/{stack.physical_name(logical_id)}/local")
    return arn, {"Outputs.DashboardUrl": ""}


CREATORS: dict[str, Create] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SQS::Queue": _queue,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::S3::Bucket": _bucket,
    "AWS::ApiGatewayV2::Api": _api,
    # Run by the local cloud itself, from their resolved properties.
    "AWS::Lambda::Function": _named("lambda", "function:{}", "FunctionName"),
    "AWS::Lambda::EventSourceMapping": _named("lambda", "event-source-mapping:{}", ""),
    "AWS::Lambda::EventInvokeConfig": _named("lambda", "event-invoke-config:{}", ""),
    "AWS::Scheduler::Schedule": _named("scheduler", "schedule/default/{}", "Name"),
    # Nothing to do here; their properties are there for the tests of the stack.
    "AWS::ApiGatewayV2::Stage": _named("apigateway", "stage/{}", "StageName"),
    "AWS::CloudFormation::Stack": _stack_below,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CodeDeploy::Application": _named("codedeploy", "application:{}", "ApplicationName"),
    "AWS::CodeDeploy::DeploymentGroup": _named("codedeploy", "deploymentgroup:{}", "DeploymentGroupName"),
    "AWS::IAM::Policy": _named("iam", "policy/{}", "PolicyName"),
    "AWS::IAM::Role": _named("iam", "role/{}", "RoleName"),
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::Version": _version,
    "AWS::Lambda::Permission": _named("lambda", "permission/{}", ""),
    "AWS::Logs::MetricFilter": _named("logs", "metric-filter:{}", "FilterName"),
    "AWS::Logs::SubscriptionFilter": _named("logs", "subscription-filter:{}", ""),
    "AWS::SES::ConfigurationSet": _named("ses", "configuration-set/{}", "Name"),
    "AWS::SES::ConfigurationSetEventDestination": _named("ses", "event-destination/{}", ""),
    "AWS::Logs::LogGroup": _named("logs", "log-group:{}:*", "LogGroupName"),
    "AWS::S3::BucketPolicy": _named("s3", "policy/{}", ""),
    "AWS::SNS::TopicPolicy": _named("sns", "policy/{}", ""),
    "AWS::SQS::QueuePolicy": _named("sqs", "policy/{}", ""),
}

KNOWN = {
    "AWS::DynamoDB::Table": "AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes"
    " KeySchema LocalSecondaryIndexes PointInTimeRecoverySpecification SSESpecification StreamSpecification TableName"
    " Tags TimeToLiveSpecification",
    "AWS::Lambda::EventInvokeConfig": "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts"
    " Qualifier",
    "AWS::Lambda::Function": "Architectures Code Description Environment FunctionName Handler KmsKeyArn LoggingConfig"
    " MemorySize PackageType ReservedConcurrentExecutions Role Runtime SnapStart Tags Timeout TracingConfig",
    "AWS::S3::Bucket": "BucketEncryption BucketName LifecycleConfiguration PublicAccessBlockConfiguration Tags",
    "AWS::SNS::Subscription": "Endpoint FilterPolicy FilterPolicyScope Protocol RawMessageDelivery RedrivePolicy"
    " TopicArn",
    "AWS::SNS::Topic": "DisplayName KmsMasterKeyId Tags TopicName",
    "AWS::SQS::Queue": "DelaySeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName"
    " ReceiveMessageWaitTimeSeconds RedrivePolicy SqsManagedSseEnabled Tags VisibilityTimeout",
    "AWS::SecretsManager::Secret": "Description GenerateSecretString KmsKeyId Name SecretString Tags",
}
"""Properties that are followed here, or that have nothing to do here; any other would be passed over unseen."""
