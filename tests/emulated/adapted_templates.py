"""The built templates as ministack 1.5.33 can deploy them. Each function below changes one thing; its docstring says
what ministack does otherwise than CloudFormation or AWS. docs/emulators.md has the table of all differences.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

Template = dict[str, Any]
Adaptation = Callable[[Template], None]


def adapt_main(template: Template) -> Template:
    """Return what ministack deploys instead of this built template, which is changed."""
    for adapt in MAIN:
        adapt(template)
    return template


def adapt_observability(template: Template) -> Template:
    """Return what ministack deploys instead of this nested template, which is changed."""
    drop_alarms_by_metric_math(template)
    return template


def drop_gradual_rollout(template: Template) -> None:
    """ministack has no CodeDeploy: collect's new version takes over at once, as the others' do."""
    for function in _resources(template, "AWS::Serverless::Function").values():
        function["Properties"].pop("DeploymentPreference", None)


def add_routes(template: Template) -> None:
    """ministack creates an HTTP API without reading the OpenAPI `Body` in which SAM writes its routes: the same routes
    are added as resources. The permissions of API Gateway to invoke stay SAM's."""
    added: dict[str, Any] = {}
    for name, function in _resources(template, "AWS::Serverless::Function").items():
        properties = function["Properties"]
        target = (
            {"Ref": f"{name}.Alias"} if "AutoPublishAlias" in properties else {"Fn::GetAtt": [name, "Arn"]}
        )
        for event_name, event in properties.get("Events", {}).items():
            if event["Type"] != "HttpApi":
                continue
            given, route = event["Properties"], f"{name}{event_name}"
            integration = {
                "ApiId": given["ApiId"],
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": target,
                "IntegrationMethod": "POST",
                "PayloadFormatVersion": "2.0",
            }
            added[f"{route}Integration"] = {
                "Type": "AWS::ApiGatewayV2::Integration",
                "Properties": integration,
            }
            routed = {
                "ApiId": given["ApiId"],
                "RouteKey": f"{given['Method']} {given['Path']}" if "Path" in given else "$default",
                "Target": {"Fn::Sub": f"integrations/${{{route}Integration}}"},
            }
            added[f"{route}Route"] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": routed}
    template["Resources"] |= added


def lift_absences(template: Template) -> None:
    """ministack takes a field as absent only if what holds it is there: for it an item without `provisional` does not
    match `{"provisional": {"BOOL": [{"exists": false}]}}`. The same is said of the attribute itself."""
    for function in _resources(template, "AWS::Serverless::Function").values():
        for event in function["Properties"].get("Events", {}).values():
            for each in event["Properties"].get("FilterCriteria", {}).get("Filters", []):
                pattern = json.loads(each["Pattern"])
                if (lifted := _lifted(pattern)) != pattern:
                    each["Pattern"] = json.dumps(lifted)


def _lifted(pattern: Any) -> Any:
    if not isinstance(pattern, dict):
        return pattern
    absent = [{"exists": False}]
    return {name: absent if _values(each) == [absent] else _lifted(each) for name, each in pattern.items()}


def _values(pattern: Any) -> list[Any]:
    return list(pattern.values()) if isinstance(pattern, dict) else []


def name_secrets_by_arn(template: Template) -> None:
    """`Ref` of a secret is its ARN on AWS and its name in ministack, whose IAM compares ARNs."""
    secrets = _resources(template, "AWS::SecretsManager::Secret").keys()
    for statement in _statements(template):
        given = statement.get("Resource")
        named = [
            {"Fn::GetAtt": [each["Ref"], "Id"]}
            if isinstance(each, dict) and each.get("Ref") in secrets
            else each
            for each in (given if isinstance(given, list) else [given])
        ]
        if given and named != [given]:
            statement["Resource"] = named


def allow_any_sender(template: Template) -> None:
    """ministack's IAM knows neither a resource nor a condition key of SES's SendEmail: it asks for "*". The same roles
    may do it, from any address."""
    for statement in _statements(template):
        if "ses:SendEmail" in statement["Action"]:
            statement["Resource"] = "*"
            del statement["Condition"]


def drop_tls_policy(template: Template) -> None:
    """The bucket's policy takes requests over TLS alone, and the emulator speaks plain HTTP on this machine."""
    del template["Resources"]["ExportsOverTlsOnly"]


def drop_alarms_by_metric_math(template: Template) -> None:
    """ministack makes no alarm from an expression over several metrics."""
    for name, alarm in list(_resources(template, "AWS::CloudWatch::Alarm").items()):
        if "Metrics" in alarm["Properties"]:
            del template["Resources"][name]


MAIN: list[Adaptation] = [
    drop_gradual_rollout,
    add_routes,
    lift_absences,
    name_secrets_by_arn,
    allow_any_sender,
    drop_tls_policy,
]


def _resources(template: Template, kind: str) -> dict[str, Any]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def _statements(template: Template) -> Iterator[dict[str, Any]]:
    """Yield every statement of the functions' roles."""
    for role in _resources(template, "AWS::IAM::Role").values():
        for policy in role["Properties"].get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]
