"""Prints `--guided` as long as samconfig.toml lacks the parameters that have no default, and else nothing.

python -m infra.first_time prod
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

REQUIRED_PARAMETER = {"edge": "DomainName", "analytics": "TableName"}
"""A parameter without a default, by environment; for the stages it is SenderEmail."""


def flag(config: dict[str, Any], environment: str) -> str:
    """Return `--guided` or ""; raises KeyError if samconfig.toml does not have the environment."""
    given = config[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    text = given if isinstance(given, str) else " ".join(given)
    required = REQUIRED_PARAMETER.get(environment, "SenderEmail")
    return "" if re.search(rf"(^|\s){required}=", text) else "--guided"


def _main() -> int:
    environment = sys.argv[1]
    config = tomllib.loads(Path("samconfig.toml").read_text(encoding="utf-8"))
    try:
        print(flag(config, environment))
    except KeyError:
        known = ", ".join(
            name for name, each in config.items() if isinstance(each, dict) and "deploy" in each
        )
        print(f"samconfig.toml knows {known}, not {environment}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
