"""Plant each fault of the catalogue in a copy of the product, and run the tests that have to catch it.

    python -m tests.mutants            # all
    python -m tests.mutants reminder   # those whose names hold this

Ends with 1 when a fault survives its tests, or is not there to be planted.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.catalogue import MUTANTS
from tests.mutants.trial import NotPlanted, caught, copy_product


def main(names: list[str]) -> int:
    wanted = [each for each in MUTANTS if not names or any(name in each.name for name in names)]
    survived = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        copy_product(copy)
        for mutant in wanted:
            try:
                by = caught(mutant, copy)
            except NotPlanted as error:
                by = None
                print(f"NOT PLANTED  {mutant.name}: {error}", flush=True)  # noqa: T201
            else:
                print(f"{'caught' if by else 'SURVIVED':12} {mutant.name}{by and f' ({by})'}", flush=True)  # noqa: T201
            survived += not by
    print(f"{len(wanted) - survived} of {len(wanted)} planted faults are caught")  # noqa: T201
    return int(survived > 0 or not wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
