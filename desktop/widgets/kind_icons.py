"""The icon that stands for a kind of record wherever records of several kinds are listed."""

_ICONS = {
    "programme": "book",
    "workspace": "building",
    "person": "person",
    "organisation": "building",
    "pillar": "columns",
    "theme": "tag",
    "result": "results",
    "indicator": "indicators",
    "dimension": "table",
    "category": "table",
    "period": "calendar",
    "target": "target",
    "value": "indicators",
    "place": "map-pin",
    "activity": "workplan",
    "milestone": "diamond",
    "dependency": "link",
    "budget_line": "coins",
    "role": "users",
    "meeting": "meetings",
    "agenda_item": "list",
    "decision": "gavel",
    "action_point": "actions",
    "lesson": "lightbulb",
    "risk": "triangle-alert",
    "attachment": "paperclip",
    "comment": "message",
    "link": "link",
}


def kind_icon(kind: str) -> str:
    return _ICONS.get(kind, "file")
