"""Creates a template's resources in moto, in the order in which they refer to each other."""

import json
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.cloudformation.intrinsics import Resolver, TemplateError, only
from infra.local.cloudformation.template import Template

ACCOUNT = "123456789012"
PARTITION = "aws"
STACK_NAME = "lazo"

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Resource:
    logical_id: str
    type: str
    properties: dict[str, Any]
    """Resolved."""
    ref: str
    attributes: dict[str, str]
    """What Fn::GetAtt knows."""


class Stack:
    """The created resources, by logical id. `client(service)` gives a boto3 client."""

    def __init__(self, template: Template, region: str, client: Client) -> None:
        self.region = region
        self.client = client
        self.resources: dict[str, Resource] = {}
        self.parameters: Mapping[str, Any] = template.parameters
        self._template = template
        self._in_work: list[str] = []
        self.resolver = Resolver(self._reference, self._attribute, template.conditions)
        self._pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": PARTITION,
            "AWS::Region": region,
            "AWS::StackId": self.arn("cloudformation", f"stack/{STACK_NAME}/local"),
            "AWS::StackName": STACK_NAME,
            "AWS::URLSuffix": "amazonaws.com",
        }
        for logical_id in template.resources:
            if self._wanted(logical_id):
                self._resource(logical_id)
        self.outputs = {
            name: self.resolver.resolve(output["Value"])
            for name, output in template.outputs.items()
            if "Condition" not in output or self.resolver.condition(output["Condition"])
        }

    def of_type(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type == kind]

    def by_arn(self, arn: str) -> Resource:
        """Raises TemplateError when no resource has this ARN."""
        for resource in self.resources.values():
            if arn in resource.attributes.values() or arn == resource.ref:
                return resource
        raise TemplateError(f"no resource of the template has the ARN {arn}")

    def arn(self, service: str, path: str) -> str:
        return f"arn:{PARTITION}:{service}:{self.region}:{ACCOUNT}:{path}"

    def physical_name(self, logical_id: str) -> str:
        """A new name in CloudFormation's style: stack, logical id, chance."""
        chance = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(12))
        return f"{STACK_NAME}-{logical_id}-{chance}"

    def _wanted(self, logical_id: str) -> bool:
        condition = self._template.resources[logical_id].get("Condition")
        return condition is None or self.resolver.condition(condition)

    def _reference(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._template.parameters:
            return self._template.parameters[name]
        return self._resource(name).ref

    def _attribute(self, name: str, path: str) -> Any:
        attributes = self._resource(name).attributes
        if path not in attributes:
            raise TemplateError(f"attribute {name}.{path} is not known")
        return attributes[path]

    def _resource(self, logical_id: str) -> Resource:
        if logical_id in self.resources:
            return self.resources[logical_id]
        if logical_id not in self._template.resources or not self._wanted(logical_id):
            raise TemplateError(f"nothing in the template is called {logical_id}")
        if logical_id in self._in_work:
            raise TemplateError(f"circular dependency: {' -> '.join([*self._in_work, logical_id])}")
        self._in_work.append(logical_id)
        try:
            self.resources[logical_id] = self._create(logical_id, self._template.resources[logical_id])
        finally:
            self._in_work.pop()
        return self.resources[logical_id]

    def _create(self, logical_id: str, declared: Mapping[str, Any]) -> Resource:
        kind = declared["Type"]
        if kind not in CREATORS:
            raise TemplateError(f"{logical_id}: resource type {kind} is not supported by the local cloud")
        for other in _as_list(declared.get("DependsOn", [])):
            self._resource(other)
        properties = self.resolver.resolve(declared.get("Properties", {}))
        if kind in KNOWN:
            only(logical_id, properties, KNOWN[kind].split())
        ref, attributes = CREATORS[kind](self, logical_id, properties)
        return Resource(logical_id, kind, properties, ref, attributes)


Created = tuple[str, dict[str, str]]
"""What Ref and what Fn::GetAtt give."""


def _table(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
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


def _topic(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("TopicName") or stack.physical_name(logical_id)
    arn = stack.client("sns").create_topic(Name=name)["TopicArn"]
    return arn, {"TopicArn": arn, "TopicName": name}


def _subscription(stack: Stack, _logical_id: str, properties: dict[str, Any]) -> Created:
    attributes = {}
    # moto reads any text as true, so a false is left out.
    if properties.get("RawMessageDelivery") in (True, "true"):
        attributes["RawMessageDelivery"] = "true"
    for key in ("FilterPolicyScope", "FilterPolicy", "RedrivePolicy"):
        if key in properties:
            value = properties[key]
            attributes[key] = value if isinstance(value, str) else json.dumps(value)
    arn = stack.client("sns").subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return arn, {"Arn": arn}


def _queue(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("QueueName") or stack.physical_name(logical_id)
    request = {
        key: json.dumps(value) if isinstance(value, (dict, bool)) else str(value)
        for key, value in properties.items()
        if key not in ("QueueName", "Tags")
    }
    url = stack.client("sqs").create_queue(QueueName=name, Attributes=request)["QueueUrl"]
    return url, {"Arn": stack.arn("sqs", name), "QueueName": name, "QueueUrl": url}


def _secret(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    client = stack.client("secretsmanager")
    value = properties.get("SecretString", "")
    if "GenerateSecretString" in properties:
        rules = dict(properties["GenerateSecretString"])
        frame, key = rules.pop("SecretStringTemplate", None), rules.pop("GenerateStringKey", None)
        value = client.get_random_password(**rules)["RandomPassword"]
        if frame is not None:
            value = json.dumps({**json.loads(frame), key: value})
    name = properties.get("Name") or stack.physical_name(logical_id)
    arn = client.create_secret(Name=name, Description=properties.get("Description", ""), SecretString=value)[
        "ARN"
    ]
    return arn, {"Id": arn}


def _alarm(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("AlarmName") or stack.physical_name(logical_id)
    stack.client("cloudwatch").put_metric_alarm(**{**properties, "AlarmName": name})
    return name, {"Arn": stack.arn("cloudwatch", f"alarm:{name}")}


def _bucket(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("BucketName") or stack.physical_name(logical_id).lower()
    place = {} if stack.region == "us-east-1" else {"LocationConstraint": stack.region}
    stack.client("s3").create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    return name, {"Arn": f"arn:{PARTITION}:s3:::{name}"}


def _api(stack: Stack, _logical_id: str, _properties: dict[str, Any]) -> Created:
    api_id = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(10))
    endpoint = f"https://{api_id}.execute-api.{stack.region}.amazonaws.com"
    return api_id, {"ApiId": api_id, "ApiEndpoint": endpoint}


def _named(service: str, path: str, name_property: str) -> Callable[[Stack, str, dict[str, Any]], Created]:
    """Declared only: nothing to create, but others may refer to its name and ARN."""

    def create(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
        name = properties.get(name_property) or stack.physical_name(logical_id)
        return name, {"Arn": stack.arn(service, path.format(name))}

    return create


def _alias(stack: Stack, _logical_id: str, properties: dict[str, Any]) -> Created:
    """There is one version of each function here, so an alias is the function itself."""
    arn = stack.arn("lambda", f"function:{properties['FunctionName']}:{properties['Name']}")
    return arn, {"AliasArn": arn}


def _version(stack: Stack, _logical_id: str, properties: dict[str, Any]) -> Created:
    arn = stack.arn("lambda", f"function:{properties['FunctionName']}:1")
    return arn, {"FunctionArn": arn, "Version": "1"}


def _stack_below(stack: Stack, logical_id: str, _properties: dict[str, Any]) -> Created:
    """Not made: alarms never go off here, and nobody looks at a dashboard. Its outputs are empty."""
    arn = stack.arn("cloudformation", f"stack/{stack.physical_name(logical_id)}/local")
    return arn, {"Outputs.DashboardUrl": ""}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


CREATORS: dict[str, Callable[[Stack, str, dict[str, Any]], Created]] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SQS::Queue": _queue,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::CloudWatch::Alarm": _alarm,
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
