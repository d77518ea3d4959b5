from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Unavailable
from core.secrets import Keyring


def test_the_key_is_made_once_for_its_owner_only_also_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    first = Keyring.load(None, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Keyring.load(None, path).mac("a", "b") == first.mac("a", "b")


def test_what_is_sealed_opens_only_for_its_row_and_key(tmp_path: Path) -> None:
    keys = Keyring.load("a secret of the environment", tmp_path / "unused")
    sealed = keys.seal(b"password", "account:1")
    assert keys.open(sealed, "account:1") == b"password"
    for other, row in ((keys, "account:2"), (Keyring.load("another", tmp_path / "unused"), "account:1")):
        with pytest.raises(Unavailable):
            other.open(sealed, row)
    assert not (tmp_path / "unused").exists()


def test_a_key_that_cannot_be_made_fails_closed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable):
        Keyring.load(None, tmp_path / "file" / "secret.key")
