"""The results framework: pillars, results, and the indicators with their reference sheet."""

from typing import Annotated, ClassVar, Final

from sync.records import declare as d
from sync.records.model import About, Sensitive, TitleLanguages
from sync.records.vocabularies import Vocabulary

RESULT_TYPE: Final[Vocabulary] = {
    "impact": "Impact",
    "outcome": "Outcome",
    "output": "Output",
    "other": "Other",
}

UNIT_TYPE: Final[Vocabulary] = {
    "number": "Count",
    "percent": "Percentage",
    "ratio": "Ratio",
    "average": "Average or level",
    "yes_no": "Yes or no",
    "scale": "Scale",
    "qualitative": "In words",
}

CUMULATION: Final[Vocabulary] = {
    "period": "Each period alone; the total is their sum",
    "running_sum": "Each period alone; shown as a running sum",
    "latest": "The level reached; the latest counts",
}

AGGREGATION: Final[Vocabulary] = {
    "sum": "Sum",
    "latest_sum": "Sum of the latest",
    "average": "Average",
    "weighted_average": "Sum of numerators by sum of denominators",
    "maximum": "Highest",
    "minimum": "Lowest",
    "count_yes": "Count of yes",
    "none": "Cannot be added",
}

QUALITY_ASSURANCE: Final[Vocabulary] = {
    "back_checks": "Back checks",
    "spot_checks": "Spot checks",
    "data_cleaning": "Data cleaning and processing",
    "audit": "Data quality audit",
    "digital_tools": "Digital data collection",
    "external_evaluator": "External evaluator or consultant",
    "mixed_methods": "Mixed methods",
    "participatory": "Participatory analysis and validation",
    "peer_review": "Peer review",
    "pilot": "Pilot testing",
    "random_sampling": "Random sampling",
    "self_assessment": "Self-assessment",
    "standard_indicators": "Standard indicators",
    "standard_procedures": "Standard operating procedures",
    "supervision": "Supervision of enumerators",
    "training": "Training of data collectors",
    "triangulation": "Triangulation of sources",
}


class Pillar(TitleLanguages):
    """A main strand of the programme; its name is data, never a constant."""

    declares: ClassVar = About("pillar", plural="Pillars")

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    programme: Annotated[d.Id, d.ref("Programme", "programme")] = None
    position: Annotated[d.Position, d.position()] = None


class Theme(TitleLanguages):
    """A subject inside a pillar or across several."""

    declares: ClassVar = About("theme", plural="Themes")

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    pillar: Annotated[d.Id, d.ref("Pillar", "pillar")] = None
    position: Annotated[d.Position, d.position()] = None


class Result(TitleLanguages, Sensitive):
    """One statement of the results chain; `position` holds its parent."""

    declares: ClassVar = About("result", plural="Results")

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    level: Annotated[d.Text, d.text("Level", hint="The programme's own name for it, such as Output.")] = None
    type: Annotated[
        d.Choice,
        d.choice("Type", RESULT_TYPE, aliases={"goal": "impact", "résultat": "outcome", "produit": "output"}),
    ] = None
    position: Annotated[d.Position, d.position()] = None
    programme: Annotated[d.Id, d.ref("Programme", "programme")] = None
    pillar: Annotated[d.Id, d.ref("Pillar", "pillar")] = None
    assumptions: Annotated[d.Text, d.paragraph("Assumptions")] = None
    aggregable: Annotated[d.Boolean, d.yes_no("Can be added up across places")] = None
    strategic_link: Annotated[
        d.Text, d.text("Link to higher goals", hint="Codes of the country programme or the global plan.")
    ] = None
    owner: Annotated[d.Id, d.ref("Owner", "person")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None


class Indicator(TitleLanguages, Sensitive):
    """What is measured, and the reference sheet that says how."""

    declares: ClassVar = About("indicator", plural="Indicators")

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    result: Annotated[d.Id, d.ref("Result", "result")] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {"custom": "Custom", "standard": "Standard", "donor": "Donor", "sdg": "SDG", "core": "Core"},
        ),
    ] = None
    status: Annotated[
        d.Choice, d.choice("Status", {"draft": "Draft", "active": "Active", "retired": "No longer used"})
    ] = None
    definition: Annotated[d.Text, d.paragraph("Definition", hint="What counts, and what does not.")] = None
    definition_version: Annotated[d.Integer, d.integer("Version of the definition", least=1)] = None
    source: Annotated[d.Text, d.text("Source")] = None
    rationale: Annotated[d.Text, d.paragraph("Rationale")] = None
    strategic_link: Annotated[
        d.Text, d.text("Link to higher goals", hint="Codes of the country programme or the global plan.")
    ] = None
    pillar: Annotated[d.Id, d.ref("Pillar", "pillar")] = None
    theme: Annotated[d.Id, d.ref("Theme", "theme")] = None
    global_indicator: Annotated[
        d.Id, d.ref("Counts towards", "indicator", hint="The programme indicator that this one feeds.")
    ] = None

    unit: Annotated[d.Text, d.text("Unit", hint="Such as people, days or enterprises.", longest=200)] = None
    unit_type: Annotated[d.Choice, d.choice("Kind of number", UNIT_TYPE)] = None
    decimals: Annotated[d.Integer, d.integer("Decimals", least=0, most=6)] = None
    direction: Annotated[
        d.Choice,
        d.choice("Good direction", {"increase": "Increase", "decrease": "Decrease", "none": "Neither"}),
    ] = None
    numerator_label: Annotated[d.Text, d.text("What the numerator counts")] = None
    denominator_label: Annotated[d.Text, d.text("What the denominator counts")] = None
    scale_labels: Annotated[
        d.Text, d.paragraph("Steps of the scale", hint="One step on each line, the lowest first.")
    ] = None
    cumulation: Annotated[
        d.Choice, d.choice("Over time", CUMULATION, aliases={"cumulative": "running_sum", "sum": "period"})
    ] = None
    aggregation: Annotated[d.Choice, d.choice("Across places", AGGREGATION)] = None
    counts: Annotated[
        d.Choice,
        d.choice(
            "What is counted",
            {
                "unique_people": "People, each once",
                "people": "People, who may be counted again",
                "households": "Households",
                "enterprises": "Enterprises",
                "events": "Events or services",
                "things": "Things",
                "other": "Other",
            },
        ),
    ] = None
    overlap: Annotated[
        d.Choice,
        d.choice(
            "If the same people are in several places",
            {
                "highest": "Take the highest place",
                "separate": "Places are far apart; they can be added",
                "registry": "One register removes repeats",
                "not_known": "Not known; do not add",
            },
        ),
    ] = None
    dimensions: Annotated[d.Ids, d.refs("Disaggregated by", "dimension")] = None

    baseline_value: Annotated[d.Number, d.number("Baseline")] = None
    baseline_numerator: Annotated[d.Number, d.number("Numerator of the baseline")] = None
    baseline_denominator: Annotated[d.Number, d.number("Denominator of the baseline")] = None
    baseline_date: Annotated[d.Day, d.day("Date of the baseline")] = None
    baseline_year: Annotated[d.Integer, d.integer("Year of the baseline", least=1900, most=2199)] = None
    baseline_not_applicable: Annotated[d.Boolean, d.yes_no("No baseline applies")] = None
    baseline_cells: Annotated[d.Cells, d.numbers("Disaggregated baseline")] = None
    baseline_note: Annotated[d.Text, d.paragraph("Note on the baseline")] = None

    target_value: Annotated[d.Number, d.number("Final target")] = None
    target_rationale: Annotated[d.Text, d.paragraph("Reason for the target")] = None
    target_frequency: Annotated[d.Choice, d.frequency("Target periods")] = None
    first_period_start: Annotated[d.Day, d.day("Start of the first period")] = None
    period_count: Annotated[d.Integer, d.integer("Number of periods", least=1, most=600)] = None
    event_names: Annotated[d.Text, d.paragraph("Names of the events", hint="One event on each line.")] = None
    on_track_band: Annotated[
        d.Number,
        d.number(
            "On-track margin", unit="%", least="0", most="100", hint="How far from the target is on track."
        ),
    ] = None

    means_of_verification: Annotated[d.Text, d.paragraph("Means of verification")] = None
    method: Annotated[d.Text, d.paragraph("Collection method")] = None
    tool: Annotated[d.Text, d.text("Collection tool")] = None
    collection_frequency: Annotated[d.Choice, d.frequency("Collection frequency")] = None
    data_points: Annotated[d.Text, d.paragraph("Data points")] = None
    responsible_role: Annotated[d.Text, d.text("Responsible role")] = None
    responsible: Annotated[d.Id, d.ref("Responsible person", "person")] = None
    cost_note: Annotated[d.Text, d.paragraph("Note on cost")] = None

    analysis_method: Annotated[d.Text, d.paragraph("Method of analysis")] = None
    information_use: Annotated[d.Text, d.paragraph("Use of the information")] = None
    reporting_frequency: Annotated[d.Choice, d.frequency("Reporting frequency")] = None
    quality_assurance: Annotated[d.Tags, d.tags("Quality assurance", choices=QUALITY_ASSURANCE)] = None
    limitations: Annotated[d.Text, d.paragraph("Known limits of the data")] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None
