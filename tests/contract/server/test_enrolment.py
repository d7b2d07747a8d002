"""One-time codes, tokens, and laptops that are enrolled and revoked."""

import pytest
from helpers.house import House

from sync.errors import DaftarError
from sync.records import id_text
from sync.server.names import device_text
from sync.wire.enrolment import EnrolAnswer, EnrolRequest


def _enrol(house: House, code: str, device: int = 1001, name: str = "Amman 3") -> EnrolAnswer:
    return house.service.enrol(EnrolRequest.unpack(EnrolRequest(code, device, name).pack()))


def _invite(house: House) -> str:
    return house.office.enrolment.invite(house.accounts.add_person("Amina Hassan"))[0]


def test_a_code_is_exchanged_for_what_a_laptop_needs(house: House) -> None:
    jordan = house.workspace("Jordan")
    person = house.person("Amina Hassan", jordan, role="coordinator")
    code, expires = house.office.enrolment.invite(person)
    assert expires == house.clock.now_ms() + 14 * 86_400_000
    answer = EnrolAnswer.unpack(_enrol(house, code).pack())
    assert (answer.account, answer.person) == (person.id, "Amina Hassan")
    assert [(item.workspace, item.role, item.number) for item in answer.access] == [
        (jordan.id, "coordinator", 1)
    ]
    assert answer.server_ms == house.clock.now_ms()
    assert len(answer.recovery_public) == 32
    assert house.service.enrolment.authenticate(answer.token).person_id == person.id


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_code_is_read_forgivingly(house: House, change: object) -> None:
    assert callable(change)
    assert _enrol(house, change(_invite(house))).token


@pytest.mark.parametrize("code", ["", "K7PM", "K7PM-4XQ2", "0000-1111", "K7PM-4XQ2-K7PM"])
def test_an_invented_code_is_refused(house: House, code: str) -> None:
    with pytest.raises(DaftarError, match="code_unknown"):
        _enrol(house, code)


def test_a_code_works_once(house: House) -> None:
    code = _invite(house)
    _enrol(house, code)
    with pytest.raises(DaftarError, match="code_used"):
        _enrol(house, code, device=1002)


def test_a_code_ends_after_two_weeks(house: House) -> None:
    code = _invite(house)
    house.clock.move(days=14)
    with pytest.raises(DaftarError, match="code_expired"):
        _enrol(house, code)


def test_inv_03_a_laptop_that_lost_the_answer_may_ask_again(house: House) -> None:
    code = _invite(house)
    lost = _enrol(house, code)
    answer = _enrol(house, code)
    assert house.service.enrolment.authenticate(answer.token)
    with pytest.raises(DaftarError, match="token_expired"):
        house.service.enrolment.authenticate(lost.token)
    assert len(house.office.enrolment.laptops()) == 1
    with pytest.raises(DaftarError, match="code_used"):
        _enrol(house, code)


def test_asking_again_ends_after_a_day(house: House) -> None:
    code = _invite(house)
    _enrol(house, code)
    house.clock.move(days=1.1)
    with pytest.raises(DaftarError, match="code_used"):
        _enrol(house, code)


def test_a_device_number_belongs_to_one_laptop(house: House) -> None:
    _enrol(house, _invite(house), device=5)
    with pytest.raises(DaftarError, match="device_taken"):
        _enrol(house, _invite(house), device=5)


@pytest.mark.parametrize("device", [0, 1 << 48])
def test_a_device_number_has_48_bits(house: House, device: int) -> None:
    with pytest.raises(DaftarError, match="bad_device"):
        _enrol(house, _invite(house), device=device)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "é" * 43, "A" * 43])
def test_an_invented_token_is_refused(house: House, token: str) -> None:
    with pytest.raises(DaftarError, match="token_unknown"):
        house.service.enrolment.authenticate(token)


def test_a_token_ends_and_can_be_renewed_before(house: House) -> None:
    old = _enrol(house, _invite(house)).token
    house.clock.move(days=300)
    new = house.service.renew(old)
    assert new.expires_ms == house.clock.now_ms() + 400 * 86_400_000
    assert house.service.enrolment.authenticate(old)
    house.clock.move(days=31)
    with pytest.raises(DaftarError, match="token_expired"):
        house.service.enrolment.authenticate(old)
    assert house.service.enrolment.authenticate(new.token)
    house.clock.move(days=400)
    with pytest.raises(DaftarError, match="token_expired"):
        house.service.enrolment.authenticate(new.token)


def test_a_revoked_laptop_is_out_at_once(house: House) -> None:
    token = _enrol(house, _invite(house), device=0xABC, name="Amman 3").token
    laptop = house.office.enrolment.laptop("amman 3")
    assert house.office.enrolment.laptop(device_text(0xABC)) == laptop
    assert house.office.enrolment.laptop(id_text(laptop.installation.id)) == laptop
    house.office.enrolment.revoke(laptop)
    with pytest.raises(DaftarError, match="device_revoked"):
        house.service.enrolment.authenticate(token)


def test_when_a_laptop_was_seen_is_noted_about_once_an_hour(house: House) -> None:
    token = _enrol(house, _invite(house)).token
    house.service.enrolment.authenticate(token)
    first = house.clock.now_ms()
    house.clock.move(seconds=600)
    house.service.enrolment.authenticate(token)
    assert house.office.enrolment.laptops()[0].installation.seen == first
    house.clock.move(seconds=3600)
    house.service.enrolment.authenticate(token)
    assert house.office.enrolment.laptops()[0].installation.seen == house.clock.now_ms()


def test_the_database_holds_no_code_and_no_token(house: House) -> None:
    code = _invite(house)
    token = _enrol(house, code).token
    with house.storage.reading() as connection:
        for table in ("invite", "token", "setting", "installation"):
            stored = repr([tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")])
            assert code not in stored
            assert token not in stored
