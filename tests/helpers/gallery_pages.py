"""Pages of the gallery: the generic widgets put together as the screens do."""

from dataclasses import replace

from helpers.gallery_data import PLAN_COLUMNS, PeriodData, PlanProvider, Say
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.models.columns import Column
from desktop.models.record_tree_model import RecordTreeModel
from desktop.widgets.avatar import Face
from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.buttons import Button, Segmented
from desktop.widgets.cell_bar import CellBar
from desktop.widgets.chart import Chart, ChartPoint
from desktop.widgets.entry_grid import EntryGrid
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.grid import Grid
from desktop.widgets.labels import Label, Panel
from desktop.widgets.legend import Legend, Mark
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.progress import Progress
from desktop.widgets.rail import Rail, RailItem, RailPlan
from desktop.widgets.side_panel import PanelHost, SidePanel
from desktop.widgets.sync_badge import SyncBadge, SyncWords
from desktop.widgets.tabs import Tabs
from desktop.widgets.top_bar import Crumb, TopBar

SIZE = (1366, 768)


def frame(look: Look, say: Say, page: QWidget, *, active: str, width: int = SIZE[0]) -> QWidget:
    """The rail and the top bar around a page."""
    window = QWidget()
    window.setAccessibleName("Daftar")
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    rail = Rail(look, _rail_plan(say))
    rail.set_active(active)
    rail.set_count("decide", 3)
    rail.set_count("actions", 5)
    rail.fit(width)
    row.addWidget(rail)
    column = QVBoxLayout()
    column.setSpacing(0)
    words = SyncWords("over", "cloud-upload", say("12 changes on this laptop"), say("last sent Thu 11 Jun"))
    bar = TopBar(look, badge=SyncBadge(look, words))
    bar.set_crumbs(
        [
            Crumb("programme", "Programme", "a", [("a", say("Crossroads"))]),
            Crumb("country", "Country", "a", [("a", say("Jordan"))]),
            Crumb("period", "Period", "a", [("a", say("Q2 2026"))]),
        ]
    )
    column.addWidget(bar)
    column.addWidget(page, 1)
    row.addLayout(column, 1)
    window.resize(width, SIZE[1] if width == SIZE[0] else 614)
    return window


def _rail_plan(say: Say) -> RailPlan:
    return RailPlan(
        title=say("Daftar"),
        top=[
            [
                RailItem("desk", say("My desk"), "home"),
                RailItem("decide", say("Needs your decision"), "git-pull-request-arrow", pill=True),
            ],
            [
                RailItem("workplan", say("Workplan"), "workplan"),
                RailItem("results", say("Results"), "results"),
                RailItem("indicators", say("Indicators"), "indicators"),
                RailItem("review", say("Review"), "review"),
                RailItem("meetings", say("Meetings"), "meetings"),
                RailItem("actions", say("Actions"), "actions"),
                RailItem("lessons", say("Lessons"), "lightbulb"),
                RailItem("reports", say("Reports"), "reports"),
            ],
        ],
        bottom=[
            RailItem("sync", say("Send and receive"), "arrow-down-up"),
            RailItem("settings", say("Settings"), "settings"),
        ],
        person=Face(say("Lina Haddad"), b"Lina Haddad"),
        role=say("M&E officer"),
    )


def workplan(look: Look, say: Say) -> QWidget:
    page = Panel(look, ground=look.tokens.surface)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    header = PageHeader(
        look, say("Workplan 2026"), caption=say("12 activities · 2 late · plan agreed 14 Jan")
    )
    choices = [("q", say("Quarters")), ("m", say("Months")), ("w", say("Weeks"))]
    header.set_actions(
        [
            Button(look, say("Filter"), icon="filter", height=30),
            Segmented(look, choices, name=say("Months"), value="m"),
            Button(look, say("Print A3"), icon="printer", height=30),
            Button(look, say("Add activity"), icon="plus", kind="primary", height=30),
        ]
    )
    column.addWidget(header)
    left = QWidget()
    inner = QVBoxLayout(left)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(0)
    provider = PlanProvider(say)
    columns = [_said(each, say) for each in PLAN_COLUMNS]
    model = RecordTreeModel(columns, provider, look.words)
    grid = Grid(look, model, name=say("Workplan"))
    model.setParent(grid)
    grid.show_record(bytes([5]) * 16)
    inner.addWidget(grid, 1)
    inner.addWidget(Legend(look, keys=say("Enter opens details · Space ticks a quarter")))
    host = PanelHost(look, left, _details(look, say))
    host.open_panel()
    column.addWidget(host, 1)
    return page


def _said(column: Column, say: Say) -> Column:
    return replace(column, title=say(column.title))


def _details(look: Look, say: Say) -> SidePanel:
    panel = SidePanel(look, name=say("Details"))
    panel.set_head(
        say("Prior-learning certificates with the training board"),
        code="1.1.3",
        badge=Badge(say("Late 42 days"), "bad", "clock-alert"),
    )
    tabs = ("Details", "Budget", "History", "Comments 2")
    panel.set_tabs([(text, say(text)) for text in tabs])
    panel.add_row(say("Dates"), say("5 Apr – 16 Jul 2026"), second=say("Agreed: 15 Mar – 4 Jun"))
    panel.add_row(say("Progress"), Progress(look, share=0.35, text="35%", family="bad", name=say("Progress")))
    panel.add_row(say("Delay reason"), say("Partner approval"), second=say("Board met only on 28 May"))
    panel.add_person(say("Lead"), Face(say("Hassan Aziz"), b"Hassan Aziz"))
    panel.add_person(say("Accountable"), Face(say("Samir Nasser"), b"Samir"))
    panel.add_row(say("Places"), say("Mafraq, Irbid"))
    panel.add_section(say("Counts towards"))
    panel.add_measure("1.1a", say("People completing training"), "781 / 1,200", share=0.65, family="ok")
    panel.add_measure("1.1b", say("Prior learning certified"), "64 / 400", share=0.16, family="bad")
    panel.add_section(say("Links"), add="link", add_name=say("Links"))
    panel.add_link(say("Decision D-14: board meets monthly"), key="d14", icon="gavel")
    panel.add_link(say("Action A-31: send 56 files, due 18 Jun"), key="a31", icon="list-checks")
    panel.set_state(say("Saved on this laptop, not sent yet · 09:41"), family="over")
    return panel


def indicator(look: Look, say: Say) -> QWidget:
    page = Panel(look, ground=look.tokens.surface)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    header = PageHeader(look, say("People completing demand-driven training"), code="1.1a")
    header.set_actions(
        [
            Button(look, say("Paste from Excel"), icon="paste", height=30),
            Button(look, say("Submit Q2"), icon="send", kind="primary", height=30),
        ]
    )
    names = ("Data entry", "Targets", "Reference sheet", "Evidence 6", "History", "Links 4")
    header.set_tabs(Tabs(look, [(name, say(name)) for name in names], name=say("Data entry")))
    column.addWidget(header)
    row = QHBoxLayout()
    row.setSpacing(0)
    left = QVBoxLayout()
    left.setSpacing(0)
    grid = EntryGrid(look, PeriodData(say), name=say("Data entry"), closed=frozenset({"q3", "q4"}))
    grid.go_to_cell("q2/Irbid", "rf15–24")
    bar = CellBar(look)
    bar.set_cell(
        say("Q2 · Irbid · Refugees · Women 15–24"), badge=Badge(say("Saved here, 09:41"), "none", "save")
    )
    left.addWidget(bar)
    left.addWidget(grid, 1)
    left.addWidget(Legend(look, marks=_marks(say)))
    row.addLayout(left, 1)
    row.addWidget(_chart_panel(look, say))
    column.addLayout(row, 1)
    return page


def _marks(say: Say) -> list[Mark]:
    return [
        Mark(say("Saved here 10"), icon="save"),
        Mark(say("Waiting to send 5"), icon="hourglass"),
        Mark(say("Sent 5"), icon="check", family="over"),
        Mark(say("Returned 1"), icon="corner-up-left", family="bad"),
        Mark(say("Approved 8"), icon="check-check", family="ok"),
        Mark(say("Missing, with reason 2"), icon="circle-slash", family="watch"),
        Mark(say("Empty 1"), swatch="dashed"),
    ]


def _chart_panel(look: Look, say: Say) -> QWidget:
    side = Panel(look, ground=look.tokens.surface, edges="leading", edge=look.tokens.border)
    side.setFixedWidth(304)
    column = QVBoxLayout(side)
    column.setContentsMargins(16, 14, 16, 16)
    column.addWidget(Label(look, say("Target and actual, to date"), weight=SEMIBOLD))
    row = QHBoxLayout()
    row.addWidget(Label(look, "781", role=Role.BIG, weight=SEMIBOLD))
    row.addWidget(Label(look, say("of 1,200 in 2026"), colour=look.tokens.t2), 1)
    row.addWidget(BadgeLabel(look, Badge(say("On track"), "ok", "circle-check")))
    column.addLayout(row)
    points = [
        ChartPoint(say("Q1"), 408, 0, 300, "408", "300"),
        ChartPoint(say("Q2"), 408, 373, 600, "781", "600", current=True),
        ChartPoint(say("Q3"), None, 0, 900, "", "900"),
        ChartPoint(say("Q4"), None, 0, 1200, "", "1,200"),
    ]
    column.addWidget(Chart(look, points, name=say("Target and actual, to date")))
    column.addStretch(1)
    return side


PAGES = {"workplan": workplan, "indicator": indicator}
