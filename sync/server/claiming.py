"""Whose a device number is: laptops draw them, and the server notes who came with one first."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from sync.errors import DaftarError
from sync.server.enrolment import DEVICE_LIMIT, Caller
from sync.server.storage import Storage, devices
from sync.server.storage.devices import Device

_MOST_DEVICES: Final = 200


def owns_device(connection: Connection, caller: Caller, number: int) -> bool | None:
    """Whether a device number is the caller's laptop's; None where it may still be had."""
    if not 0 < number < DEVICE_LIMIT:
        raise DaftarError("bad_device")
    found = devices.find_device(connection, number)
    if found is None or _was_only_met(connection, caller, found):
        return None
    return found.installation_id == caller.installation_id


def claim_device(storage: Storage, caller: Caller, *, number: int, epoch: int, now_ms: int) -> bool:
    """Note a number that the laptop drew; False where another was quicker with the same one."""

    def work(connection: Connection) -> bool:
        own = devices.devices_of(connection, caller.installation_id)
        if len(own) >= _MOST_DEVICES:
            raise DaftarError("too_many_devices")
        met = devices.find_device(connection, number)
        if met is not None:
            if not _was_only_met(connection, caller, met):
                return met.installation_id == caller.installation_id
            devices.move_device(connection, number, installation_id=caller.installation_id, epoch=epoch)
            return True
        former = own[-1].number if own else None
        devices.add_device(connection, Device(number, caller.installation_id, former, epoch, now_ms))
        return True

    try:
        return storage.writing(work)
    except IntegrityError:
        return False


def _was_only_met(connection: Connection, caller: Caller, found: Device) -> bool:
    """Whether a number is known from a bundle alone, signed for the same person: a server that was restored
    from an older copy may meet the work of a laptop before the laptop itself.
    """
    if found.installation_id == caller.installation_id or caller.revoked:
        return False
    other = devices.find_installation(connection, found.installation_id)
    if other is None or other.person_id != caller.person_id or other.revoked_at is not None:
        return False
    return not devices.had_token(connection, other.id)
