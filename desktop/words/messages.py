"""What each error code says to the person: what is safe, what is wrong, and what to do next.

Codes travel and are stored; sentences are made here, in the language of whoever reads them. The
sentences for single values that cannot be accepted stand with the rules, in `sync.records.problems`.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Protocol

from desktop.words.bundle_messages import BUNDLE_MESSAGES
from sync.errors import DaftarError


class Translates(Protocol):
    """The part of `Words` that a message needs."""

    @property
    def is_rtl(self) -> bool: ...

    def t(self, msgid: str, /, **params: object) -> str: ...

    def isolate(self, text: str, /) -> str: ...


def t(msgid: str) -> str:
    """Mark a message for translation; `explain` translates it."""
    return msgid


MESSAGES: Mapping[str, str] = {
    # This laptop: the profile, its key and its disk
    "profile_in_use": t(
        "This notebook is already open in another window. Go on there, or close that window first."
    ),
    "profile_missing": t("There is no notebook in this folder yet. Make a new one, or restore a backup."),
    "profile_exists": t("There is already a notebook in this folder. Open it, or choose another folder."),
    "key_missing": t(
        "The work is still on this laptop, but the file with its key is gone. Restore a backup: it "
        "brings the key back."
    ),
    "key_damaged": t(
        "The work is still on this laptop, but the file with its key cannot be read. Restore a "
        "backup: it brings the key back."
    ),
    "key_wrong": t(
        "This file belongs to another key. Nothing was changed. Restore a backup made on this laptop, "
        "or ask your administrator."
    ),
    "passphrase_wrong": t(
        "This is not the passphrase. Check the language of the keyboard and type it again."
    ),
    "passphrase_needed": t("The notebook opens with its passphrase. Type it to go on."),
    "passphrase_empty": t("Write a passphrase of a few words."),
    "keyring_unavailable": t(
        "The work is safe, but the password store of this computer does not answer. Sign in to the "
        "computer again. If that does not help, your administrator can use the recovery key."
    ),
    "recovery_key_wrong": t(
        "This recovery key does not open this notebook. Ask your administrator which key belongs to it."
    ),
    "recovery_key_unreadable": t(
        "{name} is not a recovery key. Look for the file recovery.key that the server wrote once."
    ),
    "new_passphrase_needed": t(
        "Nothing was changed. The notebook needs a new passphrase: put it in DAFTAR_PASSPHRASE."
    ),
    "memory_short": t(
        "There is too little memory free to open the notebook. Close other programs, then try again."
    ),
    "database_damaged": t(
        "Part of the notebook's file cannot be read. Restore the latest backup; what was sent before "
        "comes back by itself."
    ),
    "database_newer": t(
        "A newer version of Daftar made this. Nothing was changed. Install the newer version to open it."
    ),
    "database_busy": t(
        "Your work is safe, but something else is using the notebook's file. Try again in a moment."
    ),
    "disk_full": t("What was saved before is safe, but the disk is full. Free some space, then try again."),
    "disk_error": t(
        "What was saved before is safe, but the disk did not accept this. Check the disk or the USB "
        "stick, then try again."
    ),
    "backup_unreadable": t("This file is not a whole backup. Nothing was changed. Choose another one."),
    "workspace_missing": t(
        "This workspace is not on this laptop. Send and receive first, or ask your administrator for access."
    ),
    "store_closed": t("The notebook is closing. What was saved is safe; open it again to go on."),
    # The connection and the server
    "no_connection": t("No connection. Your changes are safe here and go out by themselves later."),
    "certificate_untrusted": t(
        "The server could not prove who it is, so nothing was sent. Your changes are safe here. Look whether "
        "the date of this computer is right; otherwise ask your administrator for the server's certificate."
    ),
    "certificate_wrong_name": t(
        "The certificate belongs to another server, so nothing was sent. Your changes are safe here. "
        "Compare the address with the one from your administrator."
    ),
    "certificate_unreadable": t(
        "There is no certificate in this file. Ask your administrator for the file ending in .pem."
    ),
    "server_unreachable": t(
        "The server does not answer. Your changes are safe here; sending goes on by itself."
    ),
    "not_a_server": t(
        "The network answered with a page of its own. Your changes are safe here. Open a browser, "
        "sign in to the network, then try again."
    ),
    "cut_off": t("Connection cut. Your changes are safe here; it goes on by itself."),
    "no_progress": t(
        "The server answers, but nothing moves on. Your changes are safe here. Tell your administrator, "
        "and try again later."
    ),
    "stale_answer": t(
        "An old answer came instead of a new one: something on the way keeps copies. Your changes are safe "
        "here. Try another network."
    ),
    "mass_delete": t(
        "{count} of {total} records of {workspace} would disappear from this laptop, so nothing was "
        "received. Ask whoever deleted them; accept only if that is meant."
    ),
    "connection_cut": t("Connection cut. Your changes are safe here; it goes on by itself."),
    "stalled": t("The connection stood still. Your changes are safe here; it goes on by itself."),
    "bad_frame": t(
        "What arrived was damaged on the way. Nothing was changed here; it is asked for again by itself."
    ),
    "cut_frame": t(
        "What arrived was damaged on the way. Nothing was changed here; it is asked for again by itself."
    ),
    "cut_message": t(
        "What arrived was damaged on the way. Nothing was changed here; it is asked for again by itself."
    ),
    "snapshot_missing": t(
        "The server is still preparing this workspace for new laptops. What you wrote is kept; it is tried "
        "again by itself."
    ),
    "chunk_missing": t("The server has newer data by now. What came is kept; it is tried again by itself."),
    "bad_range": t("The server has newer data by now. What came is kept; it is tried again by itself."),
    "history_missing": t("The server has no history of this record."),
    "bad_answer": t(
        "What arrived was damaged on the way. Nothing was changed here; it is asked for again by itself."
    ),
    "pull_gap": t(
        "What arrived was damaged on the way. Nothing was changed here; it is asked for again by itself."
    ),
    "bad_request": t(
        "The server did not understand this laptop. Your changes are safe here. Install the latest "
        "version, or tell your administrator."
    ),
    "bad_message": t(
        "The server did not understand this laptop. Your changes are safe here. Install the latest "
        "version, or tell your administrator."
    ),
    "bad_device": t(
        "The server did not understand this laptop. Your changes are safe here. Install the latest "
        "version, or tell your administrator."
    ),
    "bad_text": t(
        "A note that arrived cannot be read. Nothing was changed here; it is asked for again by itself."
    ),
    "frame_too_new": t(
        "Some of what arrived was written with a newer version. Nothing is lost. Install the newer "
        "version to see it."
    ),
    "protocol_unknown": t(
        "This version is too old for the server. Your changes are safe here. Install the newer "
        "version to send them."
    ),
    "too_big": t(
        "This is too large to travel in one piece. It is saved here. Split it into smaller parts, "
        "then try again."
    ),
    "file_too_large": t(
        "This file is larger than 200 MB, too large to be attached. A smaller one, or parts of it, will do."
    ),
    "file_changed": t("{name} was changed while it was copied. Close it in other programs, then try again."),
    "file_damaged": t("The copy of this file on this laptop is damaged. Fetch it again, or attach it again."),
    "file_is_program": t(
        "“{name}” is a program or a page that runs. It is not opened from here; a copy of it can be saved."
    ),
    "file_no_program": t("No program on this computer opens this file. A copy of it can be saved elsewhere."),
    "file_not_sent": t(
        "The server does not hold this file yet, so this may be the only copy. Send it first."
    ),
    "file_none": t("This attachment has no file: it is an address, or the file was never attached."),
    "file_not_here": t("This file is not on this laptop yet. Fetch it while there is a connection."),
    "file_erased": t("The administrator erased this file for good. It is not sent."),
    "files_full": t("The server has no more room for files of this workspace. Ask your administrator."),
    "files_unsupported": t("The server is too old to keep files. Your work itself is sent."),
    "blob_absent": t("The server does not have this file yet: a colleague's laptop still has to send it."),
    "blob_differs": t(
        "What arrived is not the file that was attached. It is fetched again by itself, a little later."
    ),
    "blob_gap": t("The file goes on from another place. Try again."),
    "blob_store_unavailable": t("The server cannot reach its files just now. Your work itself is sent."),
    "bad_blob": t("The server did not understand a request about a file. Update Daftar, then try again."),
    "too_large": t(
        "This is too large to travel in one piece. It is saved here. Split it into smaller parts, "
        "then try again."
    ),
    "own_changes_missing": t(
        "The server knows work of this laptop that is no longer on it, as after a restored backup. "
        "Everybody's work is kept; sending goes on by itself."
    ),
    "set_aside": t(
        "This laptop could not take in this change of a colleague. It is kept here, and everything else goes "
        "on. Update Daftar; if it stays, ask your administrator for a repair."
    ),
    "frame_refused": t(
        "The server could not read this change. It keeps it for your administrator, and what was typed stays "
        "here. Type it again; everything else was sent."
    ),
    "frame_refused_newer": t(
        "This Daftar is newer than the server, which cannot read these changes yet. They are safe here, and "
        "what colleagues send still comes. They go out when the server is updated."
    ),
    "frame_poison": t(
        "The server could not take part of this in; everything else was. It stays here and is tried again. "
        "Tell your administrator."
    ),
    "record_damaged": t(
        "The server's disk has damaged its copy of this record. What this laptop shows of it stays, and what "
        "was typed here is kept. Ask your administrator to mend the server."
    ),
    "frame_unread": t(
        "The server holds changes of colleagues that nobody can read any more: its copy is damaged. What "
        "they led to was compared and put right as far as the server knows it. Ask your administrator to "
        "mend the server; then they come by themselves."
    ),
    "frame_unread_newer": t(
        "A newer version of Daftar wrote these changes, and this one cannot read them. They are kept here, "
        "and everything else goes on. Update Daftar; then they are taken in by themselves."
    ),
    "base_missing": t("This change waits for an earlier one. It is safe and goes on by itself."),
    "server_address_wrong": t(
        "“{url}” is not the address of a server. Check each letter, or ask your administrator."
    ),
    "too_many_requests": t(
        "The server asks to wait {seconds} seconds. Your changes are safe here; sending goes on by itself."
    ),
    # Enrolment and access
    "not_enrolled": t("This notebook is not joined to a server yet. Ask your administrator for a code."),
    "already_enrolled": t("This notebook is joined to a server already. Nothing was changed."),
    "server_not_safe": t(
        "“{url}” is not protected: an address that begins with https:// is needed. Ask your administrator."
    ),
    "workspace_needed": t("Say which workspace is meant: {workspaces}."),
    "access_lost": t("Your access has ended. What was not sent is kept for the coordinator."),
    "record_erased": t(
        "The administrator erased this record for good. What was written in it is not kept anywhere."
    ),
    "too_many_devices": t(
        "This laptop has started anew too many times. Your changes are kept here. Ask your "
        "administrator for a new code."
    ),
    "hand_in_over": t(
        "This laptop was taken off the programme's list, and the server takes nothing more from it. What was "
        "not sent is kept here, locked. Ask your administrator for a new code."
    ),
    "same_workspace": t("It is in this workspace already. Choose another one."),
    "unsent_left": t("Something was written here meanwhile. It is handed in at the next contact."),
    "change_discarded": t("It was decided already that this change is not let in."),
    "reason_missing": t("Say why; whoever typed it reads this. Nothing was changed."),
    "reason_too_long": t("Shorten the reason to {limit} characters or fewer. Nothing was changed."),
    "released_before": t("This change was let in already."),
    "not_in_quarantine": t("This change is not in the quarantine of that workspace. List it again."),
    "access_ended": t(
        "Your access has ended. What was not sent is kept for the coordinator. Ask your administrator."
    ),
    "token_revoked": t(
        "This laptop was taken off the programme's list. Your changes are kept here. Ask your "
        "administrator for a new code."
    ),
    "device_revoked": t(
        "This laptop was taken off the programme's list. What was not sent was handed to the coordinators, "
        "and the data was removed from this laptop. Ask your administrator for a new code."
    ),
    "token_unknown": t(
        "The server does not know this laptop any more. Your changes are kept here. Ask your "
        "administrator for a new code."
    ),
    "token_expired": t(
        "The server does not know this laptop any more. Your changes are kept here. Ask your "
        "administrator for a new code."
    ),
    "device_taken": t("Another laptop has this number. Enrol this laptop again with a new code."),
    "code_used": t("This code was already used. Ask for a new one."),
    "code_unknown": t("This code is not known. Check each letter, or ask for a new one."),
    "code_expired": t("This code is too old. Ask for a new one."),
    "not_found": t("The server does not know this request. It may be older than this program."),
    "not_granted": t("You have no access to this workspace. Your changes are kept. Ask your administrator."),
    "not_allowed": t("Your role in this workspace does not include this. Ask a coordinator."),
    "role_too_low": t("Your role in this workspace does not include this. Ask a coordinator."),
    "needs_coordinator": t("Only a coordinator approves. Submit it, and a coordinator decides."),
    "record_locked": t(
        "This is already approved. Ask a coordinator to take the approval back before it is changed."
    ),
    "read_only_kind": t("This is kept by your administrator. Ask there for the change."),
    # Records and decisions
    "unknown_kind": t("“{kind}” is not a kind of record. Check its spelling."),
    "unknown_record": t("This record is not on this laptop. Send and receive, then look again."),
    "unknown_field": t("“{field}” is not a field of “{kind}”. Check its spelling."),
    "not_an_id": t("“{typed}” is not the id of a record. Copy the whole id."),
    "unknown_operator": t("“{operator}” is not a comparison. Use =, !=, <, <=, >, >=, in or contains."),
    "not_unique": t("“{name}” can mean several records. Choose one by its code or id."),
    "conflict_changed": t(
        "Somebody changed this again meanwhile. Nothing is lost. Look at the values once more, then decide."
    ),
    "nothing_to_undo": t("There is nothing to undo."),
    "nothing_to_redo": t("There is nothing to redo."),
    "decision_moved_on": t(
        "Somebody changed this after the decision. Nothing is lost. Look at the value now, then "
        "change it if needed."
    ),
    "no_such_option": t("Choose one of the {count} values that are shown."),
    "waits_in_circle": t("That one waits for this already. Two lines cannot wait for each other."),
    "inside_itself": t("A record cannot stand under itself. Choose another place."),
    "record_deleted": t("This was removed. Bring it back from Removed items first, then change it."),
    "decision_missing": t("No decision with this id is known here. Copy the id that was decided."),
    "fields_to_fix": t("Nothing was saved. Look at these fields once more."),
    "not_an_entry": t("“{typed}” is not understood. Write the field, an equals sign and the value."),
    "undo_moved_on": t(
        "Somebody changed this after you, so it was not undone. Look at the value now, then change it "
        "if needed."
    ),
    "unknown_setting": t("“{name}” is not a preference. The list shows all of them."),
    "unknown_choice": t("“{typed}” cannot be chosen for {name}. These can: {choices}."),
    # What the server did not accept
    "invalid_value": t("A value does not fit its field. What was typed is kept here."),
    "immutable_field": t("This cannot be changed once it is saved. What was typed is kept here."),
    "wrong_kind": t("The record is of another kind. What was typed is kept here."),
    "wrong_merge": t("This version wrote the field in another way. Install the latest version."),
    "creation_refused": t(
        "It belongs to a record that was not accepted itself. What was typed is kept here; once that record "
        "is let in, it can be typed again."
    ),
    "text_refused": t(
        "It was written on a text that was not accepted itself. What was typed is kept here; once that text "
        "is let in, this can be let in too."
    ),
    "bad_kind": t("The server does not know this kind of record. What was typed is kept here."),
    "wrong_author": t("This was written under another name. What was typed is kept here."),
    # What a check of the notebook finds
    "term_differs": t("A record is not as its fingerprint says. Restore the latest backup."),
    "digest_differs": t("The records are not as their fingerprint says. Restore the latest backup."),
    "log_damaged": t(
        "This laptop's disk has damaged part of its log. The records are whole. What was not sent goes "
        "out next time, as they show it; what the server has is fetched again within a day, or at once by "
        "a check with repair."
    ),
    "base_damaged": t("What the history stands on is damaged. Restore the latest backup."),
    "record_unreadable": t(
        "This laptop's disk has damaged a record, so it is not shown. Everything else is. Run a check with "
        "repair: it is made anew from the server and from what was not sent."
    ),
    "numbers_differ": t(
        "A number that this laptop keeps beside its log is not what the log says. Run a check with repair."
    ),
    "own_differs": t(
        "What this laptop has noted of its own changes is not what its log says. Run a check with repair; "
        "what was typed is safe in the log."
    ),
    "log_gap": t("Part of the history is missing. Restore the latest backup."),
    "not_in_log": t("A record has no history. Restore the latest backup."),
    "record_differs": t("A record is not what its history says. Restore the latest backup."),
    "record_missing": t("A record is missing that history knows. Restore the latest backup."),
    "decisions_differ": t("The list of decisions is not what history says. Restore the latest backup."),
    # Files that are brought in
    "import_unreadable": t(
        "“{name}” cannot be read. Nothing was changed. Open it in a spreadsheet program, save it as "
        ".xlsx, then try again."
    ),
    "import_cannot_open": t("“{name}” cannot be opened. Close it in other programs, then try again."),
    "import_empty": t("“{name}” is empty. Choose another file."),
    "import_old_format": t(
        "“{name}” is in an old format. Open it in a spreadsheet program, save it as .xlsx, then try again."
    ),
    "import_format_unsupported": t(
        "A file of the format {format} cannot be read here. Save the table as .xlsx or .csv, then try again."
    ),
    "import_password": t(
        "“{name}” is locked with a password. Remove the password in a spreadsheet program, then try again."
    ),
    "import_reference_lost": t(
        "The file refers to “{key}”, which is not in it. Add it there or take the reference out, then "
        "try again."
    ),
    "already_imported": t("This file was already brought in. Nothing was added twice."),
    "not_an_export": t(
        "“{name}” was not exported from here. Bring it in as a workplan or a logframe, or choose another "
        "file."
    ),
    # Files that are given out
    "export_cannot_write": t(
        "“{name}” cannot be written there. Close it in other programs, or choose another folder."
    ),
    "export_format_unknown": t("“{name}” has no known ending. Use .xlsx, .csv or .json."),
    "no_minutes": t("Only meetings have minutes. Choose a spreadsheet (.xlsx) for other records."),
    "file_unreadable": t("“{name}” cannot be read. Check its name and where it is."),
    "not_json": t("“{name}” is not a JSON document of records. Look at line {line}."),
    **BUNDLE_MESSAGES,
}

UNEXPECTED = t(
    "Something did not work ({code}). What was saved before is safe. "
    "Try again; if it happens again, tell your administrator this word."
)


def explain(words: Translates, error: BaseException) -> str:
    """One or two sentences for an error; what is no `DaftarError` is a bug, and still says what is safe."""
    if not isinstance(error, DaftarError):
        return words.t(UNEXPECTED, code=type(error).__name__)
    template = _template(error)
    if template is None:
        return words.t(UNEXPECTED, code=error.code)
    # A message that arrived from afar may lack a part; it is still worth reading.
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return words.t(template, **{name: _shown(words, error.params.get(name, "…")) for name in names})


def _template(error: DaftarError) -> str | None:
    from sync.records.problems import PROBLEMS, FieldProblem

    # Some codes mean one thing of a value and another of the program: a number may be too big, and a frame.
    order = (PROBLEMS, MESSAGES) if isinstance(error, FieldProblem) else (MESSAGES, PROBLEMS)
    return next((table[error.code] for table in order if error.code in table), None)


def _shown(words: Translates, value: str | int) -> str | int:
    return words.isolate(value) if words.is_rtl and isinstance(value, str) else value


def outcome_text(words: Translates, outcome: str, why: str) -> str:
    """What a coordinator decided about a refused change; nothing while nobody has."""
    if outcome == "released":
        return words.t("A coordinator has let it in since.")
    if outcome == "discarded":
        return words.t(
            "A coordinator decided not to let it in: {reason}. What was typed stays here until it is taken "
            "off the list.",
            reason=words.isolate(why),
        )
    return ""
