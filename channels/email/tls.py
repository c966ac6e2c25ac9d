"""TLS that is verified, always; and no way to go without it by accident."""

import ssl
from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """A context that verifies the server's name and chain. Raises OSError when the CA file cannot be read."""
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """A context with our own certificate. Raises OSError or ssl.SSLError when the files are not right."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def insist_on_loopback(security: str, host: str) -> None:
    """Raise ValueError when a connection without TLS would leave this machine."""
    if security == "none" and host not in LOOPBACK:
        raise ValueError(f"a connection to {host} needs TLS; 'none' is for this machine only")
