"""Cuts packages down to what the functions use of them: what is left out weighs nothing, and takes no time at a cold
start. Each cut raises BuildError where a package is not written as expected, so that a new version is looked at.
"""

import re
from pathlib import Path

_BACKPORTS = {
    "metrics/types.py": (
        "from typing_extensions import NotRequired\n",
        "from typing import NotRequired\n",
    ),
    "utilities/jmespath_utils/__init__.py": (
        "from typing_extensions import deprecated\n",
        "from warnings import deprecated\n",
    ),
}

_UNUSED_OF_POWERTOOLS = (
    "from aws_lambda_powertools.metrics import Metrics, single_metric\n",
    "from aws_lambda_powertools.shared.user_agent import inject_user_agent\n",
    "from aws_lambda_powertools.tracing import Tracer\n",
    '    "Metrics",\n    "single_metric",\n    "Tracer",\n',
    "\ninject_user_agent()\n",
)
"""Of its `__init__`. Our clients name a user agent of their own."""


class BuildError(RuntimeError):
    """The build cannot be deployed; the message says why."""


def cut_packages(artefact: Path) -> None:
    """Cut the packages that are in an artefact."""
    cut_phonenumbers(artefact / "phonenumbers")
    cut_powertools(artefact / "aws_lambda_powertools")
    cut_metadata(artefact)


def cut_phonenumbers(package: Path) -> None:
    """Let phonenumbers import what parses and writes numbers, and nothing of what `remove_unshipped` took from it: its
    `__init__` imports all, and its data the formats that only the search in text uses."""
    data = package / "data" / "__init__.py"
    if not data.exists():
        return
    replace(package / "__init__.py", "from .phonenumber import *\nfrom .phonenumberutil import *\n")
    text, found = re.subn(
        r"^(?:from \.alt_format_\w+ import \w+\n)+_ALT_NUMBER_FORMATS = \{.*\}$",
        "_ALT_NUMBER_FORMATS = {}",
        data.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    if found != 1:
        raise BuildError(f"{data} does not list alternative formats as it did")
    replace(data, text)


def cut_powertools(package: Path) -> None:
    """Let Powertools import its logger alone until somebody asks for metrics, and take from Python the two names for
    which it imports typing_extensions, which is larger than they are worth."""
    init = package / "__init__.py"
    if init.exists():
        replace(init, _without(init, *_UNUSED_OF_POWERTOOLS))
    for name, (backport, own) in _BACKPORTS.items():
        module = package / name
        if module.exists():
            _without(module, backport)
            replace(module, module.read_text(encoding="utf-8").replace(backport, own))


def cut_metadata(artefact: Path) -> None:
    """Leave out of what pip says of packages their long descriptions, which come behind an empty line ("Core metadata
    specifications", PyPA)."""
    for metadata in artefact.glob("*.dist-info/METADATA"):
        replace(metadata, metadata.read_text(encoding="utf-8").partition("\n\n")[0] + "\n")


def _without(module: Path, *texts: str) -> str:
    """Return what a module says without some texts. Raises BuildError if it does not have each of them once."""
    left = module.read_text(encoding="utf-8")
    for text in texts:
        if left.count(text) != 1:
            raise BuildError(f"{module} does not have once: {text.strip()}")
        left = left.replace(text, "")
    return left


def replace(file: Path, text: str) -> None:
    """Write a file anew: what stands there may be a hard link into the installer's cache, and into each environment
    that was installed from it."""
    file.unlink()
    file.write_text(text, encoding="utf-8")
