"""What every channel keeps to, whoever writes it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from pydantic import SecretStr

import channels
from channels.base import AccountSettings, Channel, IdentityKind

FOUND = channels.discover()
FILES = sorted(Path("channels").rglob("*.py"))
SECRETS = ("token", "password", "secret", "key")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            yield node.module.partition(".")[0]


def test_the_folder_listing_is_the_registry():
    files = {path.stem for path in Path("channels").glob("*.py")} - {"__init__", *channels.CONTRACTS}
    assert {cls.__module__.rpartition(".")[2] for cls in FOUND.values()} == files
    assert {"sms", "voice", "telegram", "webchat"} <= set(FOUND)


@pytest.mark.parametrize("kind", sorted(FOUND))
def test_a_channel_says_what_it_is(kind):
    channel = FOUND[kind]
    assert issubclass(channel, Channel)
    assert not inspect.isabstract(channel)
    assert channel.kind == kind
    assert isinstance(channel.identity, IdentityKind)
    assert issubclass(channel.settings_model, AccountSettings)
    assert 1 <= channel.units <= 100


@pytest.mark.parametrize("kind", sorted(FOUND))
def test_what_sounds_like_a_secret_is_kept_as_one(kind):
    for name, field in FOUND[kind].settings_model.model_fields.items():
        if name.rpartition("_")[2] in SECRETS:
            assert SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ())), name


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_channel_imports_of_ours_only_core_and_channels(path):
    ours = {one.name for one in Path().iterdir() if (one / "__init__.py").exists()} | {"server"}
    assert set(imported(path)) & ours <= {"core", "channels"}
