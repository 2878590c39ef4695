"""What TLS adds to the first calls of benchmarks.cold_starts, and what the authorities add that a client reads for it.

The same recorded answers over HTTPS on 127.0.0.1, with a chain of certificates like AWS's (benchmarks/certificates.py).
Instructions of the client's process, counted by valgrind: once with all authorities that botocore brings, as boto3 has
it; once with Amazon's alone, as the functions begin (lazo/runtime/amazon_roots.py), the one of this run among them.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks import first_calls, report
from benchmarks.certificates import make_certificates
from benchmarks.cold_starts import HERE, count, missing
from benchmarks.first_calls import BARE, PYTHON, Tls
from infra.artefact import artefact_folder
from infra.service_models import FOLDER, read_authorities
from lazo.runtime import amazon_roots

NAMES: Final = (BARE, "collect GET", "collect POST", "classify", "notify", "case page")


def main() -> int:
    if reason := missing(timed=False):
        print(f"\nFirst calls over TLS are not counted: {reason}")
        return 0
    artefact = artefact_folder(HERE.resolve())
    calls = {each.call.name: each for each in first_calls.record(artefact) if each.call.name in NAMES}
    report.heading(
        "The same over TLS",
        "Instructions, counted by valgrind; ratios to boto3 with all authorities, one client, one PutItem.",
    )
    with tempfile.TemporaryDirectory() as place:
        all_of_them, amazons = _tls(Path(place), artefact)
        bare = count(calls.pop(BARE), all_of_them)
        report.line(BARE, bare / 1e6, "million")
        for name in NAMES[1:]:
            whole, few = (count(calls[name], tls) / bare for tls in (all_of_them, amazons))
            report.line(name, few, "x", note=f"{whole:.2f} with all authorities, {few / whole:.2f} of it")
    return 0


def _tls(place: Path, artefact: Path) -> tuple[Tls, Tls]:
    """Return TLS with all authorities, and with Amazon's; the one of this run is among either."""
    chain = place / "chain"
    chain.mkdir()
    made = make_certificates(chain)
    (cacert,) = PYTHON.parents[1].glob("lib/python*/site-packages/botocore/cacert.pem")
    bundle = place / "bundle.pem"
    bundle.write_text("\n".join([*read_authorities(cacert).values(), made.root]), encoding="utf-8")
    models = place / FOLDER
    shutil.copytree(artefact / FOLDER, models)
    with (models / amazon_roots.FILE).open("a", encoding="utf-8") as roots:
        roots.write(f"\n{made.root}")
    return (
        Tls(made.server, {"AWS_CA_BUNDLE": str(bundle)}),
        Tls(made.server, {amazon_roots.MODELS: str(models)}),
    )


if __name__ == "__main__":
    sys.exit(main())
