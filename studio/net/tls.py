"""TLS to servers as an `Access` says, and what goes wrong with it in words."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path

from studio.core.serving.access import Access
from studio.core.serving.address import Address
from studio.failure import Failure

_ATTEMPT = "Speak TLS"
_OPENSSL_SECONDS = 10.0
_ALERT_SECONDS = 0.5
_GIVE_CA = "Give the certificate of its CA, or its own where it signed itself, as the connection's CA file."
_GIVE_NAME = "Give the name in it as the connection's server name."
_GIVE_CERTIFICATE = "Give a client certificate and its key."
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("self-signed certificate in certificate chain", "its certificate is of a CA that is not trusted here.", _GIVE_CA),
    ("self signed certificate in certificate chain", "its certificate is of a CA that is not trusted here.", _GIVE_CA),
    ("self-signed certificate", "its certificate is signed by itself, and so not trusted.", _GIVE_CA),
    ("self signed certificate", "its certificate is signed by itself, and so not trusted.", _GIVE_CA),
    ("unable to get", "its certificate is of a CA that is not trusted here.", _GIVE_CA),
    ("expired", "its certificate has expired.", "Ask the server's operator to renew it."),
    ("not yet valid", "its certificate is not valid yet.", "Check the clock of this machine."),
    ("mismatch", "its certificate is for another name.", _GIVE_NAME),
    ("hostname verification", "its certificate is for another name.", _GIVE_NAME),
    ("not valid for", "its certificate is for another name.", _GIVE_NAME),
    ("certificate_verify_failed", "its certificate is not trusted here.", _GIVE_CA),
    ("certificate required", "it asks for a client certificate.", _GIVE_CERTIFICATE),
    ("certificate_required", "it asks for a client certificate.", _GIVE_CERTIFICATE),
    (
        "handshake failure",
        "it refused the TLS handshake, as one does that asks for a client certificate.",
        _GIVE_CERTIFICATE,
    ),
    ("unknown ca", "it does not trust the client certificate.", "Give one that its CA has signed."),
    ("bad certificate", "it refused the client certificate.", "Give one that its CA has signed."),
    ("wrong version", "it does not speak TLS.", "Write the address without https:// or grpcs://."),
    ("record layer", "it does not speak TLS.", "Write the address without https:// or grpcs://."),
    ("http request", "it does not speak TLS.", "Write the address without https:// or grpcs://."),
)


class TlsError(Failure):
    """A file of a connection that cannot be used for TLS."""


def context(access: Access) -> ssl.SSLContext:
    """What verifies the server and shows the client's certificate. Raises TlsError for files that will not do."""
    try:
        made = ssl.create_default_context(cafile=access.ca or None)
    except (OSError, ValueError) as error:
        raise _unusable("CA file", access.ca, error) from error
    if access.certificate:
        try:
            # Without a password of ours OpenSSL would ask at the terminal.
            made.load_cert_chain(access.certificate, access.key or None, password=lambda: access.key_password)
        except (OSError, ValueError) as error:
            raise _unusable("client certificate", access.certificate, error, access.key) from error
    return made


def grpc_files(access: Access) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Roots, key and certificate as gRPC takes them: the system's own roots where none are given. Raises TlsError."""
    context(access)
    roots = access.ca or ssl.get_default_verify_paths().cafile or ""
    try:
        trusted = Path(roots).read_bytes() if roots else None
        if not access.certificate:
            return trusted, None, None
        chain = Path(access.certificate).read_bytes()
        key = Path(access.key or access.certificate).read_bytes()
    except OSError as error:
        raise _unusable("file", str(error.filename), error) from error
    return trusted, _decrypted(access) if b"ENCRYPTED" in key else key, chain


def explained(text: str) -> tuple[str, str]:
    """What is wrong, and what to give, in what a TLS library said; empty where that is not about TLS."""
    low = text.lower().replace("_", " ")
    found = next(((why, remedy) for mark, why, remedy in _WORDS if mark.replace("_", " ") in low), None)
    return found or ("", "")


def diagnosed(place: Address, access: Access, timeout: float) -> tuple[str, str]:
    """What is wrong with TLS at an address, by one handshake of its own; empty where that goes well."""
    try:
        made = context(access)
        made.set_alpn_protocols(["h2", "http/1.1"])
        with (
            socket.create_connection((place.host, place.port), timeout) as plain,
            made.wrap_socket(plain, server_hostname=access.server_name or place.host) as secured,
        ):
            # With TLS 1.3 a server refuses a client's certificate only after the handshake.
            secured.settimeout(min(timeout, _ALERT_SECONDS))
            with suppress(TimeoutError):
                secured.recv(1)
    except TlsError as failure:
        return failure.reason, failure.remedy
    except ssl.SSLError as error:
        why, remedy = explained(str(error))
        return why or f"TLS fails ({error.reason}).", remedy
    except OSError:
        # Not about TLS.
        return "", ""
    return "", ""


def speaks(place: Address, timeout: float) -> bool:
    """Whether TLS is spoken at an address, whoever's certificate it shows."""
    curious = ssl.create_default_context()
    curious.check_hostname = False
    curious.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((place.host, place.port), timeout) as plain,
            curious.wrap_socket(plain, server_hostname=place.host),
        ):
            return True
    except OSError:
        return False


def _decrypted(access: Access) -> bytes:
    """A key without its password, which gRPC cannot take. It never touches the disk."""
    program = shutil.which("openssl")
    if program is None:
        reason = f"gRPC cannot read the key {access.key}, which has a password."
        raise TlsError(_ATTEMPT, reason, "Install openssl, or give a key without one.")
    # The password goes through the pipe, so that it stands in no list of processes.
    done = subprocess.run(
        [program, "pkey", "-in", access.key or access.certificate, "-passin", "stdin"],
        input=f"{access.key_password}\n".encode(),
        capture_output=True,
        timeout=_OPENSSL_SECONDS,
        check=False,
    )
    if done.returncode or b"PRIVATE KEY" not in done.stdout:
        raise TlsError(_ATTEMPT, f"the key {access.key} cannot be opened.", "Check its password.")
    return done.stdout


def _unusable(what: str, path: str, error: Exception, key: str = "") -> TlsError:
    low = str(error).lower()
    named = f"the {what} {path}"
    if isinstance(error, FileNotFoundError):
        return TlsError(
            _ATTEMPT, f"the {what} {path}{' or its key ' + key if key else ''} is not there.", "Check the path."
        )
    if isinstance(error, PermissionError):
        return TlsError(_ATTEMPT, f"{named} cannot be read.", "Check its permissions.")
    if "mismatch" in low:
        return TlsError(
            _ATTEMPT, f"the key {key or path} is not that of the certificate.", "Give the key that belongs."
        )
    if "decrypt" in low or "password" in low or ("pem lib" in low and b"ENCRYPTED" in _bytes(key)):
        return TlsError(_ATTEMPT, f"the key {key or path} cannot be opened.", "Check its password.")
    return TlsError(
        _ATTEMPT, f"{named} holds no certificate in PEM.", "Give a file that begins with BEGIN CERTIFICATE."
    )


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
