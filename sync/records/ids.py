"""Record ids: UUIDs (version 8) that a laptop can make for ever without asking anybody."""

import uuid

from sync.errors import DaftarError

DEVICE_BITS = 48
RUN_BITS = 24
COUNTER_BITS = 50
ID_BYTES = 16

_RUN_LOW_BITS = 12
_LOW_MASK = (1 << _RUN_LOW_BITS) - 1
_COUNTER_MASK = (1 << COUNTER_BITS) - 1
_VERSION = 8
_VARIANT = 0b10


def make_record_id(device: int, run: int, counter: int) -> bytes:
    """The id of the `counter`-th record made in one run of the program on one device."""
    if device >> DEVICE_BITS or run >> RUN_BITS or counter >> COUNTER_BITS:
        raise ValueError("device, run or counter does not fit")
    high = (device << 16) | (_VERSION << 12) | (run >> _RUN_LOW_BITS)
    low = (_VARIANT << 62) | ((run & _LOW_MASK) << COUNTER_BITS) | counter
    return ((high << 64) | low).to_bytes(ID_BYTES, "big")


def split_record_id(record: bytes) -> tuple[int, int, int] | None:
    """(device, run, counter) of an id made by `make_record_id`; None for an id that came from elsewhere."""
    if len(record) != ID_BYTES or record[6] >> 4 != _VERSION or record[8] >> 6 != _VARIANT:
        return None
    high = int.from_bytes(record[:8], "big")
    low = int.from_bytes(record[8:], "big")
    run = ((high & _LOW_MASK) << _RUN_LOW_BITS) | ((low >> COUNTER_BITS) & _LOW_MASK)
    return high >> 16, run, low & _COUNTER_MASK


def id_text(record: bytes) -> str:
    """The UUID text of an id, as people and the command line see it."""
    return str(uuid.UUID(bytes=record))


def parse_id(text: str) -> bytes:
    """The id written as UUID text, with or without dashes; raises `not_an_id`."""
    plain = text.strip().lower()
    digits = plain.replace("-", "")
    dashed = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    if (
        len(digits) != 2 * ID_BYTES
        or not set(digits) <= set("0123456789abcdef")
        or plain not in {digits, dashed}
    ):
        raise DaftarError("not_an_id", typed=text[:80])
    return bytes.fromhex(digits)
