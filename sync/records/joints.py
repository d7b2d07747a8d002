"""What joins records: attachments, comments and links, each pointing at a record of any kind."""

from typing import Annotated, ClassVar, Final

from sync.records import declare as d
from sync.records.model import About, Declared, Sensitive
from sync.records.rules import different
from sync.records.vocabularies import KIND_LABELS, Vocabulary

LINK_TYPE: Final[Vocabulary] = {
    "related": "Related to",
    "leads_to": "Leads to",
    "supports": "Supports",
    "evidence_for": "Is evidence for",
    "learnt_from": "Was learnt from",
    "reuses": "Reuses",
    "replaces": "Replaces",
    "duplicates": "Says the same as",
    "moved_from": "Was moved from",
}


class Attachment(Sensitive):
    """A file or web page kept with a record; the bytes travel apart, by their fingerprint."""

    declares: ClassVar = About("attachment", plural="Attachments")

    title: Annotated[str, d.title()]
    about_kind: Annotated[d.Choice, d.choice("Kind of record", KIND_LABELS, technical=True)] = None
    about: Annotated[d.Id, d.ref("Belongs to", technical=True)] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {
                "evidence": "Evidence",
                "document": "Document",
                "photo": "Photo",
                "minutes": "Signed minutes",
                "other": "Other",
            },
        ),
    ] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    file_name: Annotated[d.Text, d.text("File name", searchable=True, longest=255)] = None
    media_type: Annotated[d.Text, d.text("File type", longest=255, technical=True)] = None
    size: Annotated[d.Integer, d.integer("Size", unit="B", least=0, technical=True)] = None
    sha256: Annotated[d.Text, d.text("Fingerprint", syntax="sha256", longest=64, technical=True)] = None
    url: Annotated[d.Text, d.web_address()] = None
    date: Annotated[d.Day, d.day("Date")] = None
    language: Annotated[d.Text, d.text("Language", longest=100)] = None
    version: Annotated[d.Text, d.text("Version", longest=100)] = None
    consent: Annotated[d.Boolean, d.yes_no("The people shown have agreed")] = None
    tags: Annotated[d.Tags, d.tags("Tags")] = None


class Comment(Declared):
    """What somebody said about a record; its text never changes."""

    declares: ClassVar = About("comment", plural="Comments", title_field="text")

    about_kind: Annotated[
        d.Choice, d.choice("Kind of record", KIND_LABELS, immutable=True, technical=True)
    ] = None
    about: Annotated[d.Id, d.ref("Record", immutable=True, technical=True)] = None
    text: Annotated[str, d.paragraph("Comment", required=True, immutable=True)]
    reply_to: Annotated[d.Id, d.ref("In reply to", "comment", immutable=True)] = None
    mentions: Annotated[d.Ids, d.refs("Mentioned people", "person")] = None
    follow_up: Annotated[d.Boolean, d.yes_no("Needs follow-up")] = None


class Link(Declared):
    """A joint between two records; the label of the far end is kept, in case it cannot be read here."""

    declares: ClassVar = About(
        "link", plural="Links", title_field="label", rules=(different("from_id", "to_id"),)
    )

    from_kind: Annotated[d.Choice, d.choice("Kind of the first record", KIND_LABELS, technical=True)] = None
    from_id: Annotated[bytes, d.ref("First record", required=True)]
    to_kind: Annotated[d.Choice, d.choice("Kind of the second record", KIND_LABELS, technical=True)] = None
    to_id: Annotated[bytes, d.ref("Second record", required=True)]
    label: Annotated[d.Text, d.text("Label", searchable=True, longest=d.TITLE_LENGTH)] = None
    type: Annotated[d.Choice, d.choice("Type", LINK_TYPE)] = None
    note: Annotated[d.Text, d.paragraph("Note")] = None
