"""Certificates that sign themselves, for servers on this machine."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.real_parts import need


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A chain and its key, as PEM files. Whoever trusts the chain as a CA trusts the server."""

    chain: Path
    key: Path


def certificate(folder: Path, name: str) -> Certificate:
    """A certificate for the host `name` and no other."""
    program = shutil.which("openssl")
    if program is None:
        need("openssl, which makes certificates")
    made = Certificate(chain=folder / f"{name}.pem", key=folder / f"{name}.key")
    command = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    command += ["-keyout", str(made.key), "-out", str(made.chain)]
    subprocess.run(command, check=True, capture_output=True)
    return made
