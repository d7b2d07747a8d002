"""Files that come in and go out: spreadsheets now, and what else offices exchange; no Qt."""

from desktop.exchange.existing import EmptyWorkspace, KnownRecords
from desktop.exchange.importing import plan_import, resolve, to_edits
from desktop.exchange.planned import (
    Existing,
    ImportPlan,
    PlannedRecord,
    Problem,
    Ref,
    Severity,
    Source,
    TableSummary,
)
from desktop.exchange.workbook import Limits, Workbook, read_workbook

__all__ = [
    "EmptyWorkspace",
    "Existing",
    "ImportPlan",
    "KnownRecords",
    "Limits",
    "PlannedRecord",
    "Problem",
    "Ref",
    "Severity",
    "Source",
    "TableSummary",
    "Workbook",
    "plan_import",
    "read_workbook",
    "resolve",
    "to_edits",
]
