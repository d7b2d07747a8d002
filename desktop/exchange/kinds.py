"""What a table can be taken for, and how strongly each field speaks for it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from desktop.exchange.folding import listed

RESULT_COLUMNS: Final = ("impact", "outcome", "output", "result")
DIMENSIONS: Final = ("sex", "age", "residence", "disability", "nationality")
MONEY: Final = ("budget", "revised", "committed", "spent")
SEVERAL: Final = frozenset(
    (
        *DIMENSIONS,
        "comments",
        "tick",
        "target",
        "actual",
        "value",
        "place",
        "period",
        "extra",
        "other_dimension",
    )
)
"""Fields that more than one column may hold."""


class TableKind(StrEnum):
    """What a table is taken for."""

    WORKPLAN = "workplan"
    LOGFRAME = "logframe"
    ACTUALS = "actuals"


WEIGHTS: Final[Mapping[TableKind, Mapping[str, float]]] = {
    TableKind.WORKPLAN: {
        "activity": 2.5,
        "sub_activity": 1.5,
        "title": 0.8,
        "description": 0.4,
        "lead": 1,
        "partners": 0.6,
        "start": 0.8,
        "end": 0.8,
        "status": 0.7,
        "progress": 0.7,
        "budget": 0.8,
        "spent": 0.7,
        "planned": 0.3,
        "quantity": 0.5,
        "unit_cost": 0.8,
        "timeframe": 0.6,
        "tick": 1,
        "code": 0.3,
        "output": 0.5,
        "deliverable": 0.5,
        "comments": 0.2,
        "result": 0.2,
        "outcome": 0.3,
        "actual_end": 0.5,
        "actual_start": 0.5,
        "delay_reason": 0.8,
        "target_group": 0.3,
        "donor": 0.3,
        "place": 0.2,
    },
    TableKind.LOGFRAME: {
        "indicator": 2.2,
        "indicator_code": 0.6,
        "baseline": 1.5,
        "baseline_year": 0.6,
        "target": 1.3,
        "mov": 1.2,
        "assumptions": 1.2,
        "level": 0.6,
        "cumulation": 0.6,
        "unit": 0.3,
        "result": 0.7,
        "outcome": 0.5,
        "output": 0.5,
        "impact": 0.6,
        "frequency": 0.6,
        "definition": 0.6,
        "disaggregation": 0.6,
        "risks": 0.3,
        "method": 0.5,
        "code": 0.2,
        "actual": 0.3,
    },
    TableKind.ACTUALS: {
        "indicator": 1.5,
        "indicator_code": 1,
        "period": 1.6,
        "value": 1.6,
        "actual": 0.8,
        "sex": 0.9,
        "age": 0.9,
        "residence": 0.9,
        "disability": 0.8,
        "nationality": 0.8,
        "place": 0.6,
        "numerator": 0.6,
        "denominator": 0.6,
        "category": 0,
        "measured_period": 1.6,
        "measured_category": 1.2,
        "status": 0.2,
    },
}

ALLOWED: Final[Mapping[TableKind, frozenset[str]]] = {
    TableKind.WORKPLAN: frozenset(
        listed(
            "code result_code activity sub_activity impact outcome output result level title "
            "description lead partners start "
            "end actual_start actual_end status progress delay_reason timeframe planned budget revised "
            "committed spent quantity "
            "unit_cost unit currency category donor comments place target_group deliverable indicator"
        )
    ),
    TableKind.LOGFRAME: frozenset(
        listed(
            "code result_code indicator_code impact outcome output result level title description "
            "indicator unit baseline "
            "baseline_year target actual value cumulation mov method frequency definition "
            "disaggregation assumptions risks lead "
            "comments numerator denominator activity"
        )
    ),
    TableKind.ACTUALS: frozenset(
        listed(
            "indicator indicator_code code period place sex age residence disability nationality status "
            "value actual target "
            "numerator denominator comments unit mov result output outcome target_group"
        )
    ),
}
