"""Fictitious words and numbers that the gallery shows, in English and Arabic."""

from collections.abc import Sequence

from desktop.models.columns import Cell, CellKind, Column, Row
from desktop.models.entry import (
    EntryCell,
    EntryColumn,
    EntryRole,
    EntryRow,
    EntryState,
    HeaderSpan,
)
from desktop.models.quarter_columns import quarter_columns
from desktop.models.record_tree_model import Node

ARABIC = {
    "My desk": "مكتبي",
    "Needs your decision": "بانتظار قرارك",
    "Workplan": "خطة العمل",
    "Results": "النتائج",
    "Indicators": "المؤشرات",
    "Review": "المراجعة",
    "Meetings": "الاجتماعات",
    "Actions": "الإجراءات",
    "Lessons": "الدروس",
    "Reports": "التقارير",
    "Send and receive": "إرسال واستقبال",
    "Settings": "الإعدادات",
    "Daftar": "دفتر",
    "Lina Haddad": "لينا حداد",
    "M&E officer": "مسؤولة الرصد والتقييم",
    "Crossroads": "مفترق الطرق",
    "Jordan": "الأردن",
    "Q2 2026": "الربع 2 من 2026",
    "12 changes on this laptop": "12 تغييراً على هذا الحاسوب",
    "last sent Thu 11 Jun": "آخر إرسال الخميس 11 حزيران",
    "Workplan 2026": "خطة العمل 2026",
    "12 activities · 2 late · plan agreed 14 Jan": "12 نشاطاً · نشاطان متأخران · أُقرّت الخطة 14 ك2",
    "Filter": "تصفية",
    "Print A3": "طباعة A3",
    "Add activity": "إضافة نشاط",
    "Quarters": "أرباع",
    "Months": "أشهر",
    "Weeks": "أسابيع",
    "Activity": "النشاط",
    "Status": "الحالة",
    "Lead": "قيادة",
    "Skills and learning": "المهارات والتعلّم",
    "Young people complete demand-driven training": "يُتمّ الشباب تدريباً وفق طلب السوق",
    "Employer skills survey": "مسح مهارات أصحاب العمل",
    "Solar installation course": "دورة تركيب الألواح الشمسية",
    "Prior-learning certificates": "شهادات التعلّم السابق",
    "First 120 certificates": "تسليم أول 120 شهادة",
    "Decent work": "العمل اللائق",
    "Job search clubs in five centres": "نوادي البحث عن عمل في خمسة مراكز",
    "Mobile employment desk, Azraq": "مكتب تشغيل متنقل، الأزرق",
    "Done": "منجز",
    "On track": "في المسار",
    "Late 42 d": "متأخر 42 يوماً",
    "Late 42 days": "متأخر 42 يوماً",
    "Not started": "لم يبدأ",
    "Paused": "متوقف",
    "Details": "التفاصيل",
    "Budget": "الميزانية",
    "History": "السجل",
    "Comments 2": "تعليقات 2",
    "Dates": "التواريخ",
    "5 Apr – 16 Jul 2026": "5 نيسان – 16 تموز 2026",
    "Agreed: 15 Mar – 4 Jun": "المتفق عليه: 15 آذار – 4 حزيران",
    "Progress": "التقدّم",
    "Delay reason": "سبب التأخير",
    "Partner approval": "موافقة الشريك",
    "Board met only on 28 May": "اجتمعت الهيئة في 28 أيار فقط",
    "Accountable": "المساءلة",
    "Places": "المواقع",
    "Mafraq, Irbid": "المفرق، إربد",
    "Counts towards": "يساهم في",
    "People completing training": "أشخاص أتمّوا التدريب",
    "Prior learning certified": "تعلّم سابق معتمد",
    "Links": "الروابط",
    "Decision D-14: board meets monthly": "القرار D-14: اجتماع الهيئة شهرياً",
    "Action A-31: send 56 files, due 18 Jun": "الإجراء A-31: إرسال 56 ملفاً، 18 حزيران",
    "Saved on this laptop, not sent yet · 09:41": "محفوظ على هذا الحاسوب، لم يُرسل · 09:41",
    "Prior-learning certificates with the training board": "شهادات التعلّم السابق مع هيئة التدريب",
    "Hassan Aziz": "حسن عزيز",
    "Samir Nasser": "سمير ناصر",
    "Omar Khalil": "عمر خليل",
    "Rima Mansour": "ريما منصور",
    "People completing demand-driven training": "أشخاص أتمّوا تدريباً وفق طلب السوق",
    "Data entry": "إدخال البيانات",
    "Targets": "المستهدفات",
    "Reference sheet": "البطاقة المرجعية",
    "Evidence 6": "الأدلة 6",
    "Links 4": "الروابط 4",
    "Paste from Excel": "لصق من Excel",
    "Submit Q2": "تقديم الربع 2",
    "Refugees": "لاجئون",
    "Host community": "المجتمع المضيف",
    "Women": "نساء",
    "Men": "رجال",
    "Total": "المجموع",
    "All": "الكل",
    "Period, place": "الفترة، المكان",
    "Q1 2026": "الربع 1 2026",
    "Q3 2026": "الربع 3 2026",
    "Q4 2026": "الربع 4 2026",
    "Closed 15 Apr": "أُغلق 15 نيسان",
    "Approved and locked": "معتمد ومقفل",
    "Due in 30 days, 15 Jul · 29 of 32 cells filled": "يُستحق بعد 30 يوماً، 15 تموز · 29 من 32 خلية",
    "1 returned": "1 أُعيدت",
    "Not due yet. Opens 1 Jul": "لم يحن بعد. يُفتح 1 تموز",
    "Not due yet. Opens 1 Oct": "لم يحن بعد. يُفتح 1 تشرين الأول",
    "Mafraq": "المفرق",
    "Irbid": "إربد",
    "Zarqa": "الزرقاء",
    "Azraq": "الأزرق",
    "All places": "كل الأماكن",
    "later": "لاحقاً",
    "Target and actual, to date": "المستهدف والفعلي حتى تاريخه",
    "of 1,200 in 2026": "من 1,200 في 2026",
    "Saved here 10": "محفوظ هنا 10",
    "Waiting to send 5": "بانتظار الإرسال 5",
    "Sent 5": "أُرسل 5",
    "Returned 1": "أُعيد 1",
    "Approved 8": "معتمد 8",
    "Missing, with reason 2": "ناقص مع السبب 2",
    "Empty 1": "فارغ 1",
    "Enter opens details · Space ticks a quarter": "الإدخال يفتح التفاصيل · المسافة تعلّم الربع",
    "Q2 · Irbid · Refugees · Women 15–24": "الربع 2 · إربد · لاجئون · نساء 15–24",
    "Saved here, 09:41": "محفوظ هنا، 09:41",
    "Q1": "ر1",
    "Q2": "ر2",
    "Q3": "ر3",
    "Q4": "ر4",
}


class Say:
    """English, or Arabic where the gallery knows it."""

    def __init__(self, language: str) -> None:
        self._arabic = language == "ar"

    def __call__(self, text: str) -> str:
        return ARABIC.get(text, text) if self._arabic else text


class PlanProvider:
    """A small workplan as a tree."""

    def __init__(self, say: Say) -> None:
        self._say = say
        plan = [
            (0, "1", "Skills and learning", "", "", "", ""),
            (1, "1.1", "Young people complete demand-driven training", "", "", "", ""),
            (2, "1.1.1", "Employer skills survey", "Done", "ok circle-check", "Omar Khalil", "1000"),
            (2, "1.1.2", "Solar installation course", "On track", "ok circle-dot", "Omar Khalil", "1110"),
            (
                2,
                "1.1.3",
                "Prior-learning certificates",
                "Late 42 d",
                "bad clock-alert",
                "Hassan Aziz",
                "0110",
            ),
            (3, "", "First 120 certificates", "Late 42 d", "bad clock-alert", "", "0100"),
            (0, "2", "Decent work", "", "", "", ""),
            (1, "2.1", "Job search clubs in five centres", "", "", "", ""),
            (
                2,
                "2.1.1",
                "Job search clubs in five centres",
                "On track",
                "ok circle-dot",
                "Omar Khalil",
                "1111",
            ),
            (
                2,
                "2.1.2",
                "Mobile employment desk, Azraq",
                "Paused",
                "none circle-pause",
                "Rima Mansour",
                "0110",
            ),
            (
                2,
                "2.1.3",
                "Solar installation course",
                "Not started",
                "none circle-dashed",
                "Lina Haddad",
                "0010",
            ),
        ]
        self._plan = {bytes([at + 1]) * 16: line for at, line in enumerate(plan)}

    def nodes(self) -> Sequence[Node]:
        return [Node(key, level=line[0], group=line[0] < 2) for key, line in self._plan.items()]

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]:
        return [self._row(key) for key in ids]

    def _row(self, key: bytes) -> Row:
        level, code, title, status, mark, lead, quarters = self._plan[key]
        family, _, icon = mark.partition(" ")
        cells = {
            "title": Cell(
                self._say(title), prefix=code, icon="diamond" if level == 3 else "", muted=level == 3
            ),
            "status": Cell(self._say(status), family=family, icon=icon),
            "lead": Cell(self._say(lead), person=lead.encode()),
        }
        for number, flag in enumerate(quarters, start=1):
            cells[f"q{number}"] = Cell(checked=flag == "1")
        return Row(key, cells, group=level < 2)


PLAN_COLUMNS = (
    Column("title", "Activity", width=280, stretch=True, rule=True, editable=True),
    Column("status", "Status", CellKind.STATUS, width=98),
    Column("lead", "Lead", CellKind.PERSON, width=38, rule=True),
    *quarter_columns(current=2),
)

_FIRST = [
    ("Mafraq", "28 14 22 9 73 19 8 15 6 48 121"),
    ("Irbid", "31 17 18 11 77 24 12 19 8 63 140"),
    ("Zarqa", "12 9 14 7 42 21 10 18 9 58 100"),
    ("Azraq", "17 11 13 6 47 0 0 0 0 0 47"),
    ("All places", "88 51 67 33 239 64 30 52 23 169 408"),
]
_SECOND = [
    ("Mafraq", "a26 a15 a24 a10 75 a17 a9 a14 a7 47 122"),
    ("Irbid", "s34 s16 s21 w13 84 w22 w11 w17 w9 59 143"),
    ("Zarqa", "r14 t8 m m ≥_22 t19 t12 t16 t8 55 ≥_77"),
    ("Azraq", "s15 d s11 s5 ≥_31 s0 s0 s0 s0 0 ≥_31"),
    ("All places", "89 ≥_39 ≥_56 ≥_28 ≥_212 58 32 47 24 161 ≥_373"),
]
_STATES = {
    "a": EntryState.APPROVED,
    "s": EntryState.SAVED,
    "w": EntryState.WAITING,
    "t": EntryState.SENT,
    "r": EntryState.RETURNED,
    "m": EntryState.MISSING,
    "d": EntryState.DUE,
}


class PeriodData:
    """Two quarters of counts by place, status, sex and age."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.values: dict[tuple[str, str], EntryCell] = {}
        for period, table in (("q1", _FIRST), ("q2", _SECOND)):
            for place, line in table:
                for column, text in zip(self.columns(), line.split(), strict=True):
                    self.values[(f"{period}/{place}", column.key)] = self._cell(text, locked=period == "q1")

    def _cell(self, text: str, *, locked: bool) -> EntryCell:
        state = _STATES.get(text[0], EntryState.PLAIN)
        shown = text[1:] if text[0] in _STATES else text.replace("_", " ")
        reason = self._say("later") if state is EntryState.MISSING else ""
        return EntryCell(shown, state, reason=reason, locked=locked)

    def corner(self) -> str:
        return self._say("Period, place")

    def levels(self) -> Sequence[Sequence[HeaderSpan]]:
        say = self._say
        half = [HeaderSpan(say("Women"), 2), HeaderSpan(say("Men"), 2), HeaderSpan("", 1)]
        return [
            [HeaderSpan(say("Refugees"), 5), HeaderSpan(say("Host community"), 5), HeaderSpan("", 1)],
            [*half, *half, HeaderSpan("", 1)],
        ]

    def columns(self) -> Sequence[EntryColumn]:
        made = []
        for group in ("r", "h"):
            for sex in ("f", "m"):
                made += [EntryColumn(f"{group}{sex}{age}", age) for age in ("15–24", "25+")]
            made.append(EntryColumn(f"{group}t", self._say("Total"), EntryRole.TOTAL, ends_group=True))
        made.append(EntryColumn("all", self._say("All"), EntryRole.GRAND))
        return made

    def rows(self) -> Sequence[EntryRow]:
        say = self._say
        made: list[EntryRow] = []
        first = EntryRow("q1", say("Q1 2026"), EntryRole.GROUP, caption=say("Closed 15 Apr"))
        made.append(_badged(first, say("Approved and locked"), "ok", "lock"))
        made += self._places("q1")
        caption = say("Due in 30 days, 15 Jul · 29 of 32 cells filled")
        second = EntryRow("q2", say("Q2 2026"), EntryRole.GROUP, caption=caption)
        made.append(_badged(second, say("1 returned"), "bad", "corner-up-left"))
        made += self._places("q2")
        made.append(EntryRow("q3", say("Q3 2026"), EntryRole.GROUP, caption=say("Not due yet. Opens 1 Jul")))
        made.append(EntryRow("q4", say("Q4 2026"), EntryRole.GROUP, caption=say("Not due yet. Opens 1 Oct")))
        return made

    def _places(self, period: str) -> list[EntryRow]:
        return [
            EntryRow(
                f"{period}/{place}",
                self._say(place),
                EntryRole.TOTAL if place == "All places" else EntryRole.INPUT,
                group=period,
            )
            for place, _ in _FIRST
        ]

    def cell(self, row: str, column: str) -> EntryCell:
        return self.values[(row, column)]


def _badged(row: EntryRow, text: str, family: str, icon: str) -> EntryRow:
    return EntryRow(
        row.key,
        row.title,
        row.role,
        caption=row.caption,
        badge_text=text,
        badge_family=family,
        badge_icon=icon,
    )
