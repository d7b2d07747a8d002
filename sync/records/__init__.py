"""The record types: their fields, their validation and how each field merges."""

from sync.records.base import Field, FieldType, Kind, Merge, Rule, Value
from sync.records.ids import id_text, make_record_id, parse_id, split_record_id
from sync.records.problems import PROBLEMS, FieldProblem
from sync.records.registry import KINDS, kind

__all__ = [
    "KINDS",
    "PROBLEMS",
    "Field",
    "FieldProblem",
    "FieldType",
    "Kind",
    "Merge",
    "Rule",
    "Value",
    "id_text",
    "kind",
    "make_record_id",
    "parse_id",
    "split_record_id",
]
