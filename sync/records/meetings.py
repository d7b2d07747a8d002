"""Meetings: the agenda, what was decided, and who does what by when."""

from typing import Annotated, ClassVar, Final

from sync.records import declare as d
from sync.records.model import About, Declared, Sensitive
from sync.records.rules import ordered
from sync.records.vocabularies import PRIORITY, Vocabulary

MEETING_TYPE: Final[Vocabulary] = {
    "planning": "Planning",
    "steering": "Steering committee",
    "review": "Review",
    "bilateral": "Bilateral",
    "donor": "Donor meeting",
    "team": "Team meeting",
    "webinar": "Webinar",
    "training": "Training",
    "other": "Other",
}


class Meeting(Sensitive):
    """One meeting, from its first draft to the approved minutes."""

    declares: ClassVar = About("meeting", plural="Meetings", rules=(ordered("start", "end"),))

    title: Annotated[str, d.title()]
    code: Annotated[d.Text, d.code()] = None
    type: Annotated[d.Choice, d.choice("Type", MEETING_TYPE)] = None
    series: Annotated[
        d.Text, d.text("Series", searchable=True, hint="Meetings of one series share this name.")
    ] = None
    state: Annotated[
        d.Choice,
        d.choice(
            "State", {"draft": "Draft", "open": "Open", "in_progress": "In progress", "closed": "Closed"}
        ),
    ] = None
    start: Annotated[d.Moment, d.moment("Start")] = None
    end: Annotated[d.Moment, d.moment("End")] = None
    time_zone: Annotated[d.Text, d.time_zone()] = None
    place: Annotated[d.Text, d.text("Place", searchable=True)] = None
    url: Annotated[d.Text, d.web_address("Online address")] = None
    chair: Annotated[d.Id, d.ref("Chair", "person")] = None
    note_taker: Annotated[d.Id, d.ref("Note-taker", "person")] = None
    participants: Annotated[d.Ids, d.refs("Participants", "person")] = None
    attended: Annotated[d.Ids, d.refs("Attended", "person")] = None
    apologies: Annotated[d.Ids, d.refs("Apologies", "person")] = None
    notes: Annotated[d.Text, d.long_text("Notes")] = None
    minutes_approved_on: Annotated[d.Day, d.day("Minutes approved on")] = None
    minutes_approved_by: Annotated[d.Id, d.ref("Minutes approved by", "person")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None


class AgendaItem(Declared):
    """One point of an agenda; sections are items that others have as parent in `position`."""

    declares: ClassVar = About("agenda_item", plural="Agenda items")

    title: Annotated[str, d.title()]
    meeting: Annotated[d.Id, d.ref("Meeting", "meeting")] = None
    position: Annotated[d.Position, d.position()] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {
                "section": "Section",
                "information": "For information",
                "discussion": "For discussion",
                "decision": "For decision",
            },
        ),
    ] = None
    minutes: Annotated[d.Integer, d.integer("Duration", unit="min", least=0, most=1440)] = None
    presenter: Annotated[d.Id, d.ref("Presenter", "person")] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    notes: Annotated[d.Text, d.long_text("Notes")] = None
    discussed: Annotated[d.Boolean, d.yes_no("Discussed")] = None


class Decision(Sensitive):
    """What a meeting decided, and why."""

    declares: ClassVar = About("decision", plural="Decisions")

    title: Annotated[str, d.title()]
    number: Annotated[d.Text, d.code("Reference number")] = None
    text: Annotated[d.Text, d.paragraph("Wording")] = None
    rationale: Annotated[d.Text, d.paragraph("Rationale")] = None
    meeting: Annotated[d.Id, d.ref("Meeting", "meeting")] = None
    agenda_item: Annotated[d.Id, d.ref("Agenda item", "agenda_item")] = None
    decided_by: Annotated[d.Id, d.ref("Decided by", "person", "organisation")] = None
    date: Annotated[d.Day, d.day("Date")] = None
    status: Annotated[
        d.Choice,
        d.choice(
            "Status", {"active": "Active", "superseded": "Replaced by a later one", "reversed": "Reversed"}
        ),
    ] = None
    superseded_by: Annotated[d.Id, d.ref("Replaced by", "decision")] = None
    activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None


class ActionPoint(Sensitive):
    """What somebody does by a date, and whether another person has seen it done."""

    declares: ClassVar = About("action_point", plural="Action points")

    title: Annotated[str, d.title()]
    number: Annotated[d.Text, d.code("Reference number")] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    owner: Annotated[d.Id, d.ref("Owner", "person")] = None
    assigned_by: Annotated[d.Id, d.ref("Assigned by", "person")] = None
    due: Annotated[d.Day, d.day("Due")] = None
    priority: Annotated[d.Choice, d.choice("Priority", PRIORITY)] = None
    category: Annotated[d.Text, d.text("Category")] = None
    status: Annotated[
        d.Choice,
        d.choice(
            "Status",
            {"open": "Open", "completed": "Completed", "cancelled": "Cancelled"},
            aliases={"done": "completed", "closed": "completed", "clos": "completed", "fait": "completed"},
        ),
    ] = None
    completed_on: Annotated[d.Day, d.day("Completed on")] = None
    verifier: Annotated[d.Id, d.ref("Verifier", "person")] = None
    verified_on: Annotated[d.Day, d.day("Verified on")] = None
    adequate: Annotated[d.Boolean, d.yes_no("Done as agreed")] = None
    meeting: Annotated[d.Id, d.ref("Meeting", "meeting")] = None
    agenda_item: Annotated[d.Id, d.ref("Agenda item", "agenda_item")] = None
    decision: Annotated[d.Id, d.ref("Decision", "decision")] = None
    activity: Annotated[d.Id, d.ref("Activity", "activity")] = None
    place: Annotated[d.Id, d.ref("Place", "place")] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None
