"""The reference sheet of an indicator: everything that is declared of it, in sections, saving itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.commands import measures
from desktop.screens.indicators.baseline_cells import BaselineCells
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.field_boxes import Relevant
from desktop.screens.indicators.record_form import RecordForm, Section
from desktop.screens.indicators.split_dialog import SplitDialog
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import Link, Panel
from desktop.widgets.legend import Legend, Mark
from desktop.widgets.look import Look
from sync.records import Value
from sync.replica.changed import Changed


def t(msgid: str) -> str:
    """Mark a title for translation."""
    return msgid


SECTIONS = (
    Section(
        t("Identity"),
        (
            "title", "code", "result", "type", "status", "pillar", "theme", "global_indicator",
            "strategic_link", "source", "tags", "sensitivity", "title_en", "title_fr", "title_ar",
        ),
    ),
    Section(t("Definition"), ("definition", "definition_version", "rationale")),
    Section(
        t("Measure"),
        (
            "unit", "unit_type", "decimals", "direction", "numerator_label", "denominator_label",
            "scale_labels", "cumulation", "aggregation", "counts", "overlap", "dimensions",
        ),
    ),
    Section(
        t("Baseline"),
        (
            "baseline_value", "baseline_numerator", "baseline_denominator", "baseline_date", "baseline_year",
            "baseline_not_applicable", "baseline_note",
        ),
    ),
    Section(
        t("Target"),
        (
            "target_value", "target_rationale", "on_track_band", "target_frequency", "first_period_start",
            "period_count", "event_names",
        ),
    ),
    Section(
        t("Collection"),
        (
            "means_of_verification", "method", "tool", "collection_frequency", "data_points",
            "responsible_role", "responsible", "cost_note",
        ),
    ),
    Section(t("Analysis and use"), ("analysis_method", "information_use", "reporting_frequency")),
    Section(t("Quality"), ("quality_assurance", "limitations", "notes")),
)  # fmt: skip
BASELINE_CELLS = "baseline_cells"


def _rate(values: Mapping[str, Value]) -> bool:
    return values.get("unit_type") in ("percent", "ratio") or values.get("aggregation") == "weighted_average"


RELEVANT: Mapping[str, Relevant] = {
    "numerator_label": _rate,
    "denominator_label": _rate,
    "baseline_numerator": _rate,
    "baseline_denominator": _rate,
    "scale_labels": lambda values: values.get("unit_type") == "scale",
    "overlap": lambda values: values.get("counts") in ("unique_people", "people", "households"),
    "event_names": lambda values: values.get("target_frequency") == "event",
    "cumulation": lambda values: values.get("unit_type") in (None, "number"),
    "baseline_value": lambda values: not values.get("baseline_not_applicable"),
    "baseline_date": lambda values: not values.get("baseline_not_applicable"),
    "baseline_year": lambda values: not values.get("baseline_not_applicable"),
}


class SheetTab(QWidget):
    """Sections on the leading side jump to their place in the form."""

    def __init__(self, look: Look, desk: Desk, facts: Facts, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.form = RecordForm(
            look,
            desk,
            facts.indicator,
            SECTIONS,
            name=words.t("Reference sheet"),
            label=measures.SHEET,
            relevant=RELEVANT,
            drafts=facts.drafts,
        )
        row.addWidget(self._index())
        row.addWidget(self.form, 1)
        column.addLayout(row, 1)
        self.cells = BaselineCells(look, desk, facts)
        self.cells.setVisible(bool(facts.split.keys))
        self.form.form.add_widget(self.cells)
        self._keys = words.t("Tab goes on · each field saves itself")
        self.legend = Legend(look, keys=self._keys, parent=self)
        self.form.saved.connect(self._saved)
        self.cells.saved.connect(self._saved)
        column.addWidget(self.legend)
        self.setFocusProxy(self.form.boxes["title"])

    def _index(self) -> Panel:
        look = self._look
        panel = Panel(look, ground=look.tokens.sunken, edges="trailing", edge=look.tokens.line, parent=self)
        panel.setFixedWidth(176)
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 16, 12, 16)
        column.setSpacing(12)
        for section in SECTIONS:
            link = Link(look, look.words.t(section.title), role=Role.BODY, weight=MEDIUM, parent=panel)
            link.clicked.connect(partial(self._jump, section))
            column.addWidget(link)
        column.addStretch(1)
        split = Link(look, look.words.t("Disaggregations…"), icon="table", parent=panel)
        split.clicked.connect(self.open_splits)
        column.addWidget(split)
        return panel

    def open_splits(self) -> None:
        """What figures of this workspace can be split by."""
        SplitDialog(self._look, self._desk, self.form.row.workspace, parent=self).open()

    def _jump(self, section: Section) -> None:
        boxes = [self.form.boxes[name] for name in section.names if not self.form.boxes[name].isHidden()]
        if not boxes:
            return
        scroll = self.form.form
        scroll.ensureWidgetVisible(boxes[-1], 0, 40)
        scroll.ensureWidgetVisible(boxes[0], 0, 60)
        boxes[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _saved(self, said: str) -> None:
        self.legend.set_marks([Mark(said, icon="save")], keys=self._keys)

    def show_facts(self, facts: Facts) -> None:
        self.form.show_row(facts.indicator)
        self.cells.show_facts(facts)
        self.cells.setVisible(bool(facts.split.keys))

    def follow(self, changed: Changed) -> None:
        """New readings come through `show_facts`."""

    def finish(self) -> None:
        self.form.finish()
        self.cells.finish()
