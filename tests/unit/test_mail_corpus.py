"""Mails written for this project, as people and programs send them, each beside how it must be read (tests/mails)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.mailbox.model import ParsedMail
from channels.mailbox.parse import parse_mail

_FOLDER = Path(__file__).parents[1] / "mails"
_MAILS = sorted(_FOLDER.glob("*.eml"))
_PARTLY = {
    "text_has": lambda mail, part: part in mail.text,
    "full_text_has": lambda mail, part: part in mail.full_text,
    "html_has": lambda mail, parts: all(part in (mail.html or "") for part in parts),
    "html_has_not": lambda mail, parts: mail.html is not None and not any(part in mail.html for part in parts),
    "doubtful": lambda mail, is_doubtful: bool(mail.sender.doubt) is is_doubtful,
    "doubtful_or": lambda mail, sender: bool(mail.sender.doubt) or mail.sender.address == sender,
    "authentication": lambda mail, is_there: bool(mail.authentication) is is_there,
}
_WHOLE = {
    "from": lambda mail: mail.sender.address,
    "name": lambda mail: mail.sender.name,
    "subject": lambda mail: mail.subject,
    "text": lambda mail: mail.text,
    "to": lambda mail: list(mail.to),
    "message_id": lambda mail: mail.message_id,
    "references": lambda mail: list(mail.references),
    "automatic": lambda mail: mail.automatic.value,
}


def read(path: Path) -> tuple[ParsedMail, dict[str, Any]]:
    return parse_mail(path.read_bytes()), yaml.safe_load(path.with_suffix(".yaml").read_text())


def test_the_corpus_is_whole():
    assert len(_MAILS) >= 60
    assert {path.stem for path in _MAILS} == {path.stem for path in _FOLDER.glob("*.yaml")}
    assert sum(path.stem.startswith(("ar-", "fa-")) for path in _MAILS) >= len(_MAILS) // 2


@pytest.mark.parametrize("path", _MAILS, ids=lambda path: path.stem)
def test_a_mail_reads_as_it_should(path: Path):
    mail, expected = read(path)
    files, bounce = expected.pop("files", None), expected.pop("bounce", None)
    assert expected
    whole = {name: value for name, value in expected.items() if name in _WHOLE}
    assert {name: _WHOLE[name](mail) for name in whole} == whole
    for name, value in expected.items():
        if name not in _WHOLE:
            assert _PARTLY[name](mail, value), f"{name}: {value!r} is not so"
    if files is not None:
        assert [(file.name, file.content_type) for file in mail.files] == [(name, kind) for name, kind, _ in files]
        sizes = [(len(file.content), size) for file, (_, _, size) in zip(mail.files, files, strict=True)]
        assert all(size in (None, actual) for actual, size in sizes)
    if bounce is not None:
        assert mail.bounce is not None
        assert {name: getattr(mail.bounce, name) for name in bounce} == bounce | {
            "recipients": tuple(bounce["recipients"])
        }
