"""The order in which the forms of the plan show the fields; what is not named here follows under "More"."""

from desktop.store.outline import ACTIVITY, MILESTONE, RESULT
from desktop.widgets.record_form import FormSection


def t(msgid: str) -> str:
    """Marks a message id; the grid or form translates it when it is shown."""
    return msgid


_WHAT = ("title", "code", "description", "deliverable", "status", "progress", "traffic_light")
_PLANNED = ("start", "end", "quarters", "agreed_start", "agreed_end")
_ACTUAL = ("actual_start", "actual_end", "delay_reason")
_WHO = ("lead", "partners", "donors", "places", "target_groups")
_WHY = ("result", "contributes_to", "pillar", "theme", "flagship")
_LANGUAGES = FormSection(t("In other languages"), ("title_en", "title_fr", "title_ar"))
_MARKERS = ("gender_marker", "rights_marker", "sdg_targets")

FORM_SECTIONS = {
    ACTIVITY: (
        FormSection(t("What"), _WHAT),
        FormSection(t("When"), (*_PLANNED, *_ACTUAL)),
        FormSection(t("Who and where"), _WHO),
        FormSection(t("Why"), (*_WHY, *_MARKERS)),
        _LANGUAGES,
    ),
    RESULT: (
        FormSection(t("What"), ("title", "code", "type", "level", "description", "assumptions", "owner")),
        _LANGUAGES,
    ),
    MILESTONE: (
        FormSection(t("What"), ("title", "code", "status", "owner", "description")),
        FormSection(t("When"), ("due", "agreed_due", "reached_on")),
    ),
}
