"""Prepares the output of `sam build` for upload: removes what should not ship, compiles the rest, checks its size.

The rules that read and guard texts are checked, so that none with a mistake is deployed. What is written to be edited
(TOML, templates) is compiled, and its sources do not ship: they take long to read at a cold start, and the console of
Lambda edits nothing of this size ("Lambda quotas": 3 MB).

    python -m infra.artefact .aws-sam/build

Lambda cannot write to /var/task, so modules without bytecode would be compiled at every cold start. The bytecode is
`unchecked-hash` (PEP 552): Python uses it without comparing it with the source, whatever date the zip gives a file.
"""

import argparse
import importlib.util
import re
import shutil
import sys
from pathlib import Path

from jinja2 import TemplateSyntaxError

from infra import data_files, package_cuts, service_models
from infra.artefact_sizes import ArtefactSize, size_of
from infra.bytecode import compiled_module
from infra.dataclass_code import write_dataclass_code
from infra.holiday_tables import write_holiday_tables
from infra.package_cuts import BuildError
from lazo import clock
from lazo.phrases import contact_wishes, theme_rules, wish_rules, wording_guard_rules
from lazo.store import public_holidays
from lazo.translations import LANGUAGES
from lazo.web import pages

FUNCTIONS = Path(__file__).parents[1] / "functions"
TASK_ROOT = "/var/task"
"""Where Lambda unpacks the artefact; tracebacks name it."""

TELLS_ITS_DOCSTRINGS = "api"
"""The folder whose docstrings ship: its document for readers of the API is made of them."""

OURS = frozenset(each.name for each in FUNCTIONS.iterdir() if each.is_dir() and each.name != "__pycache__")
"""The folders of an artefact that hold our own code."""

UNZIPPED_LIMIT = 250 * 1024 * 1024
"""In bytes ("Lambda quotas", AWS Lambda Developer Guide)."""

NOT_SHIPPED = (
    "bin",
    "requirements.in",
    "requirements.txt",
    ".lock",
    "**/__pycache__",
    "**/tests",
    "**/py.typed",
    "**/*.pyi",
    "**/.DS_Store",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    # Half of the size: places, carriers and time zones of phone numbers, which the functions do not use.
    "phonenumbers/geodata",
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "phonenumbers/geocoder.py",
    "phonenumbers/carrier.py",
    "phonenumbers/timezone.py",
    # What finds numbers in text, writes them while they are typed, and knows emergency numbers.
    "phonenumbers/shortdata",
    "phonenumbers/shortnumberinfo.py",
    "phonenumbers/phonenumbermatcher.py",
    "phonenumbers/asyoutypeformatter.py",
    "phonenumbers/data/alt_format_*.py",
    # For people; zoneinfo reads the files of zones.
    "tzdata/zoneinfo/*.tab",
    "tzdata/zoneinfo/tzdata.zi",
    # email_validator asks no DNS: whether a domain takes mail shows when the first message is sent.
    "dns",
    "dnspython-*.dist-info",
    # See `package_cuts.cut_powertools`.
    "typing_extensions.py",
    "typing_extensions-*.dist-info",
    # boto3 needs it too, and is there with it.
    "jmespath",
    "jmespath-*.dist-info",
    # Of jinja2 what is imported when it is asked for, and is not.
    "jinja2/ext.py",
    "jinja2/sandbox.py",
    "jinja2/nativetypes.py",
    "jinja2/meta.py",
    "jinja2/constants.py",
    # Commands, a codec of Python's, and questions to DNS.
    "idna/cli.py",
    "idna/codec.py",
    "email_validator/__main__.py",
    "email_validator/deliverability.py",
    "phonenumbers/prefix.py",
    # Of Powertools only logging and metrics are used: see `package_cuts.cut_powertools`.
    "aws_lambda_powertools/tracing",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/logging/formatters/datadog.py",
    "aws_lambda_powertools/shared/cookies.py",
    "aws_lambda_powertools/shared/headers_serializer.py",
    "aws_lambda_powertools/shared/dynamodb_deserializer.py",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/middleware_factory",
    "aws_lambda_powertools/utilities/[abcdfikmpstv]*",
)
"""Globs below the artefact's folder."""


def prepare_artefact(build: Path) -> ArtefactSize:
    """Make the artefact in a build folder ready for upload, and return its size.

    Raises BuildError if there is not exactly one artefact, if it was built for another version of Python than this
    one, if a module does not compile, if a file of rules has a mistake, or if the artefact is too large for Lambda."""
    artefact = artefact_folder(build)
    _check_runtime(build / "template.yaml")
    remove_unshipped(artefact)
    package_cuts.cut_packages(artefact)
    compile_templates(artefact)
    if (artefact / "lazo" / "__init__.py").exists():
        write_dataclass_code(artefact, FUNCTIONS)
    compile_modules(artefact)
    remove_sources(artefact)
    service_models.write_service_models(artefact)
    data = artefact / "lazo" / "data"
    compile_rules(data)
    if data.is_dir():
        data_files.write_as_json(data)
        write_holiday_tables(data / public_holidays.TABLES.name, clock.now().year)
    size = size_of(artefact)
    if size.unzipped > UNZIPPED_LIMIT:
        raise BuildError(f"{artefact} is larger than Lambda takes: {size}")
    return size


def artefact_folder(build: Path) -> Path:
    """Return the folder that all functions share; raises BuildError if there is none, or more than one."""
    folders = [each for each in build.iterdir() if each.is_dir()] if build.is_dir() else []
    # The folder of a nested stack holds nothing but its template.
    folders = [each for each in folders if not (each / "template.yaml").exists()]
    if len(folders) != 1:
        names = ", ".join(sorted(each.name for each in folders)) or "none"
        raise BuildError(f"{build} should hold one artefact for all functions, and holds: {names}")
    return folders[0]


def remove_unshipped(artefact: Path) -> None:
    """Delete the files and folders that NOT_SHIPPED lists."""
    for pattern in NOT_SHIPPED:
        for found in list(artefact.glob(pattern)):
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink()


def compile_templates(artefact: Path) -> None:
    """Write each template as a module of Python in place of its source; raises BuildError if one has a mistake."""
    for folder in sorted(artefact.glob("*/templates")):
        try:
            sources = pages.environment(pages.TemplateFiles(folder))
            sources.compile_templates(folder / pages.COMPILED, zip=None, ignore_errors=False)
        except TemplateSyntaxError as error:
            raise BuildError(
                f"{error.filename or error.name}, line {error.lineno}: {error.message}"
            ) from error
        for source in folder.rglob("*.j2"):
            source.unlink()


def compile_modules(artefact: Path) -> None:
    """Write the bytecode of each module; raises BuildError if one does not compile."""
    for source in artefact.rglob("*.py"):
        inside = source.relative_to(artefact)
        try:
            code = compiled_module(
                source.read_bytes(),
                f"{TASK_ROOT}/{inside}",
                keep_docstrings=inside.parts[0] == TELLS_ITS_DOCSTRINGS,
            )
        except (SyntaxError, ValueError) as error:
            raise BuildError(f"{artefact} holds a module that does not compile: {inside}") from error
        target = Path(importlib.util.cache_from_source(str(source)))
        target.parent.mkdir(exist_ok=True)
        target.unlink(missing_ok=True)  # a hard link perhaps: see package_cuts.replace
        target.write_bytes(code)


def remove_sources(artefact: Path) -> None:
    """Keep of what others wrote, and of what was made of templates, the bytecode alone, where Python finds it without
    its source (PEP 3147). Our own modules keep their sources: they are what somebody reads who looks at a function in
    the console."""
    for source in artefact.rglob("*.py"):
        inside = source.relative_to(artefact).parts
        if inside[0] not in OURS or pages.COMPILED in inside:
            Path(importlib.util.cache_from_source(str(source))).rename(source.with_suffix(".pyc"))
            source.unlink()
    for folder in artefact.rglob("__pycache__"):
        if not any(folder.iterdir()):
            folder.rmdir()


def compile_rules(data: Path) -> None:
    """Compile the rules of themes in a folder of data, after a check of all rules; raises BuildError with each
    mistake."""
    themes, guard = data / "themes", data / "guard"
    problems: list[str] = []
    if themes.is_dir():
        problems += theme_rules.check_typical_words(themes)
        problems += wish_rules.check_wish_rules(themes / contact_wishes.PATH.name)
        for language in LANGUAGES:
            problems += theme_rules.compile_theme_rules(themes / f"{language}.toml")
    if guard.is_dir():
        for language in LANGUAGES:
            problems += wording_guard_rules.check_guard_rules(language, guard)
    if problems:
        raise BuildError("\n".join(problems))


def _check_runtime(template: Path) -> None:
    """Raise BuildError if the functions run on another version of Python, which would not use this bytecode."""
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for runtime in set(re.findall(r"^\s+Runtime: (\S+)", template.read_text(encoding="utf-8"), re.MULTILINE)):
        if runtime != here:
            raise BuildError(f"the functions run on {runtime}, so they are built by it; this is {here}")


def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.artefact", description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path, help="the folder that sam build wrote")
    try:
        size = prepare_artefact(parser.parse_args().build)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Ready to deploy: {size}")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
