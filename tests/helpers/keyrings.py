"""Keyrings that live in memory: one that works, and those that fail in the ways real ones do."""

from keyring.errors import KeyringLocked


class MemoryKeyring:
    """A keyring that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str, /) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.kept[service, username] = password


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything without complaint and keeps nothing."""

    def get_password(self, service: str, username: str, /) -> str | None:
        return None


class LockedKeyring(MemoryKeyring):
    """Answers nothing until somebody unlocks it."""

    def get_password(self, service: str, username: str, /) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str, /) -> None:
        raise KeyringLocked("locked")
