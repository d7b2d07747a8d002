"""The programme, its workspaces, people, organisations and places."""

from typing import Annotated, ClassVar

from sync.records import declare as d
from sync.records.model import About, Declared, NameLanguages, TitleLanguages
from sync.records.rules import ordered
from sync.records.vocabularies import PROJECT_STATUS, Vocabulary

WORKING_WEEK: Vocabulary = {
    "mon_fri": "Monday to Friday",
    "sun_thu": "Sunday to Thursday",
    "sat_wed": "Saturday to Wednesday",
}


class Programme(TitleLanguages):
    """The whole undertaking that several workspaces share."""

    declares: ClassVar = About(
        "programme",
        plural="Programmes",
        rules=(ordered("start", "end"), ordered("reporting_start", "reporting_end")),
    )

    title: Annotated[str, d.title()]
    acronym: Annotated[d.Text, d.text("Acronym", searchable=True, longest=100)] = None
    code: Annotated[d.Text, d.code()] = None
    phase: Annotated[d.Text, d.text("Phase")] = None
    description: Annotated[d.Text, d.paragraph("Description")] = None
    status: Annotated[d.Choice, d.choice("Status", PROJECT_STATUS)] = None
    start: Annotated[d.Day, d.day("Start")] = None
    end: Annotated[d.Day, d.day("End")] = None
    reporting_start: Annotated[d.Day, d.day("Start of reporting")] = None
    reporting_end: Annotated[d.Day, d.day("End of reporting")] = None
    fiscal_year_start: Annotated[
        d.Integer, d.integer("First month of the financial year", least=1, most=12, hint="1 is January.")
    ] = None
    donors: Annotated[d.Ids, d.refs("Donors", "organisation")] = None
    currency: Annotated[d.Text, d.currency()] = None
    result_levels: Annotated[
        d.Text, d.paragraph("Levels of results", hint="One level on each line, the highest first.")
    ] = None
    on_track_band: Annotated[
        d.Number,
        d.number(
            "On-track margin", unit="%", least="0", most="100", hint="How far from the target is on track."
        ),
    ] = None
    languages: Annotated[d.Tags, d.tags("Languages")] = None


class Workspace(Declared):
    """A set of records that the same people may read; written by the server alone."""

    declares: ClassVar = About("workspace", plural="Workspaces", title_field="name", read_only=True)

    name: Annotated[str, d.title("Name")]
    code: Annotated[d.Text, d.code()] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {"programme": "Programme", "region": "Region", "country": "Country", "restricted": "Restricted"},
        ),
    ] = None
    programme: Annotated[d.Id, d.ref("Programme", "programme")] = None
    country: Annotated[d.Text, d.country()] = None
    office: Annotated[d.Text, d.text("Office", searchable=True)] = None
    status: Annotated[d.Choice, d.choice("Status", PROJECT_STATUS)] = None
    stage: Annotated[d.Text, d.text("Planning stage")] = None
    pillars: Annotated[d.Ids, d.refs("Pillars", "pillar")] = None
    time_zone: Annotated[d.Text, d.time_zone()] = None
    working_week: Annotated[d.Choice, d.choice("Working week", WORKING_WEEK)] = None
    currency: Annotated[d.Text, d.currency()] = None
    languages: Annotated[d.Tags, d.tags("Languages")] = None


class Person(Declared):
    """Somebody named in a plan, a meeting or a change."""

    declares: ClassVar = About("person", plural="People", title_field="name")

    name: Annotated[str, d.title("Name")]
    email: Annotated[d.Text, d.text("E-mail", syntax="email", searchable=True, longest=320)] = None
    phone: Annotated[d.Text, d.text("Phone", longest=100)] = None
    role: Annotated[
        d.Choice,
        d.choice(
            "Role",
            {
                "cta": "Chief technical adviser",
                "national_coordinator": "National coordinator",
                "programme_officer": "Programme officer",
                "field_officer": "Field officer",
                "monitoring_officer": "Monitoring and evaluation officer",
                "finance_officer": "Finance officer",
                "regional_specialist": "Regional technical specialist",
                "global_team": "Global team",
                "donor": "Donor",
                "partner": "Partner",
                "other": "Other",
            },
            aliases={
                "M&E officer": "monitoring_officer",
                "CTA": "cta",
                "CTP": "cta",
                "NPC": "national_coordinator",
            },
        ),
    ] = None
    job_title: Annotated[d.Text, d.text("Job title")] = None
    organisation: Annotated[d.Id, d.ref("Organisation", "organisation")] = None
    places: Annotated[d.Ids, d.refs("Places", "place")] = None
    languages: Annotated[d.Tags, d.tags("Languages")] = None
    expertise: Annotated[d.Tags, d.tags("Expertise")] = None
    active: Annotated[d.Boolean, d.yes_no("Works here now")] = None
    access: Annotated[
        d.Choice,
        d.choice(
            "Access",
            {
                "reader": "Reader",
                "officer": "Officer",
                "coordinator": "Coordinator",
                "administrator": "Administrator",
            },
            technical=True,
        ),
    ] = None
    account: Annotated[d.Text, d.text("Account", technical=True)] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None


class Organisation(Declared):
    """A donor, partner, ministry, union, employer or office."""

    declares: ClassVar = About("organisation", plural="Organisations", title_field="name")

    name: Annotated[str, d.title("Name")]
    acronym: Annotated[d.Text, d.text("Acronym", searchable=True, longest=100)] = None
    code: Annotated[d.Text, d.code()] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {
                "government": "Government",
                "un_agency": "UN agency",
                "international_ngo": "International NGO",
                "national_ngo": "National NGO",
                "donor": "Donor",
                "workers": "Workers' organisation",
                "employers": "Employers' organisation",
                "private_sector": "Private sector",
                "academic": "University or research",
                "community": "Community organisation",
                "other": "Other",
            },
        ),
    ] = None
    roles: Annotated[
        d.Tags,
        d.tags(
            "Partner roles",
            choices={
                "funding": "Funding",
                "accountable": "Accountable",
                "extending": "Extending",
                "implementing": "Implementing",
            },
        ),
    ] = None
    iati_identifier: Annotated[d.Text, d.text("IATI identifier", longest=200)] = None
    country: Annotated[d.Text, d.country()] = None
    contact: Annotated[d.Id, d.ref("Contact person", "person")] = None
    email: Annotated[d.Text, d.text("E-mail", syntax="email", longest=320)] = None
    phone: Annotated[d.Text, d.text("Phone", longest=100)] = None
    website: Annotated[d.Text, d.web_address("Website")] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None


class Place(NameLanguages):
    """A country, district, camp or site; places stand in a tree."""

    declares: ClassVar = About("place", plural="Places", title_field="name")

    name: Annotated[str, d.title("Name")]
    code: Annotated[d.Text, d.code(hint="The administrative code, if there is one.")] = None
    type: Annotated[
        d.Choice,
        d.choice(
            "Type",
            {
                "region": "Region",
                "country": "Country",
                "governorate": "Governorate or state",
                "district": "District or county",
                "municipality": "Municipality",
                "camp": "Camp",
                "settlement": "Settlement",
                "site": "Site",
            },
        ),
    ] = None
    country: Annotated[d.Text, d.country()] = None
    latitude: Annotated[d.Number, d.number("Latitude", unit="°", least="-90", most="90")] = None
    longitude: Annotated[d.Number, d.number("Longitude", unit="°", least="-180", most="180")] = None
    position: Annotated[d.Position, d.position()] = None
    notes: Annotated[d.Text, d.paragraph("Notes")] = None
