"""Checks whether what people reach runs with what was set: the alias of each function, and the API behind its edge."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from ops.doctor.finding import Finding, failed, ok, warning
from ops.installation import Installation

ALIAS: Final = "live"
PARAMETER_OF: Final = {
    "LOG_LEVEL": "LogLevel",
    "ORIGIN_DIGESTS": "OriginDigests",
    "PUBLIC_BASE_URL": "PublicBaseUrl",
    "STAGE": "Stage",
}
"""The parameter whose value a variable has, in the functions behind an alias."""
_COMPARED: Final = (
    "Architectures",
    "CodeSha256",
    "Handler",
    "KMSKeyArn",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)
"""What else a version is made of, as Lambda's API names it."""


def check_versions(installation: Installation) -> Finding:
    """Compare what the alias of each function runs with what the stack asks for: its parameters, and the function as
    the last deployment left it."""
    client = installation.client("lambda")
    functions = [
        name.removesuffix(f"Alias{ALIAS}")
        for name in installation.resources
        if name.endswith(f"Alias{ALIAS}")
    ]
    moving, stale = [], []
    for name in sorted(functions):
        physical = installation.resources[name]
        alias = client.get_alias(FunctionName=physical, Name=ALIAS)
        if alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
            moving.append(name)
            continue
        asked = client.get_function_configuration(FunctionName=physical)
        runs = client.get_function_configuration(FunctionName=physical, Qualifier=ALIAS)
        if different := _differences(asked, runs, installation.parameters):
            stale.append(f"{name} (version {runs['Version']}): {', '.join(different)}")
    if stale:
        return failed(
            f"not what was set: {'; '.join(stale)}",
            "make deploy; where that changes nothing, docs/runbook.md, Publish a version",
        )
    if moving:
        return warning(f"{', '.join(moving)}: a new version is taking over", "look again in some minutes")
    return ok(f"{len(functions)} functions run with what is set")


def check_origin(installation: Installation) -> Finding:
    """Check that the API itself turns requests away, where the stack has an edge in front of it."""
    if not installation.parameters.get("OriginDigests"):
        return ok("the API answers everybody: there is no edge that it knows (OriginDigests)")
    url = f"{installation.outputs['ApiUrl']}/desk/sign-in"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own  # nosec B310
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError as error:
        return failed(f"{url} does not answer: {getattr(error, 'reason', error)}", "")
    if status == 403:
        return ok("the API answers the edge alone")
    return failed(
        f"{url} answers {status}: whoever knows it goes past the edge", "what the check of versions says"
    )


def _differences(
    asked: Mapping[str, Any], runs: Mapping[str, Any], parameters: Mapping[str, str]
) -> list[str]:
    """Name the properties and variables in which a version is not what is asked for; a variable by its parameter."""
    wanted = dict(asked.get("Environment", {}).get("Variables", {}))
    wanted |= {
        variable: parameters[name]
        for variable, name in PARAMETER_OF.items()
        if variable in wanted and name in parameters
    }
    has = runs.get("Environment", {}).get("Variables", {})
    variables = (each for each in sorted(wanted | has) if wanted.get(each) != has.get(each))
    found = [PARAMETER_OF.get(each, each) for each in variables]
    found += [each for each in _COMPARED if asked.get(each) != runs.get(each)]
    # Beside it Lambda says whether there is a snapshot, which a version alone can have.
    if asked.get("SnapStart", {}).get("ApplyOn") != runs.get("SnapStart", {}).get("ApplyOn"):
        found.append("SnapStart")
    return found
