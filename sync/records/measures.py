"""What is measured against: disaggregation, reporting periods, targets and the reported values."""

from typing import Annotated, ClassVar, Final

from sync.records import declare as d
from sync.records.model import About, Declared, NameLanguages, Sensitive
from sync.records.rules import ordered
from sync.records.vocabularies import (
    CHANGE_REASON,
    MISSING_REASON,
    VALUE_STATUS,
    Vocabulary,
)

DIMENSION_TYPE: Final[Vocabulary] = {
    "sex": "Sex",
    "age": "Age",
    "status": "Status of people",
    "disability": "Disability",
    "location": "Location",
    "settlement": "Type of settlement",
    "nationality": "Nationality",
    "sector": "Sector",
    "enterprise_size": "Size of enterprise",
    "directness": "Direct or indirect",
    "other": "Other",
}


class Dimension(NameLanguages):
    """One way of splitting a value, such as sex or age."""

    declares: ClassVar = About("dimension", plural="Disaggregations", title_field="name")

    name: Annotated[str, d.title("Name")]
    code: Annotated[d.Text, d.code()] = None
    type: Annotated[d.Choice, d.choice("Type", DIMENSION_TYPE)] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    exclusive: Annotated[d.Boolean, d.yes_no("Nobody is in two categories")] = None
    double_counting: Annotated[d.Boolean, d.yes_no("The same person may be counted twice")] = None
    applies_to_targets: Annotated[d.Boolean, d.yes_no("Targets are split too")] = None
    position: Annotated[d.Position, d.position()] = None
    archived: Annotated[d.Boolean, d.yes_no("No longer used")] = None


class Category(NameLanguages):
    """One answer within a disaggregation; archived once it has been used, never deleted."""

    declares: ClassVar = About("category", plural="Categories", title_field="name")

    name: Annotated[str, d.title("Name")]
    code: Annotated[
        d.Text, d.code(syntax="code", hint="Short and without spaces; values are stored under it.")
    ] = None
    dimension: Annotated[d.Id, d.ref("Disaggregation", "dimension")] = None
    position: Annotated[d.Position, d.position()] = None
    unknown: Annotated[d.Boolean, d.yes_no("Stands for “unknown”")] = None
    iati_value: Annotated[d.Text, d.text("IATI value", longest=200)] = None
    archived: Annotated[d.Boolean, d.yes_no("No longer used")] = None


class Period(NameLanguages):
    """A reporting period of a workspace, mapped to one of the programme."""

    declares: ClassVar = About(
        "period", plural="Reporting periods", title_field="name", rules=(ordered("start", "end"),)
    )

    name: Annotated[str, d.title("Name")]
    code: Annotated[d.Text, d.code(hint="Such as 2026-Q1.")] = None
    start: Annotated[d.Day, d.day("Start")] = None
    end: Annotated[d.Day, d.day("End")] = None
    due: Annotated[d.Day, d.day("Due")] = None
    frequency: Annotated[d.Choice, d.frequency("Frequency")] = None
    locked: Annotated[d.Boolean, d.yes_no("Locked")] = None
    locked_on: Annotated[d.Day, d.day("Locked on")] = None
    programme_period: Annotated[
        d.Id,
        d.ref("Programme period", "period", hint="The period of the programme that this one belongs to."),
    ] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None


class Target(Declared):
    """What an indicator should reach in a period and place; without a period, at the end."""

    declares: ClassVar = About("target", plural="Targets", title_field="indicator")

    indicator: Annotated[bytes, d.ref("Indicator", "indicator", required=True)]
    period: Annotated[d.Id, d.ref("Reporting period", "period")] = None
    place: Annotated[d.Id, d.ref("Place", "place")] = None
    value: Annotated[d.Number, d.number("Target")] = None
    numerator: Annotated[d.Number, d.number("Numerator")] = None
    denominator: Annotated[d.Number, d.number("Denominator")] = None
    score: Annotated[d.Integer, d.integer("Step of the scale")] = None
    text: Annotated[d.Text, d.paragraph("In words")] = None
    cells: Annotated[d.Cells, d.numbers("Disaggregated target")] = None
    rationale: Annotated[d.Text, d.paragraph("Reason for the target")] = None
    change_reason: Annotated[d.Choice, d.choice("Reason for the change", CHANGE_REASON)] = None
    change_note: Annotated[d.Text, d.paragraph("Note on the change")] = None


class ReportedValue(Sensitive):
    """What an indicator showed in a period and place; `total` stays empty unless somebody typed it."""

    declares: ClassVar = About("value", plural="Reported values", title_field="indicator")

    indicator: Annotated[bytes, d.ref("Indicator", "indicator", required=True)]
    period: Annotated[d.Id, d.ref("Reporting period", "period")] = None
    place: Annotated[d.Id, d.ref("Place", "place")] = None
    cells: Annotated[
        d.Cells, d.numbers("Disaggregated values", hint="Category codes joined by |, such as F|15-24=12.")
    ] = None
    missing: Annotated[d.Cells, d.reasons("Reasons for missing values", MISSING_REASON)] = None
    missing_reason: Annotated[d.Choice, d.choice("Reason why it is missing", MISSING_REASON)] = None
    expected_on: Annotated[d.Day, d.day("Expected on", hint="When a missing value will be there.")] = None
    total: Annotated[
        d.Number, d.number("Total", hint="Only if it was counted apart from the categories.")
    ] = None
    total_note: Annotated[d.Text, d.paragraph("Why the total differs from the sum")] = None
    numerator: Annotated[d.Number, d.number("Numerator")] = None
    denominator: Annotated[d.Number, d.number("Denominator")] = None
    score: Annotated[d.Integer, d.integer("Step of the scale")] = None
    text: Annotated[d.Text, d.paragraph("In words")] = None
    status: Annotated[d.Choice, d.choice("Status", VALUE_STATUS)] = None
    collected_on: Annotated[d.Day, d.day("Collected on")] = None
    source: Annotated[d.Text, d.text("Source")] = None
    evidence: Annotated[d.Ids, d.refs("Evidence", "attachment")] = None
    evidence_note: Annotated[d.Text, d.paragraph("Note on the evidence")] = None
    note: Annotated[d.Text, d.paragraph("Note")] = None
    reported_by: Annotated[d.Id, d.ref("Reported by", "person")] = None
    submitted_by: Annotated[d.Id, d.ref("Submitted by", "person")] = None
    submitted_on: Annotated[d.Day, d.day("Submitted on")] = None
    reviewed_by: Annotated[d.Id, d.ref("Reviewed by", "person")] = None
    reviewed_on: Annotated[d.Day, d.day("Reviewed on")] = None
    review_note: Annotated[d.Text, d.paragraph("Note of the reviewer")] = None
    definition_version: Annotated[d.Integer, d.integer("Version of the definition", least=1)] = None
    change_reason: Annotated[d.Choice, d.choice("Reason for the change", CHANGE_REASON)] = None
    change_note: Annotated[d.Text, d.paragraph("Note on the change")] = None
