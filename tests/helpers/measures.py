"""Training figures by place, status, sex and age for the made-up office, in every state a cell can have."""

import shutil
from pathlib import Path
from typing import Any

from helpers.office import JORDAN, Office, OfficeClock, open_office

from desktop.paths import Paths
from desktop.store.profile import open_profile
from desktop.store.store import Store
from sync.changes import Edit
from sync.records import KINDS
from sync.records.order import spread

CATEGORIES = (
    ("status", "Status", "الصفة", (
        ("R", "Refugees", "لاجئون", "Réfugiés"),
        ("H", "Host community", "المجتمع المضيف", "Communauté d'accueil"),
    )),
    ("sex", "Sex", "الجنس", (("F", "Women", "نساء", "Femmes"), ("M", "Men", "رجال", "Hommes"))),
    ("age", "Age", "العمر", (("15-24", "15–24", "15–24", "15–24"), ("25+", "25+", "25+", "25+"))),
)  # fmt: skip
KEYS = tuple(f"{status}|{sex}|{age}" for status in "RH" for sex in "FM" for age in ("15-24", "25+"))
ARABIC_PLACES = {"mafraq": "المفرق", "irbid": "إربد", "zarqa": "الزرقاء", "azraq": "الأزرق"}
FIRST = {
    "mafraq": "28 14 22 9 19 8 15 6",
    "irbid": "31 17 18 11 24 12 19 8",
    "zarqa": "12 9 14 7 21 10 18 9",
    "azraq": "17 11 13 6 0 0 0 0",
}
SECOND = {
    "mafraq": "26 15 24 10 17 9 14 7",
    "irbid": "34 16 21 13 22 11 17 9",
    "zarqa": "14 8 - - 19 12 16 8",
    "azraq": "15 - 11 5 0 0 0 0",
}


class CopiedOffice(Office):
    """An office as it was when its folder was copied; a great deal quicker than a new one."""

    def __init__(self, folder: Path, ids: dict[str, bytes]) -> None:
        self.clock = OfficeClock()
        self.paths = Paths(folder / "profile")
        profile = open_profile(self.paths, passphrase="a few words")
        self.store = Store.open(profile, KINDS, self.clock)
        self.ids = dict(ids)
        self._colleague_dseq = 0


def training_template(folder: Path) -> dict[str, bytes]:
    """A closed office with the training figures, to be copied; returns its ids."""
    office = open_office(folder)
    fill_training(office)
    office.close()
    return office.ids


def copy_office(template: Path, folder: Path, ids: dict[str, bytes]) -> CopiedOffice:
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return CopiedOffice(folder, ids)


def fill_training(office: Office) -> bytes:
    """The indicator 1.1c with its split, targets and two quarters of figures; returns its id."""
    order = spread(len(CATEGORIES))
    for (name, title, arabic, categories), key in zip(CATEGORIES, order, strict=True):
        office.add(
            name, "dimension", name=title, name_ar=arabic, type=name, exclusive=True, position=[None, key]
        )
        for (code, english, said, french), place in zip(categories, spread(len(categories)), strict=True):
            office.add(
                f"{name}-{code}", "category", name=english, name_ar=said, name_fr=french, code=code,
                dimension=office.ids[name], position=[None, place],
            )  # fmt: skip
    for (name, arabic), key in zip(ARABIC_PLACES.items(), spread(len(ARABIC_PLACES)), strict=True):
        office.change(name, "place", name_ar=arabic, position=[None, key])
    ids = office.ids
    training = office.add(
        "training", "indicator",
        title="People completing demand-driven training", title_ar="أشخاص أتمّوا تدريباً وفق طلب السوق",
        title_fr="Personnes ayant suivi une formation adaptée au marché",
        code="1.1c", result=ids["output11"], unit="people", unit_type="number", cumulation="running_sum",
        aggregation="sum", counts="people", direction="increase", target_value="2400", baseline_value="0",
        definition="People who completed at least 80 % of a course of 60 hours or more.",
        dimensions=sorted(ids[name] for name, *_ in CATEGORIES), status="active", type="core",
        means_of_verification="Attendance lists signed by participants", definition_version=1,
    )  # fmt: skip
    office.add_many("target", [
        (f"target-q{number}", {"indicator": training, "period": ids[f"q{number}"], "value": value})
        for number, value in enumerate(("300", "600", "900", "1200"), start=1)
    ])  # fmt: skip
    values = [_value(office, "q1", place, figures, status="approved") for place, figures in FIRST.items()]
    values += [
        _value(office, "q2", "mafraq", SECOND["mafraq"], status="approved"),
        _value(office, "q2", "irbid", SECOND["irbid"], status="draft"),
        _value(office, "q2", "zarqa", SECOND["zarqa"], status="returned", reviewed_by=ids["claire"],
               reviewed_on="2026-06-11", expected_on="2026-07-02",
               review_note="14 women in Q2, but the attendance list has 19. Please check.",
               missing={KEYS[2]: "collected_later", KEYS[3]: "collected_later"}),
    ]  # fmt: skip
    office.add_many("value", values)
    office.change("q1", "period", locked=True, locked_on="2026-04-15")
    office.all_sent()
    office.add_many("value", [_value(office, "q2", "azraq", SECOND["azraq"], status="draft")])
    row = office.row("value-q2-irbid", "value")
    writes = {f"cells/{key}": number for key, number in zip(KEYS[:3], ("35", "17", "22"), strict=True)}
    office.store.submit([Edit(JORDAN, "value", row.id, writes, row.seen)], label="Enter values").result()
    return training


def fill_kinds(office: Office) -> None:
    """One indicator of each other kind of number, with figures of the second quarter."""
    ids = office.ids
    kinds = (
        ("placed", "1.1d", "Trainees employed after six months", {
            "unit": "trainees", "unit_type": "percent", "aggregation": "weighted_average",
            "numerator_label": "Employed", "denominator_label": "Trained", "target_value": "60"}),
        ("reached", "2.1a", "People reached at least once", {
            "unit": "people", "unit_type": "number", "cumulation": "latest", "aggregation": "sum",
            "counts": "unique_people"}),
        ("income", "2.2a", "Average monthly income of supported households", {
            "unit": "JOD", "unit_type": "average", "aggregation": "none", "decimals": 2}),
        ("policy", "3a", "Stage of the work-permit policy", {
            "unit_type": "scale", "scale_labels": "Drafted\nDiscussed\nAdopted\nEnforced"}),
        ("board", "3b", "Board meets every month", {"unit_type": "yes_no"}),
        ("story", "3c", "What changed for applicants", {"unit_type": "qualitative"}),
    )  # fmt: skip
    results = {"1": "output11", "2.1": "output21", "2.2": "output22", "3": "outcome3"}
    for name, code, title, values in kinds:
        result = next(ids[results[key]] for key in sorted(results, reverse=True) if code.startswith(key))
        office.add(name, "indicator", title=title, code=code, result=result, **values)
    figures: dict[str, list[dict[str, Any]]] = {
        "placed": [{"numerator": "41", "denominator": "60"}, {"numerator": "18", "denominator": "45"}],
        "reached": [{"total": "310"}, {"total": "275"}],
        "income": [{"total": "312.5"}, {"total": "287.25"}],
        "policy": [{"score": 2}, {"score": 3}],
        "board": [{"score": 1}, {"score": 0}],
        "story": [{"text": "Applicants wait nine days instead of thirty."}, {"text": "No change yet."}],
    }
    office.add_many("value", [
        (f"{name}-{place}", {"indicator": ids[name], "period": ids["q2"], "place": ids[place],
                             "status": "draft", **values})
        for name, some in figures.items() for place, values in zip(("mafraq", "irbid"), some, strict=True)
    ])  # fmt: skip


def _value(office: Office, period: str, place: str, figures: str, **more: Any) -> tuple[str, dict[str, Any]]:
    cells = {key: number for key, number in zip(KEYS, figures.split(), strict=True) if number != "-"}
    values = {
        "indicator": office.ids["training"], "period": office.ids[period], "place": office.ids[place],
        "cells": cells, "definition_version": 1, **more,
    }  # fmt: skip
    assert values.keys() <= KINDS["value"].fields.keys()
    return (f"value-{period}-{place}", values)
