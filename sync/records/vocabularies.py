"""Lists of choices that several record types share: stable code -> English label."""

from collections.abc import Mapping
from typing import Final

Vocabulary = Mapping[str, str]

KIND_LABELS: Final[Vocabulary] = {
    "programme": "Programme",
    "workspace": "Workspace",
    "person": "Person",
    "organisation": "Organisation",
    "pillar": "Pillar",
    "theme": "Theme",
    "result": "Result",
    "indicator": "Indicator",
    "dimension": "Disaggregation",
    "category": "Category",
    "period": "Reporting period",
    "target": "Target",
    "value": "Reported value",
    "place": "Place",
    "activity": "Activity",
    "milestone": "Milestone",
    "dependency": "Dependency",
    "budget_line": "Budget line",
    "role": "Responsibility",
    "meeting": "Meeting",
    "agenda_item": "Agenda item",
    "decision": "Decision",
    "action_point": "Action point",
    "lesson": "Lesson",
    "risk": "Risk",
    "attachment": "Attachment",
    "comment": "Comment",
    "link": "Link",
}

SENSITIVITY: Final[Vocabulary] = {
    "public": "Public",
    "programme": "Programme only",
    "country": "Country only",
    "restricted": "Restricted",
}

PROJECT_STATUS: Final[Vocabulary] = {
    "pipeline": "In preparation",
    "implementation": "In implementation",
    "finalisation": "Finalisation",
    "closed": "Closed",
    "cancelled": "Cancelled",
    "suspended": "Suspended",
}

ACTIVITY_STATUS: Final[Vocabulary] = {
    "not_started": "Not started",
    "planned": "Planned",
    "ongoing": "Ongoing",
    "at_risk": "At risk",
    "delayed": "Delayed",
    "paused": "Paused",
    "postponed": "Postponed",
    "completed": "Completed",
    "cancelled": "Cancelled",
}

ACTIVITY_STATUS_ALIASES: Final[Mapping[str, str]] = {
    "on going": "ongoing",
    "in progress": "ongoing",
    "under way": "ongoing",
    "underway": "ongoing",
    "started": "ongoing",
    "done": "completed",
    "complete": "completed",
    "finished": "completed",
    "late": "delayed",
    "behind schedule": "delayed",
    "on hold": "paused",
    "suspended": "paused",
    "canceled": "cancelled",
    "not yet started": "not_started",
    "en cours": "ongoing",
    "terminé": "completed",
    "terminée": "completed",
    "achevé": "completed",
    "achevée": "completed",
    "réalisé": "completed",
    "réalisée": "completed",
    "retardé": "delayed",
    "retardée": "delayed",
    "en retard": "delayed",
    "non démarré": "not_started",
    "non démarrée": "not_started",
    "non commencé": "not_started",
    "pas commencé": "not_started",
    "prévu": "planned",
    "prévue": "planned",
    "planifié": "planned",
    "planifiée": "planned",
    "annulé": "cancelled",
    "annulée": "cancelled",
    "reporté": "postponed",
    "reportée": "postponed",
    "suspendu": "paused",
    "suspendue": "paused",
    "en pause": "paused",
    "à risque": "at_risk",
    "جار": "ongoing",
    "جاري": "ongoing",
    "جارٍ التنفيذ": "ongoing",
    "قيد التنفيذ": "ongoing",
    "مستمر": "ongoing",
    "مكتمل": "completed",
    "منجز": "completed",
    "منتهي": "completed",
    "متأخر": "delayed",
    "مخطط": "planned",
    "مخطط له": "planned",
    "لم يبدأ": "not_started",
    "لم تبدأ": "not_started",
    "ملغى": "cancelled",
    "ملغي": "cancelled",
    "مؤجل": "postponed",
    "متوقف": "paused",
    "معلق": "paused",
    "معرض للخطر": "at_risk",
}

VALUE_STATUS: Final[Vocabulary] = {
    "draft": "Draft",
    "submitted": "Submitted",
    "returned": "Returned",
    "approved": "Approved",
    "accepted": "Accepted",
    "locked": "Locked",
    "withdrawn": "Withdrawn",
}

MISSING_REASON: Final[Vocabulary] = {
    "not_collected": "Not collected",
    "not_applicable": "Not applicable",
    "not_yet_due": "Not yet due",
    "collected_later": "Collected later",
    "suppressed": "Hidden to protect people",
    "unknown": "Unknown",
}

CHANGE_REASON: Final[Vocabulary] = {
    "entry_error": "Typing error corrected",
    "late_data": "Data arrived late",
    "verification": "Corrected after verification",
    "method_changed": "Method changed",
    "definition_changed": "Definition changed",
    "plan_revised": "Plan or budget revised",
    "context_changed": "Situation changed",
    "other": "Other",
}

FREQUENCY: Final[Vocabulary] = {
    "life_of_programme": "Life of programme",
    "mid_end": "Midline and endline",
    "annual": "Annual",
    "semiannual": "Every six months",
    "triannual": "Every four months",
    "quarterly": "Quarterly",
    "monthly": "Monthly",
    "event": "By event",
}

PRIORITY: Final[Vocabulary] = {"low": "Low", "normal": "Normal", "high": "High"}

FREQUENCY_ALIASES: Final[Mapping[str, str]] = {
    "yearly": "annual",
    "annually": "annual",
    "annuel": "annual",
    "annuelle": "annual",
    "quarter": "quarterly",
    "trimestriel": "quarterly",
    "trimestrielle": "quarterly",
    "month": "monthly",
    "mensuel": "monthly",
    "mensuelle": "monthly",
    "biannual": "semiannual",
    "half yearly": "semiannual",
    "semestriel": "semiannual",
    "semestrielle": "semiannual",
    "سنوي": "annual",
    "ربع سنوي": "quarterly",
    "فصلي": "quarterly",
    "شهري": "monthly",
    "نصف سنوي": "semiannual",
}
