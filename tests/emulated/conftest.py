"""The stack that `make test-emulated` deployed. Nothing is collected without it."""

import os

import pytest

from tests.cloud.stacks import Deployed
from tests.emulated.emulation import STACK
from tests.emulated.emulator import Emulator

collect_ignore_glob = ["test_*.py"]
if "LAZO_EMULATED" in os.environ:
    collect_ignore_glob = [] if os.environ["LAZO_FAULTS"] else ["test_faults.py"]


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture(scope="module")
def stack() -> Deployed:
    return Deployed(STACK)
