"""Every kind there is, derived once from the declared classes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sync.errors import DaftarError
from sync.records import joints, knowledge, measures, meetings, plan, programme, results
from sync.records.base import Kind
from sync.records.model import Declared, derive

MODELS: Final[tuple[type[Declared], ...]] = (
    programme.Programme,
    programme.Workspace,
    programme.Person,
    programme.Organisation,
    results.Pillar,
    results.Theme,
    results.Result,
    results.Indicator,
    measures.Dimension,
    measures.Category,
    measures.Period,
    measures.Target,
    measures.ReportedValue,
    programme.Place,
    plan.Activity,
    plan.Milestone,
    plan.Dependency,
    plan.BudgetLine,
    plan.Role,
    meetings.Meeting,
    meetings.AgendaItem,
    meetings.Decision,
    meetings.ActionPoint,
    knowledge.Lesson,
    knowledge.Risk,
    joints.Attachment,
    joints.Comment,
    joints.Link,
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({one.name: one for one in map(derive, MODELS)})


def kind(name: str) -> Kind:
    """The kind of that name; raises DaftarError "unknown_kind"."""
    try:
        return KINDS[name]
    except KeyError:
        raise DaftarError("unknown_kind", kind=name) from None
