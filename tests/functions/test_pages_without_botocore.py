"""What people and other systems wait for is wired without botocore, two thirds of a cold start."""

import json
import subprocess
import sys

import pytest

from infra.local.cloud import FUNCTIONS
from tests.product import Product

WIRED = """
import importlib, json, sys
importlib.import_module(sys.argv[1]).wire()
names = (name for name in sys.modules if name.partition(".")[0] in ("boto3", "botocore", "urllib3"))
print(json.dumps(sorted(set(names) - {"botocore"})))  # Powertools imports the name alone
"""


@pytest.mark.parametrize("function", ["Collect", "Desk", "CustomerPage", "CustomerEvents", "ReadApi"])
def test_it_is_wired_without_botocore(product: Product, function: str) -> None:
    module = product.cloud.functions[function].environment["_HANDLER"].rpartition(".")[0]
    ran = subprocess.run(
        [sys.executable, "-c", WIRED, module],
        cwd=FUNCTIONS,
        env=dict(product.cloud.functions[function].environment),
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == []
