"""The reference files that stand beside the repository give the figures they are known to hold."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from helpers.repository import ROOT
from helpers.spreadsheets import codes, find, named, names, titles, total

from desktop.exchange import ImportPlan, plan_import

SAMPLES = ROOT.parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the reference files are not beside the repository"
)


def plan(name: str) -> ImportPlan:
    return plan_import(Path(SAMPLES / name), today_year=2026)


@needs_samples
def test_the_kenya_workplan_gives_its_activities_and_budget() -> None:
    kenya = plan("kenya-workplan-2026.xlsx")
    assert kenya.created == {
        "result": 5, "activity": 60, "person": 5, "organisation": 7, "budget_line": 60, "comment": 4,
    }  # fmt: skip
    assert total(kenya) == Decimal("1131372.25")
    assert {line.values["currency"] for line in kenya.of_kind("budget_line")} == {"USD"}
    assert Counter(named(kenya, one.values["result"]) for one in kenya.of_kind("activity")) == dict.fromkeys(
        titles(kenya, "result"), 12
    )
    assert "ILO/EIIP" in titles(kenya, "organisation")
    first = kenya.of_kind("activity")[0]
    assert (first.values["start"], first.values["end"]) == ("2026-03-24", "2026-04-23")
    assert first.values["quarters"] == ["2026-Q3", "2026-Q4"]
    publish = next(one for one in kenya.of_kind("activity") if one.values["code"] == "1.2.4")
    assert names(kenya, publish.values["partners"]) == ["UNHCR"]
    listed = {problem.code: problem for problem in kenya.problems}
    assert listed["note_row"].read == "NB: figures exclude PSC 13%"
    assert listed["sheet_without_table"].sheet == "notes"
    assert "total_differs" not in codes(kenya)
    assert not [one for one in kenya.problems if one.severity != "note"]


@needs_samples
def test_the_lebanon_workplan_gives_its_activities_and_budget() -> None:
    lebanon = plan("lebanon-plan-de-travail.xlsx")
    assert lebanon.created == {"result": 5, "activity": 35, "person": 5, "budget_line": 35}
    assert total(lebanon) == Decimal("598647.25")
    assert {line.values["spent"] for line in lebanon.of_kind("budget_line")} == {"0"}
    assert set(Counter(one.values.get("status") for one in lebanon.of_kind("activity"))) == {
        None, "planned", "not_started", "ongoing", "delayed", "completed",
    }  # fmt: skip
    assert [one.values["code"] for one in lebanon.of_kind("result")] == ["1.1", "1.2", "2.1", "2.2", "3.1"]


@needs_samples
def test_the_logframe_gives_its_results_targets_and_values() -> None:
    frame = plan("programme-logframe.xlsx")
    created = frame.created
    assert (created["result"], created["indicator"], created["target"], created["value"]) == (6, 6, 18, 160)
    employed = find(frame, "indicator", "% of graduates employed or self-employed after 6 months")
    assert [employed.values[f"baseline_{part}"] for part in ("value", "numerator", "denominator")] == [
        "31",
        "41",
        "132",
    ]
    assert frame.of_kind("indicator")[1].values["baseline_not_applicable"] is True
    cells = [Decimal(cell) for value in frame.of_kind("value") for cell in value.values["cells"].values()]
    missing = [
        reason for value in frame.of_kind("value") for reason in value.values.get("missing", {}).values()
    ]
    assert (len(cells) + len(missing), sum(cells)) == (1280, 36030)
    assert Counter(missing) == {"unknown": 30, "not_applicable": 12}
    assert not any("total" in value.values for value in frame.of_kind("value"))
    parents = {one.values["code"]: named(frame, one.values["position"][0]) for one in frame.of_kind("result")}
    outcome = "Refugees and hosts have relevant, certified skills"
    assert parents == {"1": None, "1.1": outcome, "1.2": outcome, "2.1": None, "2.2": None, "3.1": None}


@needs_samples
@pytest.mark.parametrize(
    "name, filled",
    [
        ("kenya-workplan-2026.xlsx", 713),
        ("lebanon-plan-de-travail.xlsx", 291),
        ("programme-logframe.xlsx", 9038),
    ],
)
def test_every_filled_cell_is_accounted_for(name: str, filled: int) -> None:
    assert sum(plan(name).cells.values()) == filled
    assert "cell_not_placed" not in codes(plan(name))
