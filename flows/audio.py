"""What a sound is by its bytes, and how long it lasts: WAV and MP3, which carriers play. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from core.errors import Invalid

SoundType = Literal["audio/wav", "audio/mpeg"]

_PCM, _A_LAW, _MU_LAW = 1, 6, 7
_LONGEST_SECONDS = 600
# Layer III only, in kbit/s and Hz by their indices (ISO/IEC 11172-3, 13818-3); 0 stands for what is not allowed.
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_HERTZ = {3: (44_100, 48_000, 32_000, 0), 2: (22_050, 24_000, 16_000, 0), 0: (11_025, 12_000, 8_000, 0)}
_MPEG_1 = 3
_LEAST_FRAMES = 3


class NotASound(Invalid):
    """Carriers play WAV (PCM, A-law, mu-law) and MP3; the file is neither."""

    status = 415


@dataclass(frozen=True, slots=True)
class Audio:
    content_type: SoundType
    seconds: float


def audio(content: bytes) -> Audio:
    """Return what the bytes are, whatever the file is called. Raises NotASound."""
    found = _wav(content) if content[:4] == b"RIFF" and content[8:12] == b"WAVE" else _mp3(content)
    if found is None:
        raise NotASound(field="file")
    if found.seconds > _LONGEST_SECONDS:
        raise Invalid(f"A sound lasts at most {_LONGEST_SECONDS // 60} minutes.", field="file")
    return found


def _wav(content: bytes) -> Audio | None:
    """Walk the chunks up to the sound; what a broken header says is longer than the file counts as far as it goes."""
    place, bytes_a_second = 12, 0
    while place + 8 <= len(content):
        name, size = content[place : place + 4], struct.unpack_from("<I", content, place + 4)[0]
        place += 8
        if name == b"fmt " and size >= 16 and place + 16 <= len(content):  # noqa: PLR2004 - the format's own length
            form, _, _, bytes_a_second = struct.unpack_from("<HHII", content, place)
            if form not in (_PCM, _A_LAW, _MU_LAW):
                return None
        if name == b"data":
            length = min(size, len(content) - place)
            return Audio("audio/wav", length / bytes_a_second) if bytes_a_second and length else None
        place += size + size % 2
    return None


def _mp3(content: bytes) -> Audio | None:
    """Add up the frames after the tag; a frame of music is found where the next one begins right behind it."""
    place, frames, seconds = _after_tag(content), 0, 0.0
    while (frame := _frame(content, place)) is not None and place + frame[0] <= len(content):
        place += frame[0]
        seconds += frame[1]
        frames += 1
    # What follows the last frame is a tag of the old kind at most, or the file is something else.
    is_whole = len(content) - place <= 128 or content[place : place + 8] == b"APETAGEX" or _is_cut(content, place)  # noqa: PLR2004 - an ID3v1 tag
    return Audio("audio/mpeg", seconds) if frames >= _LEAST_FRAMES and is_whole else None


def _is_cut(content: bytes, place: int) -> bool:
    frame = _frame(content, place)
    return frame is not None and place + frame[0] > len(content)


def _after_tag(content: bytes) -> int:
    if content[:3] != b"ID3" or len(content) < 10:  # noqa: PLR2004 - the tag's header
        return 0
    size = 0
    for part in content[6:10]:
        size = (size << 7) | (part & 0x7F)
    return 10 + size


def _frame(content: bytes, place: int) -> tuple[int, float] | None:
    """Return length and duration of the frame that begins here; None where none does."""
    if place + 4 > len(content):
        return None
    (head,) = struct.unpack_from(">I", content, place)
    version, layer = head >> 19 & 3, head >> 17 & 3
    if head >> 21 != 0x7FF or version not in _HERTZ or layer != 1:  # noqa: PLR2004 - eleven bits of sync; 1 is layer III
        return None
    is_one = version == _MPEG_1
    kilobits = (_RATES_1 if is_one else _RATES_2)[head >> 12 & 15]
    hertz = _HERTZ[version][head >> 10 & 3]
    if not kilobits or not hertz:
        return None
    samples = 1152 if is_one else 576
    return samples // 8 * kilobits * 1000 // hertz + (head >> 9 & 1), samples / hertz
