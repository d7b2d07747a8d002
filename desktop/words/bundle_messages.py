"""What the codes of bundles say to the person: what is safe, what is wrong, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping


def t(msgid: str) -> str:
    """Mark a message for translation; `explain` translates it."""
    return msgid


BUNDLE_MESSAGES: Mapping[str, str] = {
    "bundle_unknown": t("This file is not a bundle of Daftar. Nothing was changed. Choose another file."),
    "bundle_newer": t(
        "This bundle was made by a newer version. Nothing was changed. Update this program, then open it "
        "again."
    ),
    "bundle_part_newer": t(
        "Part of this bundle was made by a newer version and was left out. Everything else was taken in. "
        "Update this program, then open the bundle again; nothing will be added twice."
    ),
    "bundle_damaged": t(
        "Part of this bundle is damaged. What is whole was taken in. Ask for the file again; nothing will "
        "be added twice."
    ),
    "bundle_cut": t(
        "The end of this bundle is missing. What is whole was taken in. Copy the file again; nothing will "
        "be added twice."
    ),
    "bundle_forged": t(
        "The signature of this bundle does not fit what is in it. That part was not taken in. Ask its maker "
        "for a new one."
    ),
    "bundle_untrusted": t(
        "Nobody confirms who made this bundle, so it was not taken in. Compare the fingerprint "
        "{fingerprint} with its maker by telephone, or connect to the server once."
    ),
    "bundle_not_for_you": t(
        "This bundle is sealed for somebody else. Nothing was changed. Ask its maker for one for this laptop."
    ),
    "bundle_not_for_server": t("This bundle is for a laptop. Open it there."),
    "bundle_code_needed": t("This bundle is locked with a code. Type the code that came with it."),
    "bundle_code_wrong": t("This is not the code of this bundle. Look at it again and type it once more."),
    "bundle_too_large": t(
        "This bundle asks for more room than any bundle needs. It was not opened, and nothing was changed."
    ),
    "bundle_split_small": t("The parts would be too small. Choose at least {bytes} bytes."),
    "bundle_no_keys": t(
        "No laptop of “{name}” is known here yet. It has to have met the server once; then send and receive "
        "here, and try again."
    ),
    "bundle_nothing": t("There is nothing to put into a bundle. Everything is at the server already."),
    "bundle_gap": t(
        "Something in between is missing here. What fits was taken in. Ask for a bundle that begins earlier."
    ),
    "bundle_other_past": t(
        "The server was restored from a backup since, and this bundle goes on from something else than what "
        "is here. Its news were left out; nothing is lost. Send and receive once over a network."
    ),
    "parcel_too_large": t(
        "This file is too large to be carried to the server for somebody else. Ask its maker for parts of "
        "at most {megabytes} MB."
    ),
    "parcel_unknown": t("No file of colleagues with the id “{id}” waits here. Look at the list again."),
    "pack_wrong": t("This bundle is not a starter pack. Ask your administrator for one."),
    "strand_fork": t(
        "Two laptops made from one copy wrote different things under one number. What came first stays "
        "here. Nothing is lost: each laptop keeps its own, and the server sorts it out."
    ),
    "strand_own": t(
        "This bundle holds changes of this laptop that it does not have any more. Send and receive once; "
        "the server brings them back."
    ),
    "strand_gap": t(
        "An earlier part has not come yet. What is here stays, and is taken when the earlier part has come."
    ),
    "bundle_file_unnamed": t(
        "An attached file in this bundle belongs to no record here, so it was left out. Take in the bundle "
        "with its record first, then open this one again."
    ),
    "bundle_file_apart": t(
        "The beginning of an attached file is missing here. Everything else was taken in. Open all parts of "
        "the bundle together, or ask for the file again."
    ),
    "strand_poison": t(
        "Part of this bundle could not be taken in here; everything else was. Nothing is lost: it comes by "
        "the server too. Update Daftar and open the bundle again."
    ),
    "bad_card": t("The card of the laptop that made this cannot be read. Nothing was changed."),
    "bad_keys": t("The keys of a laptop cannot be read. Nothing was changed."),
    "unknown_size": t("“{typed}” is not a size. Write it like 20MB."),
    "unknown_date": t("“{typed}” is not a date. Write it like 2026-03-05."),
}
