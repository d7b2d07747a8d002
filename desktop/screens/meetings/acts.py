"""What people do in a meeting: every act becomes one command, one undo, and where it matters one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop.bridge.desk import Desk
from desktop.commands import agenda, labels, links, meetings
from desktop.commands.problems import FieldsToFixError
from desktop.commands.records import change, remove
from desktop.screens.meetings.outcome_form import ACTION, DECISION
from desktop.screens.meetings.reading import Facts, Joint, Outcome
from desktop.screens.meetings.wording import today_of
from desktop.store.numbering import numbers_in_use
from desktop.store.rows import Row
from desktop.widgets.look import Look
from desktop.widgets.record_form import FieldChange, RecordForm
from desktop.widgets.screen import Host
from desktop.words.messages import explain
from sync.changes import Edit, Value
from sync.errors import DaftarError

_LABELS = {"meeting": agenda.MEETING, "agenda_item": agenda.ITEM}
Done = Callable[[], object]


class MeetingActs:
    """Commands of the screen; `facts` are those of the meeting that is shown."""

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        self._look, self._desk, self._host = look, desk, host

    def _submit(self, edits: list[Edit], label: str, *, said: str = "", done: Done | None = None) -> None:
        if not edits:
            return

        def finished(_written: object) -> None:
            if said:
                self._host.toast(said, undo=True)
            if done is not None:
                done()

        self._desk.submit(edits, label=label, done=finished)

    def _try(
        self, make: Callable[[], list[Edit]], label: str, *, said: str = "", done: Done | None = None
    ) -> bool:
        """Make a command and hand it over; what stands in its way is said and stays where it was typed."""
        try:
            edits = make()
        except DaftarError as error:
            self._host.toast(explain(self._look.words, error), error=True)
            return False
        self._submit(edits, label, said=said, done=done)
        return True

    # The meeting

    def set_state(self, row: Row, state: str) -> None:
        words = self._look.words
        said = words.t("The meeting is closed.") if state == "closed" else ""
        self._try(lambda: agenda.set_state(row, state), agenda.STATE, said=said)

    def change_field(self, form: RecordForm | None, change_made: FieldChange) -> None:
        """One field of the form beside the notes."""
        row = change_made.row
        kind = self._desk.store.kinds[row.kind]
        try:
            edits = change(kind, row, {change_made.field: change_made.value})
        except FieldsToFixError as error:
            for problem in error.problems:
                if form is not None:
                    form.show_problem(problem.field, problem)
            return
        except DaftarError as error:
            self._host.toast(explain(self._look.words, error), error=True)
            return
        self._submit(edits, _LABELS.get(row.kind, agenda.OUTCOME))

    def remove(self, row: Row, *, done: Done | None = None) -> None:
        """Anything of the meeting; it can be brought back."""
        words = self._look.words
        kind = self._desk.store.kinds[row.kind]
        title = words.isolate(str(row.values.get("title") or words.t(kind.label)))
        said = words.t("Removed: {title}", title=title)
        self._try(lambda: remove(kind, row), labels.REMOVE, said=said, done=done)

    # The agenda

    def add_item(self, facts: Facts, title: str, *, done: Callable[[bytes], object]) -> None:
        record = self._desk.store.new_id()
        top = [row for row in facts.rows if agenda.parent_of(row) is None]
        last = max((key for row in top if (key := agenda.key_of(row))), default=None)
        self._try(
            lambda: meetings.add_agenda_item(facts.row, record=record, title=title, last=last),
            labels.AGENDA,
            done=lambda: done(record),
        )

    def move_item(self, facts: Facts, record: bytes, step: int) -> None:
        item = facts.item(record)
        if item is not None:
            siblings = agenda.siblings_of(item.row, facts.rows)
            self._try(lambda: agenda.move_item(item.row, siblings, step=step), agenda.ORDER)

    def rename(self, row: Row, title: str) -> None:
        kind = self._desk.store.kinds[row.kind]
        self._try(lambda: change(kind, row, {"title": title}), agenda.ITEM)

    def mark_discussed(self, row: Row, *, discussed: bool) -> None:
        kind = self._desk.store.kinds[row.kind]
        self._try(lambda: change(kind, row, {"discussed": discussed or None}), agenda.ITEM)

    # Links

    def link(self, row: Row, record: bytes) -> None:
        """Join an agenda item with an activity or indicator."""
        found = (self._desk.row(kind, record) for kind in ("activity", "indicator"))
        other = next((each for each in found if each is not None), None)
        if other is not None:
            new = self._desk.store.new_id()
            self._try(lambda: links.link(row, other, record=new), labels.LINK)

    def unlink(self, joint: Joint) -> None:
        row = self._desk.row("link", joint.link)
        if row is not None:
            words = self._look.words
            name = words.isolate(joint.code or joint.title)
            kind = self._desk.store.kinds["link"]
            said = words.t("No longer linked with {name}", name=name)
            self._try(lambda: remove(kind, row), labels.REMOVE, said=said)

    # Outcomes

    def record(
        self, facts: Facts, item: bytes | None, kind: str, values: Mapping[str, Value], *, done: Done
    ) -> None:
        """A decision, an action point or a lesson; numbers follow the highest one of the workspace."""
        meeting, new = facts.row, self._desk.store.new_id()
        given = dict(values)
        title = str(given.pop("title"))
        found = facts.item(item) if item is not None else None
        activities = [each.record for each in found.joints if each.kind == "activity"] if found else []
        if kind == DECISION:
            numbers = numbers_in_use(self._desk.reader, kind, workspace=meeting.workspace)
            self._try(
                lambda: meetings.record_decision(
                    meeting, record=new, title=title, numbers=numbers, item=item, values=given
                ),
                labels.DECISION,
                done=done,
            )
        elif kind == ACTION:
            numbers = numbers_in_use(self._desk.reader, kind, workspace=meeting.workspace)
            given["agenda_item"] = item
            self._try(
                lambda: meetings.add_action_point(
                    workspace=meeting.workspace,
                    record=new,
                    title=title,
                    numbers=numbers,
                    meeting=meeting,
                    values=given,
                ),
                labels.ACTION,
                done=done,
            )
        else:
            if len(activities) == 1:
                given["activity"] = activities[0]
            said = self._look.words.t(
                "Lesson kept as a draft: {title}", title=self._look.words.isolate(title)
            )
            self._try(
                lambda: agenda.record_lesson(meeting, record=new, title=title, values=given),
                agenda.LESSON,
                said=said,
                done=done,
            )

    def tick(self, outcome: Outcome, *, done: bool) -> None:
        """Done today, or not done after all."""
        row = self._desk.row(outcome.row.kind, outcome.row.id)
        if row is None:
            return
        # What was seen is what stood beside the box; a change since then becomes a question.
        if done:
            today = today_of(self._desk).isoformat()
            self._try(lambda: meetings.complete_action(outcome.row, on=today), labels.COMPLETE)
        else:
            self._try(lambda: meetings.reopen_action(outcome.row), labels.REOPEN_ACTION)

    def join(self, facts: Facts, outcome: Outcome, record: bytes) -> None:
        """Link an action point to an activity; without one, to that of its agenda item."""
        activity = record
        if not activity:
            item = facts.item(outcome.item or b"")
            found = [each.record for each in item.joints if each.kind == "activity"] if item else []
            if not found:
                return
            activity = found[0]
        words = self._look.words
        name = words.isolate(self._desk.name_of("activity", activity))
        said = words.t("Linked to {name}", name=name)
        self._try(lambda: agenda.join_activity(outcome.row, activity), agenda.JOIN, said=said)
