"""A certificate for 127.0.0.1 of an authority that lasts for one run: clients check it as they check AWS's.

The chain is as long as AWS's (leaf, intermediate, root), and made with `openssl`.
"""

import ssl
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

AS_AWS: Final = ("-newkey", "rsa:2048")
AT_ONCE: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
"""Keys that take no time to find."""
_NEW: Final = ("openssl", "req", "-x509", "-nodes", "-days", "2")
_AUTHORITY: Final = (
    *("-addext", "basicConstraints=critical,CA:TRUE"),
    *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
)
_LEAF: Final = (
    *("-addext", "basicConstraints=critical,CA:FALSE"),
    *("-addext", "subjectAltName=IP:127.0.0.1"),
)


@dataclass(frozen=True)
class Certificates:
    """A server's side of TLS, and the authority, as PEM, by which clients check it."""

    server: ssl.SSLContext
    root: str


def make_certificates(folder: Path, key: Sequence[str] = AS_AWS) -> Certificates:
    """Make a chain in an empty folder. `key`: of which kind its keys are, AS_AWS or AT_ONCE."""

    def make(name: str, subject: str, *options: str) -> None:
        files = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={subject}")
        subprocess.run([*_NEW, *key, *files, *options], cwd=folder, check=True, capture_output=True)

    make("root", "Root of one run", *_AUTHORITY)
    make("middle", "Intermediate of one run", *_AUTHORITY, "-CA", "root.pem", "-CAkey", "root.key")
    make("leaf", "127.0.0.1", *_LEAF, "-CA", "middle.pem", "-CAkey", "middle.key")
    chain = folder / "chain.pem"
    chain.write_text("".join((folder / f"{name}.pem").read_text() for name in ("leaf", "middle")))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, folder / "leaf.key")
    return Certificates(server, (folder / "root.pem").read_text())
