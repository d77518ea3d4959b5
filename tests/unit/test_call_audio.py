"""A sound is what its bytes are: carriers play it, and how long it lasts is known."""

from __future__ import annotations

import io
import wave
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.flows import sound_of_token, sound_url
from core.errors import Invalid
from core.secrets import Keyring
from flows.audio import NotASound, audio
from flows.model import Flow, Prompt, Step
from flows.soundmodel import pinned, sound_of, sounds_of

SOUND, CONTENT = UUID(int=7), UUID(int=8)
# MPEG-1 layer III, 128 kbit/s, 44,100 Hz: 417 bytes a frame, 1,152 samples.
FRAME = b"\xff\xfb\x90\x00" + bytes(413)


def wav(seconds: float, rate: int = 8000) -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(2 * round(seconds * rate)))
    return sound.getvalue()


def test_a_wav_lasts_as_long_as_its_samples_also_when_its_header_says_more() -> None:
    found = audio(wav(1.5))
    assert (found.content_type, found.seconds) == ("audio/wav", 1.5)
    streamed = bytearray(wav(1.5))
    streamed[40:44] = b"\xff\xff\xff\xff"
    assert audio(bytes(streamed)).seconds == 1.5


def test_an_mp3_lasts_as_long_as_its_frames_with_tags_before_and_after() -> None:
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
    found = audio(tag + FRAME * 100 + b"TAG" + bytes(125))
    assert found.content_type == "audio/mpeg"
    assert found.seconds == pytest.approx(100 * 1152 / 44_100)
    assert audio(FRAME * 10 + FRAME[:100]).seconds == pytest.approx(10 * 1152 / 44_100)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        wav(1)[:44],
        wav(1).replace(b"\x01\x00\x01\x00", b"\x55\x00\x01\x00", 1),
        FRAME,
        FRAME * 5 + b"<html><script>alert(1)</script>" * 20,
    ],
    ids=["nothing", "a head", "a picture", "no samples", "another coding", "one frame", "a page behind frames"],
)
def test_what_carriers_cannot_play_is_refused(content: bytes) -> None:
    with pytest.raises(NotASound):
        audio(content)


def test_a_sound_of_hours_is_refused() -> None:
    with pytest.raises(Invalid, match="10 minutes"):
        audio(wav(601))


@given(st.binary(max_size=200), st.sampled_from([b"", b"RIFF\x00\x00\x00\x00WAVE", b"ID3", FRAME]))
def test_no_bytes_are_more_than_refused(content: bytes, head: bytes) -> None:
    try:
        assert audio(head + content).seconds > 0
    except Invalid:
        return


def test_a_published_flow_names_the_content_and_only_we_sign_its_address() -> None:
    said = Prompt(sounds={"en": f"sound:{SOUND}", "fa": "https://cdn.example/hello.mp3"})
    flow = Flow(languages=("en", "fa"), steps=(Step(id="start", kind="hang_up", prompt=said),))
    assert sounds_of(flow) == {SOUND: [("start", "en")]}
    sounds = pinned(flow, {SOUND: (CONTENT, "Good morning: all")}).steps[0].prompt.sounds
    assert sounds["fa"] == "https://cdn.example/hello.mp3"
    assert sound_of(sounds["en"]) == SOUND
    keys = Keyring(b"key")
    url = sound_url("https://centre.example", keys, sounds["en"])
    assert url.startswith(f"https://centre.example/api/call-audio/{CONTENT}.")
    assert url.endswith("/Good%20morning%3A%20all")
    token = url.split("/")[-2]
    assert sound_of_token(keys, token) == CONTENT
    assert sound_of_token(Keyring(b"another"), token) is None
    assert sound_of_token(keys, f"{SOUND}.{token.partition('.')[2]}") is None
    assert sound_url("https://centre.example", keys, sounds["fa"]) == sounds["fa"]
