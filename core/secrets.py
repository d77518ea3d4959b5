"""Keys, sealed values and signatures: everything that must not be read or forged by who holds only the database."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import Unavailable

_NONCE_BYTES = 12


def new_token() -> str:
    """Return 256 bits of chance for a session, an API token or a link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what the database keeps of a token. A plain hash is enough: the token is pure chance."""
    return hashlib.sha256(_bytes(token)).digest()


def _bytes(text: str) -> bytes:
    """Encode what may come from a header: bytes that are no UTF-8 arrive there as lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


class Keyring:
    """One master key, from which a separate key for each purpose is derived (HKDF-like, by HMAC)."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    @classmethod
    def load(cls, value: str | None, path: Path) -> Keyring:
        """Take the key from the environment, else from its file, which is made on first use for this user only."""
        if value:
            return cls(hashlib.sha256(value.encode()).digest())
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(secrets.token_bytes(32))
            return cls(path.read_bytes())
        except OSError as error:
            raise Unavailable(f"The key file {path} cannot be read or made: {error.strerror}.") from error

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self._master, purpose.encode(), "sha256")

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Encrypt (AES-256-GCM) so that the result opens only for the same row: `channel_account:<id>`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key("seal")).encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Decrypt; a foreign key or row fails closed with Unavailable."""
        try:
            nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return AESGCM(self._key("seal")).decrypt(nonce, body, bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise Unavailable(f"Stored credentials of {bound_to} do not open with the present key.") from error

    def mac(self, purpose: str, text: str) -> str:
        """Return a 128-bit signature of the text, safe in addresses, headers and URLs."""
        return hmac.digest(self._key(purpose), _bytes(text), "sha256")[:16].hex()

    def is_mac(self, purpose: str, text: str, signature: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.mac(purpose, text).encode(), signature.lower().encode("utf-8", "replace"))

    def derive(self, purpose: str) -> str:
        return urlsafe_b64encode(self._key(purpose)).decode().rstrip("=")
