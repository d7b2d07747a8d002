"""Who may do what, as pure rules."""

import pytest

from sync.server import access

NOBODY, READER, OFFICER, COORDINATOR = "", "reader", "officer", "coordinator"
EDIT, CREATE = False, True


@pytest.mark.parametrize(
    "role, kind, create, writes, code",
    [
        (NOBODY, "activity", CREATE, {}, "not_granted"),
        ("emperor", "comment", CREATE, {}, "not_granted"),
        ("none", "comment", CREATE, {}, "access_lost"),
        (READER, "comment", CREATE, {"text": "x"}, None),
        (READER, "comment", EDIT, {"text": "x"}, "role_too_low"),
        (READER, "activity", CREATE, {"title": "x"}, "role_too_low"),
        (OFFICER, "activity", CREATE, {"title": "x"}, None),
        (OFFICER, "activity", EDIT, {"deleted": True}, None),
        (OFFICER, "lesson", EDIT, {"status": "approved"}, None),
        (OFFICER, "value", EDIT, {"status": "submitted"}, None),
        (OFFICER, "value", EDIT, {"status": "approved"}, "needs_coordinator"),
        (OFFICER, "value", CREATE, {"status": "accepted"}, "needs_coordinator"),
        (OFFICER, "activity", EDIT, {"status": "locked"}, "needs_coordinator"),
        (COORDINATOR, "value", EDIT, {"status": "locked"}, None),
        ("administrator", "value", EDIT, {"status": "locked"}, None),
        ("administrator", "workspace", EDIT, {"name": "x"}, "read_only_kind"),
        (OFFICER, "person", CREATE, {"name": "x"}, None),
        (OFFICER, "person", EDIT, {"account": "x"}, "read_only_kind"),
    ],
)
def test_a_role_may(role: str, kind: str, create: bool, writes: dict[str, object], code: str | None) -> None:
    assert access.may(role, kind=kind, create=create, writes=writes) == code


@pytest.mark.parametrize(
    "role, writes, code",
    [
        ("administrator", {}, "read_only_kind"),
        ("administrator", {"name": "x"}, "read_only_kind"),
        ("administrator", {"deleted": True}, "read_only_kind"),
        ("administrator", {"job_title": "x", "name": "y"}, "read_only_kind"),
        ("administrator", {"job_title": "x", "access": "reader"}, "read_only_kind"),
        ("administrator", {"job_title": "x"}, None),
        (COORDINATOR, {"job_title": "x", "role": "cta"}, None),
        (OFFICER, {"job_title": "x"}, "role_too_low"),
        (READER, {"job_title": "x"}, "role_too_low"),
        ("none", {"job_title": "x"}, "access_lost"),
    ],
)
def test_of_the_servers_persons_a_coordinator_says_what_they_do_and_no_more(
    role: str, writes: dict[str, object], code: str | None
) -> None:
    assert access.may(role, kind="person", create=False, writes=writes, by_server=True) == code


@pytest.mark.parametrize(
    "role, kind, status, code",
    [
        (OFFICER, "value", "approved", "record_locked"),
        (OFFICER, "value", "locked", "record_locked"),
        (OFFICER, "value", "returned", None),
        (OFFICER, "value", None, None),
        (OFFICER, "lesson", "approved", None),
        (COORDINATOR, "value", "locked", None),
    ],
)
def test_an_approval_holds_edits_back(role: str, kind: str, status: str | None, code: str | None) -> None:
    assert access.held_back(role, kind=kind, settled_status=status) == code


@pytest.mark.parametrize("role", access.ROLES)
@pytest.mark.parametrize("kind", ["activity", "value", "person", "workspace", "comment", "survey"])
def test_unrestricted_is_never_more_than_may(role: str, kind: str) -> None:
    if access.unrestricted(role, kind=kind):
        for writes in ({}, {"status": "locked"}, {"account": "x"}):
            for create in (True, False):
                assert access.may(role, kind=kind, create=create, writes=writes) is None
