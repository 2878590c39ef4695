"""Prints `--guided` while samconfig.toml lacks the answers of a first deployment, and nothing once it has them.

python -m infra.first_time prod
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ASKED = {"edge": "DomainName"}
"""A parameter that has no default and is answered at each first deployment; SenderEmail for the stages."""


def flag(config: dict[str, Any], environment: str) -> str:
    """`--guided` or ""; KeyError when samconfig.toml does not know the environment."""
    given = config[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    text = given if isinstance(given, str) else " ".join(given)
    asked = ASKED.get(environment, "SenderEmail")
    return "" if re.search(rf"(^|\s){asked}=", text) else "--guided"


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
