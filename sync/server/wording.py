"""What the administrator reads on a terminal for each error code; laptops word codes themselves."""

from __future__ import annotations

from typing import Final

from sync.errors import DaftarError

_MESSAGES: Final = {
    "backup_older": "{path} was made by an earlier version. Bring a copy of it up to date: put that into an "
    "empty folder as server.sqlite3, and run migrate with this folder as --data.",
    "backup_other": "{path} is a backup of another server.",
    "backup_packed": "{path} is a dump of PostgreSQL. Restore it into an empty database with pg_restore, "
    "and give the address of that one.",
    "backup_unreadable": "{path} is no database of a server.",
    "backup_failed": "The backup was not made: {reason}",
    "bad_blob_store": "The place for files is not understood. Give a folder, or s3://BUCKET/PREFIX?endpoint=URL.",
    "bad_database_url": "The database address is not understood. Use sqlite:///FILE or postgresql://USER@HOST/NAME.",
    "bad_name": "A name needs 1 to {longest} characters, without control characters.",
    "bad_recovery_key": "The file {path} is not a recovery key. Move it away, then run migrate again.",
    "bad_role": "“{role}” is no role.",
    "cannot_listen": "Cannot listen on {host}, port {port}: {reason}.",
    "cannot_partition": "Tables can be split only when they are made, in an empty PostgreSQL database.",
    "cannot_write": "Cannot write {path}: {reason}.",
    "bundle_code_wrong": "This is not the code of the bundle.",
    "bundle_cut": "The end of the bundle is missing. Copy it again.",
    "bundle_damaged": "The bundle is damaged. Ask for it again; nothing is added twice.",
    "bundle_forged": "The signature of the bundle does not fit what is in it.",
    "bundle_newer": "The bundle was made by a later version. Upgrade the program.",
    "bundle_no_keys": "No laptop of {name} has met the server yet. Make a starter pack, or give a --code.",
    "bundle_not_for_server": "The bundle is for a laptop.",
    "bundle_not_for_you": "The bundle is sealed for somebody else.",
    "bundle_part_newer": "Part of the bundle was made by a later version. Upgrade, then apply it again.",
    "bundle_problems": "Not everything could be taken in: {codes}.",
    "bundle_split_small": "The parts would be too small: at least {bytes} bytes.",
    "bundle_too_large": "The bundle asks for more room than any bundle needs, or is too large for one file.",
    "bundle_unknown": "This file is not a bundle.",
    "bundle_untrusted": "The maker of the bundle is not confirmed by this server.",
    "device_revoked": "The laptop that made the bundle was revoked.",
    "busy": "The database has been busy for half a minute. Try again.",
    "damage_left": "Damaged parts that could not be put back: {count}.",
    "database_newer": "The database is of a later version (revision {revision}). Upgrade the program.",
    "database_unavailable": "The database does not answer: {reason}",
    "device_not_found": "There is no laptop “{name}”.",
    "disk_full": "The disk is full.",
    "erasure_unfinished": "What can be read is erased. Changes {changes} were written by a later version "
    "({reason}) and may still speak of it. Upgrade the program, then run: daftar-server purge --finish",
    "file_exists": "{path} exists already. Choose another name: a backup never overwrites one.",
    "not_erasable": "The server writes a {kind} from its accounts. Take the access away first, or rename it.",
    "no_such_file": "The file {path} does not exist or cannot be read.",
    "no_such_folder": "The folder {path} does not exist.",
    "not_unique": "“{name}” is the name of several: {candidates}. Say which one by its id.",
    "name_taken": "There is a workspace “{name}” already.",
    "not_granted": "“{person}” has no access to “{workspace}”.",
    "not_in_quarantine": "There is no change “{id}” in the quarantine of this workspace.",
    "nothing_released": "Nothing was released ({reason}).",
    "nothing_discarded": "Nothing was discarded ({reason}).",
    "not_migrated": "The database has no tables yet. Run: daftar-server migrate",
    "one_worker_only": "Several workers need PostgreSQL, and a system other than Windows.",
    "person_not_found": "There is no person “{name}”. See: daftar-server person list",
    "database_unsuited": "This is no CockroachDB of version {oldest} or later. PostgreSQL is postgresql://…",
    "pg_dump_missing": "pg_dump is not installed here. Elsewhere, run: pg_dump --format=custom {database}",
    "reason_missing": "Say why, with --reason; it is kept with who did it and when.",
    "record_damaged": "The disk has damaged a record, and its log does not give it back. "
    "See what it is, and put it back from a backup, with: daftar-server mend",
    "record_erased": "This record was erased already.",
    "record_unknown": "There is no {kind} with this id.",
    "s3_missing": "An object store needs one more library. Install it with: pip install 'daftar[s3]'",
    "text_short": "Give at least {least} letters or digits; fewer are in almost everything.",
    "unhealthy": "The server at {url} does not answer.",
    "usage": "{text}",
    "workspace_not_found": "There is no workspace “{name}”. See: daftar-server workspace list",
}


def message(error: DaftarError) -> str:
    """A sentence for a code; a code without one is shown as it is."""
    template = _MESSAGES.get(error.code)
    return template.format_map(error.params) if template else str(error)
