"""What was learnt and what may go wrong: lessons, good practices, recommendations, risks."""

from typing import Annotated, ClassVar, Final

from sync.records import declare as d
from sync.records.model import About, Sensitive
from sync.records.rules import ordered
from sync.records.vocabularies import Vocabulary

CRITERIA: Final[Vocabulary] = {
    "relevance": "Relevance",
    "coherence": "Coherence",
    "effectiveness": "Effectiveness",
    "efficiency": "Efficiency",
    "impact": "Impact",
    "sustainability": "Sustainability",
}

PRACTICE_QUALITY: Final[Vocabulary] = {
    "innovative": "Innovative",
    "effective": "Effective",
    "replicable": "Replicable",
    "sustainable": "Sustainable",
    "relevant": "Relevant",
    "ethical": "Ethical",
    "efficient": "Efficient",
}

RISK_CATEGORY: Final[Vocabulary] = {
    "social_environmental": "Social and environmental",
    "financial": "Financial",
    "operational": "Operational",
    "organisational": "Organisational",
    "political": "Political",
    "strategic": "Strategic",
    "safety_security": "Safety and security",
}


FIVE_LEVELS: Final = "From 1, low, to 5, extreme."


class Lesson(Sensitive):
    """A lesson, a good practice or a recommendation, written while the work goes on."""

    declares: ClassVar = About("lesson", plural="Lessons")

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {
                "lesson": "Lesson learned",
                "good_practice": "Good practice",
                "recommendation": "Recommendation",
            },
        ),
    ] = None
    status: Annotated[
        d.Choice,
        d.choice(
            "Status",
            {
                "draft": "Draft",
                "reviewed": "Peer-reviewed",
                "endorsed": "Endorsed",
                "retired": "No longer used",
            },
        ),
    ] = None
    evidence_level: Annotated[
        d.Choice,
        d.choice(
            "Strength of evidence",
            {"anecdote": "Anecdote", "monitored": "Monitored", "evaluated": "Evaluated"},
        ),
    ] = None
    description: Annotated[d.Text, d.paragraph("Description", hint="The lesson in a few sentences.")] = None
    narrative: Annotated[d.Text, d.long_text("What happened")] = None
    context: Annotated[d.Text, d.long_text("Context and preconditions")] = None
    targeted_users: Annotated[d.Text, d.paragraph("Targeted users and beneficiaries")] = None
    challenges: Annotated[d.Text, d.long_text("Challenges and negative causes")] = None
    success_factors: Annotated[d.Text, d.long_text("Success and positive causes")] = None
    administrative_issues: Annotated[
        d.Text, d.long_text("Administrative issues", hint="Staff, resources, design, implementation.")
    ] = None
    cause_effect: Annotated[d.Text, d.paragraph("Cause and effect")] = None
    replicability: Annotated[d.Text, d.paragraph("Can be repeated, and by whom")] = None
    measured_impact: Annotated[d.Text, d.paragraph("Measured impact")] = None
    higher_goals: Annotated[d.Text, d.text("Link to higher goals")] = None
    qualities: Annotated[d.Tags, d.tags("Qualities", choices=PRACTICE_QUALITY)] = None
    criteria: Annotated[d.Tags, d.tags("Evaluation criteria", choices=CRITERIA)] = None
    theme: Annotated[d.Id, d.ref("Theme", "theme")] = None
    pillar: Annotated[d.Id, d.ref("Pillar", "pillar")] = None
    category: Annotated[d.Text, d.text("Category")] = None
    place: Annotated[d.Id, d.ref("Place", "place")] = None
    activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    indicator: Annotated[d.Id, d.ref("Indicator", "indicator")] = None
    meeting: Annotated[d.Id, d.ref("Meeting", "meeting")] = None
    evaluation: Annotated[d.Text, d.text("Evaluation", searchable=True)] = None
    author: Annotated[d.Id, d.ref("Author", "person")] = None
    date: Annotated[d.Day, d.day("Date")] = None
    url: Annotated[d.Text, d.web_address()] = None
    tried_in: Annotated[d.Ids, d.refs("Tried in", "workspace", "place")] = None
    addressee: Annotated[d.Text, d.text("Addressed to")] = None
    response: Annotated[
        d.Choice,
        d.choice(
            "Management response",
            {"accepted": "Accepted", "partly": "Partly accepted", "rejected": "Rejected"},
        ),
    ] = None
    action_plan: Annotated[d.Text, d.paragraph("Action plan")] = None
    follow_up: Annotated[d.Text, d.paragraph("Follow-up so far")] = None
    due: Annotated[d.Day, d.day("Due")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None


class Risk(Sensitive):
    """Something that may go wrong; its significance is impact times likelihood, never stored."""

    declares: ClassVar = About("risk", plural="Risks", rules=(ordered("valid_from", "valid_to"),))

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    category: Annotated[d.Choice, d.choice("Category", RISK_CATEGORY)] = None
    subcategory: Annotated[d.Text, d.text("Subcategory")] = None
    status: Annotated[
        d.Choice, d.choice("Status", {"open": "Open", "occurred": "Has happened", "closed": "Closed"})
    ] = None
    causes: Annotated[d.Text, d.paragraph("Causes")] = None
    consequences: Annotated[d.Text, d.paragraph("Consequences")] = None
    owner: Annotated[d.Id, d.ref("Owner", "person")] = None
    valid_from: Annotated[d.Day, d.day("Valid from")] = None
    valid_to: Annotated[d.Day, d.day("Valid to")] = None
    impact: Annotated[d.Integer, d.integer("Impact", least=1, most=5, hint=FIVE_LEVELS)] = None
    likelihood: Annotated[d.Integer, d.integer("Likelihood", least=1, most=5, hint=FIVE_LEVELS)] = None
    appetite: Annotated[d.Text, d.text("Accepted level")] = None
    treatment: Annotated[d.Text, d.paragraph("Treatment")] = None
    treatment_activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    expected_effect: Annotated[d.Text, d.paragraph("Expected effect")] = None
    responsible: Annotated[d.Id, d.ref("Responsible person", "person")] = None
    treatment_status: Annotated[
        d.Choice,
        d.choice(
            "Status of the treatment", {"planned": "Planned", "ongoing": "Ongoing", "completed": "Completed"}
        ),
    ] = None
    due: Annotated[d.Day, d.day("Due")] = None
    escalation: Annotated[
        d.Choice,
        d.choice(
            "Escalation",
            {
                "none": "Not escalated",
                "proposed": "Proposed",
                "escalated": "Escalated",
                "resolved": "Resolved",
            },
        ),
    ] = None
    result: Annotated[d.Id, d.ref("Result", "result")] = None
    activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None
