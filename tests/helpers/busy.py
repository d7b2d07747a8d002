"""A full desk for Lina: things late, things of this week, meetings to come, and colleagues at work."""

from helpers.colleagues import DAY_MS, HOUR_MS, Colleague
from helpers.office import Office

from desktop.store.rotation import back_up_daily


def make_busy(office: Office) -> tuple[Colleague, Colleague]:
    """Omar and Claire, who work on laptops of their own."""
    ids = office.ids
    lina = ids["lina"]
    office.add_many("action_point", [
        ("assessors", {"title": "Send the assessor list to the board", "number": "A-29", "owner": lina,
                       "due": "2026-06-10", "status": "open", "activity": ids["certificates"]}),
        ("comparison", {"title": "Share the cash-for-training comparison", "number": "A-28", "owner": lina,
                        "due": "2026-06-17", "status": "open", "meeting": ids["meeting"]}),
        ("photos", {"title": "Choose three photographs for the half-year report", "number": "A-30",
                    "owner": lina, "due": "2026-06-15", "status": "open"}),
        ("done-before", {"title": "Book the room", "number": "A-27", "owner": lina, "due": "2026-06-01",
                         "status": "completed"}),
    ])  # fmt: skip
    office.add_many("activity", [
        ("baseline", {"title": "Confirm the dates of the baseline survey", "code": "3.1.2", "lead": lina,
                      "status": "ongoing", "start": "2026-05-01", "end": "2026-06-14",
                      "result": ids["outcome3"]}),
        ("tracer", {"title": "Tracer study of graduates", "code": "2.1.3", "lead": lina,
                    "status": "not_started", "start": "2026-06-18", "end": "2026-09-30",
                    "result": ids["output21"]}),
    ])  # fmt: skip
    office.add_many("milestone", [
        (f"visit{number}", {"title": title, "owner": lina, "due": due, "status": "planned",
                            "activity": ids["permits"]})
        for number, (title, due) in enumerate((
            ("Half-year report to the donor", "2026-07-14"), ("Field visit to Mafraq", "2026-06-24"),
            ("Field visit to Irbid", "2026-06-29"), ("Field visit to Zarqa", "2026-07-01"),
            ("Field visit to Azraq", "2026-07-06"), ("Review of the reference sheets", "2026-07-08"),
            ("Data quality check, second round", "2026-07-10"),
        ))
    ])  # fmt: skip
    office.change("first120", "milestone", owner=lina)
    office.add("income", "indicator", title="Average income change", code="2.2c", result=ids["output22"],
               responsible=lina)  # fmt: skip
    office.add("returned", "value", indicator=ids["people"], period=ids["q2"], place=ids["zarqa"],
               total="61", status="returned", submitted_by=lina)  # fmt: skip
    office.add_many("value", [
        (f"waiting{at}", {"indicator": ids["certified"], "period": ids["q2"], "place": ids[place],
                          "total": str(at), "status": "submitted", "submitted_by": ids["omar"]})
        for at, place in enumerate(("mafraq", "irbid", "azraq"))
    ])  # fmt: skip
    office.add_many("meeting", [
        ("call", {"title": "Weekly field call", "state": "draft", "start": "2026-06-16T09:30",
                  "chair": ids["samir"]}),
        ("board", {"title": "Training board, technical group", "state": "draft",
                   "start": "2026-06-18T11:00", "place": "Amman", "note_taker": lina}),
        ("mid", {"title": "Mid-year review, eight countries", "state": "draft",
                 "start": "2026-06-30T10:00"}),
    ])  # fmt: skip
    office.all_sent()
    reader = office.store.reader()
    back_up_daily(office.store.profile, reader.connection, clock=office.clock)
    reader.close()
    omar, claire = Colleague(office, "omar", 0xBEEF), Colleague(office, "claire", 0xFACE)
    for number in range(3):
        omar.adds("comment", about_kind="activity", about=ids["solar"], text=f"Site {number + 1} is ready.",
                  ago_ms=3 * DAY_MS)  # fmt: skip
    claire.changes("olive", "activity", end="2026-12-10", progress=30, ago_ms=2 * DAY_MS)
    omar.changes("survey", "activity", notes="Filed.", ago_ms=DAY_MS)
    omar.changes("solar", "activity", progress=65, ago_ms=HOUR_MS)
    return omar, claire
