"""Screenshots of sending and receiving: `python shots_exchange.py FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.office import JORDAN, NOW_MS, Office, open_office
from helpers.stage import dressed_look, make_desk, settle, shoot
from PySide6.QtWidgets import QApplication

from desktop.app.plans import screen_plans
from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.store import parcels
from desktop.store.driver import Connection
from desktop.store.fetching import Fetching
from desktop.store.happenings import (
    DIFFERS,
    EXCHANGED,
    FILLED,
    HAPPENED,
    REPAIRED,
    Happening,
    with_happenings,
)
from desktop.store.parcels import Parcel
from desktop.store.reader import Reader
from desktop.syncing.joined import RATE_DOWN, RATE_UP, TOKEN
from desktop.syncing.quarantine import Held
from desktop.windows.main_window import MainWindow
from sync.changes import Change
from sync.client.plan import Plan
from sync.clock import COUNTER_BITS

HOUR_MS = 3_600_000
FETCHING = Fetching(JORDAN, "Jordan", 1_240_000, 3_020_000, usable=True)
STATES = {
    "fetching": SyncState(running=True, fetching=FETCHING, receiving=410, last_success_ms=None),
    "beginning": SyncState(
        running=True, fetching=Fetching(JORDAN, "Jordan", 190_000, 3_020_000, usable=False)
    ),
    "cut": SyncState(no_connection=True, fetching=FETCHING, pending=3),
    "plan": SyncState(
        running=True,
        pending=12,
        sending=4,
        done_bytes=16_400,
        total_bytes=360_000,
        plan=Plan(12, 640, 43_000, 317_000, 210),
        last_success_ms=NOW_MS - 96 * HOUR_MS,
    ),
    "differing": SyncState(differing=("Jordan",), pending=3, last_success_ms=NOW_MS),
    "refused": SyncState(refused=2, pending=3, last_success_ms=NOW_MS),
    "clock": SyncState(clock_off_ms=3 * HOUR_MS, pending=3, last_success_ms=NOW_MS),
    "held": SyncState(pending=3, last_success_ms=NOW_MS),
}


def held_changes(office: Office, reader: Reader) -> list[Held]:
    (state,) = reader.workspaces()
    told = [
        ("role_too_low", "Omar Khalil", "Irbid 2", "solar", {"progress": 80, "end": "2026-09-30"}),
        ("access_lost", "Rima Mansour", "Amman 3", "survey", {"notes": "Finished, report in March"}),
        ("invalid_value", "Hassan Aziz", "Mafraq 1", "mobile", {"end": "2026-13-01"}),
    ]
    made = []
    for at, (code, person, laptop, name, writes) in enumerate(told):
        stamp = (NOW_MS - (at + 2) * 20 * HOUR_MS) << COUNTER_BITS
        change = Change(
            0xBEEF + at,
            at + 1,
            JORDAN,
            "activity",
            office.ids[name],
            bytes(16),
            stamp,
            1,
            False,
            writes,
            {},
            {},
        )
        made.append(Held(state, change, code, person, laptop, NOW_MS - at * HOUR_MS, 0))
    return made


def refuse(office: Office, code: str) -> None:
    """The server did not take the last own change of an activity."""
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO trouble(ws, dseq, code, kind, record, frame)"
            " SELECT log.ws, log.last_dseq, ?, 'activity', touch.record, log.frame"
            " FROM log JOIN touch ON touch.log = log.id ORDER BY log.id DESC LIMIT 1",
            (code,),
        )
    ).result()


def carry_parcels(office: Office) -> None:
    """Colleagues' files for the server: one that it refused, and one that goes along next time."""

    def job(connection: Connection) -> None:
        for at, person in enumerate(("Omar Khalil", "Rima Mansour")):
            parcels.keep(connection, Parcel(bytes([at] * 16), at + 1, person, NOW_MS, bytes(1 << 20)))
        first = parcels.waiting(connection)[0]
        parcels.note_try(connection, first, "too_large", now_ms=NOW_MS, first_ms=HOUR_MS)

    office.store.post(job).result()


def happened() -> str:
    news = [
        Happening(FILLED, NOW_MS - 99 * HOUR_MS, workspace=JORDAN),
        Happening(DIFFERS, NOW_MS - 50 * HOUR_MS, {"count": 0}, JORDAN),
        Happening(REPAIRED, NOW_MS - 30 * HOUR_MS, {"count": 3}, JORDAN),
        Happening(
            EXCHANGED,
            NOW_MS - HOUR_MS,
            {"sent": 12, "received": 640, "bytes_up": 43_000, "bytes_down": 317_000, "cuts": 3},
        ),
    ]
    stored = ""
    for one in news:
        stored = with_happenings(stored, [one])
    return stored


def shoot_discarding(screen: ExchangeScreen, desk: Desk, folder: Path, name: str) -> None:
    """The question as it comes, and with what is missing said."""
    section = screen.held_section
    for at, (state, reason) in enumerate((("asked", "Entered twice"), ("missing", ""))):
        section._ask_why(section.held[at])
        dialog = section.dialog
        assert dialog is not None
        dialog.reason.set_draft(reason)
        settle(desk)
        if not reason:
            dialog.discard_button.click()
            settle(desk)
        shoot(dialog, folder / f"exchange-discard-{state}-{name}.png")
        dialog.reject()


def shots(folder: Path, languages: tuple[str, ...] = ("en", "ar", "fr")) -> None:
    QApplication.instance() or QApplication([])
    office = open_office(Path(tempfile.mkdtemp()))
    office.change("clubs", "activity", progress=50, end="2026-11-30")
    refuse(office, "role_too_low")
    office.change("olive", "activity", deleted=True)
    carry_parcels(office)
    refuse(office, "record_locked")
    office.all_sent()
    office.change("solar", "activity", progress=70)
    office.change("survey", "activity", notes="Finished")
    office.change("decision", "decision", rationale="Why not")
    office.store.remember({TOKEN: "x", RATE_UP: 1_500, RATE_DOWN: 3_000, HAPPENED: happened()})
    for language in languages:
        for dark in (False, True):
            desk = make_desk(office, language)
            look = dressed_look(desk.words, dark=dark)
            sync = SyncFacts(lambda: None, state=STATES["held"])
            window = MainWindow(look, desk, screen_plans(sync, keep=lambda _settings: None), sync)
            window.resize(1366, 768)
            window.show()
            window.go("exchange")
            settle(desk)
            screen = window.front
            assert isinstance(screen, ExchangeScreen)
            name = f"{language}-{'dark' if dark else 'light'}"
            for state, shown in STATES.items():
                sync.update(**{each: getattr(shown, each) for each in SyncState.__dataclass_fields__})
                if state == "held":
                    screen.held_section._show(held_changes(office, desk.reader))
                settle(desk)
                shoot(window, folder / f"exchange-{state}-{name}.png")
                if state == "held":
                    shoot_discarding(screen, desk, folder, name)
            inside = screen.state_block.parentWidget()
            assert inside is not None
            shoot(inside, folder / f"exchange-whole-{name}.png")
            window.resize(1092, 614)
            settle(desk)
            shoot(window, folder / f"exchange-small-{name}.png")
            window.close()
            desk.close()
    office.close()


if __name__ == "__main__":
    shots(Path(sys.argv[1]), tuple(sys.argv[2:]) or ("en", "ar", "fr"))
