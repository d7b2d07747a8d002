"""The workplan: activities, milestones, dependencies, money and responsibilities."""

from typing import Annotated, ClassVar, Final

from sync.records import declare as d
from sync.records.model import About, Declared, Sensitive, TitleLanguages
from sync.records.rules import any_of, different, ordered
from sync.records.vocabularies import ACTIVITY_STATUS, ACTIVITY_STATUS_ALIASES, PRIORITY, Vocabulary

TRAFFIC_LIGHT: Final[Vocabulary] = {
    "green": "Green: on track",
    "yellow": "Yellow: watch",
    "orange": "Orange: at risk",
    "red": "Red: off track",
}

DEPENDENCY_TYPE: Final[Vocabulary] = {
    "FS": "Finish to start",
    "SS": "Start to start",
    "FF": "Finish to finish",
    "SF": "Start to finish",
}

BUDGET_CATEGORY: Final[Vocabulary] = {
    "staff": "Staff",
    "consultants": "Consultants",
    "travel": "Travel",
    "subcontract": "Subcontracts and implementing partners",
    "training": "Training and workshops",
    "equipment": "Equipment",
    "grants": "Grants",
    "support": "Support costs",
    "other": "Other",
}

RACI: Final[Vocabulary] = {
    "responsible": "Responsible",
    "accountable": "Accountable",
    "consulted": "Consulted",
    "informed": "Informed",
}


class Activity(TitleLanguages, Sensitive):
    """One line of the workplan; `position` holds its parent activity, `result` the output it serves."""

    declares: ClassVar = About(
        "activity",
        plural="Activities",
        rules=(
            ordered("start", "end"),
            ordered("actual_start", "actual_end"),
            ordered("agreed_start", "agreed_end"),
        ),
    )

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    result: Annotated[d.Id, d.ref("Output", "result", hint="The result that it serves.")] = None
    position: Annotated[d.Position, d.position()] = None
    status: Annotated[d.Choice, d.choice("Status", ACTIVITY_STATUS, aliases=ACTIVITY_STATUS_ALIASES)] = None
    progress: Annotated[d.Integer, d.integer("Progress", unit="%", least=0, most=100)] = None
    traffic_light: Annotated[d.Choice, d.choice("Traffic light", TRAFFIC_LIGHT)] = None
    start: Annotated[d.Day, d.day("Start")] = None
    end: Annotated[d.Day, d.day("End")] = None
    actual_start: Annotated[d.Day, d.day("Actual start")] = None
    actual_end: Annotated[d.Day, d.day("Actual end")] = None
    agreed_start: Annotated[d.Day, d.day("Agreed start", hint="As in the agreed plan.")] = None
    agreed_end: Annotated[d.Day, d.day("Agreed end", hint="As in the agreed plan.")] = None
    quarters: Annotated[d.Tags, d.tags("Quarters", syntax="quarter", hint="Such as 2026-Q1.")] = None
    delay_reason: Annotated[d.Text, d.paragraph("Reason for the delay")] = None
    lead: Annotated[d.Id, d.ref("Lead", "person")] = None
    partners: Annotated[d.Ids, d.refs("Implementing partners", "organisation")] = None
    donors: Annotated[d.Ids, d.refs("Donors", "organisation")] = None
    pillar: Annotated[d.Id, d.ref("Pillar", "pillar")] = None
    theme: Annotated[d.Id, d.ref("Theme", "theme")] = None
    flagship: Annotated[d.Text, d.text("Flagship", hint="Such as apprenticeship or job search clubs.")] = None
    places: Annotated[d.Ids, d.refs("Places", "place")] = None
    target_groups: Annotated[d.Tags, d.tags("Target groups")] = None
    contributes_to: Annotated[d.Ids, d.refs("Contributes to indicators", "indicator")] = None
    deliverable: Annotated[d.Text, d.paragraph("Deliverable")] = None
    priority: Annotated[d.Choice, d.choice("Priority", PRIORITY)] = None
    gender_marker: Annotated[d.Integer, d.integer("Gender marker", least=0, most=3)] = None
    rights_marker: Annotated[d.Integer, d.integer("Human rights marker", least=0, most=3)] = None
    sdg_targets: Annotated[d.Tags, d.tags("SDG targets")] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None


class Milestone(Declared):
    """A point in time that the plan is judged by."""

    declares: ClassVar = About("milestone", plural="Milestones")

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    result: Annotated[d.Id, d.ref("Result", "result")] = None
    due: Annotated[d.Day, d.day("Due")] = None
    agreed_due: Annotated[d.Day, d.day("Agreed due date", hint="As in the agreed plan.")] = None
    reached_on: Annotated[d.Day, d.day("Reached on")] = None
    status: Annotated[
        d.Choice,
        d.choice(
            "Status",
            {"planned": "Planned", "reached": "Reached", "missed": "Missed", "cancelled": "Cancelled"},
        ),
    ] = None
    owner: Annotated[d.Id, d.ref("Owner", "person")] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None


class Dependency(Declared):
    """One activity or milestone waits for another; dates never move by themselves."""

    declares: ClassVar = About(
        "dependency",
        plural="Dependencies",
        title_field="successor",
        rules=(different("predecessor", "successor"),),
    )

    predecessor: Annotated[bytes, d.ref("Comes first", "activity", "milestone", required=True)]
    successor: Annotated[bytes, d.ref("Waits for it", "activity", "milestone", required=True)]
    type: Annotated[d.Choice, d.choice("Type", DEPENDENCY_TYPE)] = None
    lag: Annotated[
        d.Integer,
        d.integer("Days between", unit="days", least=-3650, most=3650, hint="Less than 0 is overlap."),
    ] = None
    hard: Annotated[d.Boolean, d.yes_no("Must be kept")] = None
    note: Annotated[d.Text, d.paragraph("Note")] = None


class BudgetLine(Declared):
    """Planned and spent money, as a shadow of the finance system and never instead of it."""

    declares: ClassVar = About(
        "budget_line", plural="Budget lines", rules=(any_of("title", "activity", "result"),)
    )

    title: Annotated[d.Text, d.title(required=False)] = None
    code: Annotated[d.Text, d.code()] = None
    activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    result: Annotated[d.Id, d.ref("Output", "result")] = None
    category: Annotated[d.Choice, d.choice("Cost category", BUDGET_CATEGORY)] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    unit: Annotated[d.Text, d.text("Unit", hint="Such as people, days or enterprises.", longest=200)] = None
    quantity: Annotated[d.Number, d.number("Quantity")] = None
    unit_cost: Annotated[d.Number, d.amount("Unit cost")] = None
    currency: Annotated[d.Text, d.currency()] = None
    rate: Annotated[
        d.Number,
        d.number("Exchange rate", least="0", hint="Units of this currency for one of the programme's."),
    ] = None
    rate_date: Annotated[d.Day, d.day("Date of the rate")] = None
    donor: Annotated[d.Id, d.ref("Donor", "organisation")] = None
    fund_code: Annotated[d.Text, d.text("Fund code", searchable=True, longest=200)] = None
    cost_centre: Annotated[d.Text, d.text("Cost centre", longest=200)] = None
    year: Annotated[d.Integer, d.integer("Year", least=1900, most=2199)] = None
    planned: Annotated[d.Number, d.amount("Planned amount")] = None
    revised: Annotated[d.Number, d.amount("Revised amount")] = None
    committed: Annotated[d.Number, d.amount("Committed amount")] = None
    spent: Annotated[d.Number, d.amount("Spent amount")] = None
    planned_quarters: Annotated[d.Cells, d.numbers("Planned by quarter", keys="quarter")] = None
    spent_quarters: Annotated[d.Cells, d.numbers("Spent by quarter", keys="quarter")] = None
    source: Annotated[d.Text, d.text("Source of the figures")] = None
    as_of: Annotated[d.Day, d.day("Figures as of")] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None


class Role(Declared):
    """What a person or organisation is to an activity: responsible, accountable, consulted, informed."""

    declares: ClassVar = About(
        "role", plural="Responsibilities", title_field="person", rules=(any_of("person", "organisation"),)
    )

    activity: Annotated[bytes, d.ref("Activity", "activity", required=True)]
    person: Annotated[d.Id, d.ref("Person", "person")] = None
    organisation: Annotated[d.Id, d.ref("Organisation", "organisation")] = None
    raci: Annotated[
        d.Choice,
        d.choice(
            "Responsibility",
            RACI,
            aliases={"R": "responsible", "A": "accountable", "C": "consulted", "I": "informed"},
        ),
    ] = None
    note: Annotated[d.Text, d.paragraph("Note")] = None
