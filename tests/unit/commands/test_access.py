"""What each role may do on the laptop, in the same codes as the server's."""

import pytest
from helpers.drawer import PLACE, RECORD

from desktop.commands.access import insist_may
from sync.changes import Edit
from sync.errors import DaftarError
from sync.server.access import ROLES, held_back, may

READS_ONLY = "reader"


def edit(kind: str, *, create: bool = False, **writes: object) -> Edit:
    return Edit(PLACE, kind, RECORD, writes, create=create)


def refusal(given: Edit, role: str, **values: object) -> str | None:
    try:
        insist_may(given, role=role, values=values)
    except DaftarError as error:
        return error.code
    return None


def test_a_reader_comments_and_nothing_else() -> None:
    assert refusal(edit("comment", create=True, text="Good"), READS_ONLY) is None
    assert refusal(edit("activity", create=True, title="Train"), READS_ONLY) == "role_too_low"
    assert refusal(edit("comment", follow_up=True), READS_ONLY) == "role_too_low"


def test_an_officer_does_not_approve_and_does_not_touch_what_is_approved() -> None:
    assert refusal(edit("value", status="approved"), "officer") == "needs_coordinator"
    assert refusal(edit("value", total="3"), "officer", status="approved") == "record_locked"
    assert refusal(edit("value", total="3"), "coordinator", status="approved") is None


def test_people_with_an_account_are_the_administrators() -> None:
    assert refusal(edit("person", name="Amina"), "officer", account="x") == "read_only_kind"
    assert refusal(edit("person", create=True, name="Amina"), "officer") is None
    assert refusal(edit("person", job_title="Driver", deleted=True), "coordinator", account="x") == (
        "read_only_kind"
    )
    assert refusal(edit("person", access="reader"), "administrator") == "read_only_kind"


def test_what_people_with_an_account_do_is_said_by_a_coordinator() -> None:
    assert refusal(edit("person", job_title="Driver"), "officer", account="x") == "role_too_low"
    assert refusal(edit("person", job_title="Driver"), "coordinator", account="x") is None
    assert refusal(edit("person", role="cta"), "administrator", account="x") is None
    assert refusal(edit("person", job_title="Driver"), "officer") is None


def test_lost_access_says_so() -> None:
    assert refusal(edit("activity", title="Train"), "none") == "access_ended"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["activity", "value", "comment", "person", "workspace", "meeting"])
@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("status", [None, "draft", "approved"])
@pytest.mark.parametrize("before", [None, "approved"])
def test_the_laptop_and_the_server_agree(
    role: str, kind: str, create: bool, status: str | None, before: str | None
) -> None:
    given = edit(kind, create=create, **({"status": status} if status else {"notes": "x"}))
    expected = may(role, kind=kind, create=create, writes=given.writes) or (
        None if create else held_back(role, kind=kind, settled_status=before)
    )
    assert refusal(given, role, **({} if create else {"status": before})) == expected
