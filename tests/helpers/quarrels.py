"""The three open questions of the mock: an end date, a number, and a record that one removed."""

from helpers.colleagues import DAY_MS, HOUR_MS, Colleague
from helpers.office import Office

from sync.merge.texts import set_text


def quarrel(office: Office) -> tuple[Colleague, Colleague]:
    """Omar and Claire, who had not seen each other's changes."""
    omar, claire = Colleague(office, "omar", 0xBEEF), Colleague(office, "claire", 0xFACE)
    omar.changes(
        "certificates", "activity", end="2026-07-30", ago_ms=6 * DAY_MS,
        delay_reason="Board meets 13 July. Certificates the same week.",
    )  # fmt: skip
    claire.changes("certificates", "activity", end="2026-06-28", ago_ms=4 * DAY_MS + HOUR_MS)
    office.add("irbid-q2", "value", indicator=office.ids["people"], period=office.ids["q2"],
               place=office.ids["irbid"], cells={"M|25+": "13", "F|15-24": "34"}, status="draft")  # fmt: skip
    office.change("irbid-q2", "value", **{"cells/M|25+": "14"})
    omar.changes("irbid-q2", "value", ago_ms=5 * DAY_MS, **{"cells/M|25+": "21"})
    claire.removes("action", "action_point", ago_ms=7 * DAY_MS)
    omar.changes("action", "action_point", ago_ms=7 * DAY_MS - HOUR_MS, due="2026-06-22", priority="high")
    return omar, claire


def write_together(office: Office, colleague: Colleague) -> None:
    """Lina and a colleague write in one paragraph of a meeting's notes, neither with the other's words."""
    first = set_text(None, "Opened by Omar.\nThe hall in Irbid is free on Tuesdays.").update
    record = office.add(
        "together",
        "meeting",
        title="Coordination with the training centre",
        start="2026-06-10T09:00",
        notes=first,
    )
    hers = set_text(first, "Opened by Omar.\nThe large hall in Irbid is free on Tuesdays.")
    his = set_text(first, "Opened by Omar.\nThe hall in Irbid is free on Tuesdays and Sundays.")
    office.change("together", "meeting", notes=hers.update)
    colleague.writes("meeting", record, {"notes": his.update})
