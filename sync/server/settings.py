"""What an administrator may set, as one immutable value that is handed down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the server keeps its things, and its limits."""

    data: Path
    database: str
    replica: str | None = None
    metrics_token: str | None = None
    requests_a_minute: int = 600
    invite_days: int = 14
    code_cost: int = 1 << 14
    token_days: int = 400
    token_overlap_days: int = 30
    hand_in_days: int = 90
    hand_in_bytes: int = 64 * 1024 * 1024
    body_limit: int = 8 * 1024 * 1024
    bundle_limit: int = 32 * 1024 * 1024
    stall_s: float = 30.0
    wait_limit_s: float = 50.0
    wait_poll_s: float = 1.0
    upkeep_s: float = 5.0
    enrol_failures: int = 10
    enrol_window_ms: int = 15 * 60 * 1000
    files: str | None = None
    """Where files lie; without it in `files_folder`."""
    file_bytes: int = 200 * 1024 * 1024
    files_bytes: int = 20 * 1024 * 1024 * 1024
    """What the files of one workspace may take together."""
    upload_days: int = 14
    """How long an upload waits for its laptop to go on."""

    @property
    def recovery_file(self) -> Path:
        return self.data / "recovery.key"

    @property
    def begun_folder(self) -> Path:
        """Frames of which a part has arrived."""
        return self.data / "begun"

    @property
    def files_folder(self) -> Path:
        """Attached files, where no other place was set."""
        return self.data / "files"

    @property
    def url_file(self) -> Path:
        return self.data / "server.url"
