"""The section Evidence and documents: files and pages of one record, on any screen that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import attachments, labels
from desktop.commands.access import at_least
from desktop.store.attached import Policy
from desktop.store.documents import Document, Standing
from desktop.store.opened import safe_name
from desktop.store.rows import Row
from desktop.widgets.buttons import IconButton
from desktop.widgets.document_row import CopyingRow, DocumentRow, Shown
from desktop.widgets.document_words import asking_of, caption_of, policy_of, state_of
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import Label, Link, Rule
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round
from desktop.widgets.screen import Host
from desktop.words.files import TRAVELS
from desktop.words.messages import explain
from sync.replica.changed import Changed


class DocumentsSection(QWidget):
    """Follows its record by itself; while it is hidden it only remembers that something changed."""

    counted = Signal(int)
    """How many there are, after a reading that found another number."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        host: Host,
        *,
        title: str = "",
        ruled: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host = look, desk, host
        self.about: Row | None = None
        self._editable = False
        self._asked = 0
        self._stale = False
        self._dropping = False
        self._documents: Sequence[Document] | None = None
        self._errors: dict[bytes, str] = {}
        self._drawn: tuple[object, ...] = ()
        self.rows: list[DocumentRow] = []
        self.copying: list[CopyingRow] = []
        self.chooser: QFileDialog | None = None
        self.menu: QMenu | None = None
        self._build(title or look.words.t("Evidence and documents"), ruled=ruled)
        desk.changed.connect(self._follow)
        desk.files.changed.connect(self._files_changed)
        desk.files.progressed.connect(self._further)

    def _build(self, title: str, *, ruled: bool) -> None:
        look, words = self._look, self._look.words
        self.setAccessibleName(title)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        # Room for the ring around the last button.
        column.setContentsMargins(margins(look, 0, 4 if ruled else 0, 4, 0))
        column.setSpacing(0)
        if ruled:
            column.addWidget(Rule(look, parent=self))
            column.addSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(6)
        tokens = look.tokens
        self.title = Label(look, title, role=Role.SECONDARY, weight=SEMIBOLD, colour=tokens.t2, parent=self)
        head.addWidget(self.title)
        self._count = Label(look, role=Role.SECONDARY, colour=tokens.t3, parent=self)
        head.addWidget(self._count)
        head.addStretch(1)
        self.add = IconButton(look, "plus", words.t("Add a file"), size=14, box=24, parent=self)
        self.add.clicked.connect(self.choose_files)
        head.addWidget(self.add)
        column.addLayout(head)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        column.addStretch(1)

    # Showing

    def show_about(self, row: Row | None, *, editable: bool) -> None:
        """The files of another record, or of the same one as it stands now."""
        same = self.about is not None and row is not None and self.about.id == row.id
        if not same:
            self._documents, self._drawn = None, ()
            # What was asked of the record before is not said of this one.
            self._asked += 1
            self._errors.clear()
            empty_layout(self._list)
            self.rows, self.copying = [], []
            self._count.setText("")
        editable = editable and row is not None and self._may_write(row)
        unchanged = same and self.about == row and self._editable == editable
        self.about, self._editable = row, editable
        self.add.setVisible(editable and row is not None)
        if not unchanged or self._documents is None:
            self.read()

    def _may_write(self, row: Row) -> bool:
        role = next((each.role for each in self._desk.reader.workspaces() if each.id == row.workspace), "")
        return at_least(role, "officer")

    @Slot(object)
    def _follow(self, changed: Changed) -> None:
        if changed.of("attachment") or changed.of("person"):
            self.read()

    @Slot()
    def _files_changed(self) -> None:
        self.read()

    def read(self) -> None:
        """Ask for the list again; while nobody looks, later."""
        about = self.about
        if about is None:
            return
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        self._asked += 1
        number, files = self._asked, self._desk.files
        self._desk.ask(lambda reader: files.read(reader, about), lambda found: self._take(number, found))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale or self._documents is None:
            self.read()

    def _take(self, number: int, found: Sequence[Document]) -> None:
        if not isValid(self) or number != self._asked:
            return
        before = self._documents
        self._documents = found
        self._draw()
        if before is None or len(before) != len(found):
            self.counted.emit(len(found))

    def _shown(self, document: Document) -> Shown:
        words, files = self._look.words, self._desk.files
        error = self._errors.get(document.row.id, "")
        moving = files.passing(document)
        return Shown(
            document,
            caption_of(words, self._desk, document),
            state_of(words, document, moving, away=files.away_code),
            "" if moving is not None else policy_of(words, document),
            "" if moving is not None else asking_of(words, document),
            error,
        )

    def _draw(self) -> None:
        """Make the rows again where something of them is different; the keyboard stays where it is."""
        if self.about is None or self._documents is None:
            return
        words = self._look.words
        shown = [self._shown(document) for document in self._documents]
        copies = self._desk.files.copies_of(self.about)
        drawn = (self._editable, *map(_plain, shown), *((id(copy), copy.error) for copy in copies))
        if drawn == self._drawn:
            self._further()
            return
        self._drawn = drawn
        held = self._held()
        empty_layout(self._list)
        self.rows = [self._row(each) for each in shown]
        self.copying = []
        for copy in copies:
            error = explain(words, copy.error) if copy.error is not None else ""
            row = CopyingRow(self._look, copy, error=error, parent=self)
            row.given_up.connect(self._give_up)
            self.copying.append(row)
            self._list.addWidget(row)
        self._count.setText(words.number(len(shown)) if shown else "")
        if not shown and not copies:
            self._list.addWidget(self._empty())
        self._give_back(held)

    def _row(self, shown: Shown) -> DocumentRow:
        row = DocumentRow(self._look, shown, parent=self)
        row.chosen.connect(self.open)
        row.asked.connect(self._ask_for)
        row.policy_asked.connect(self._policy_menu)
        row.menu_asked.connect(self._menu)
        row.remove_asked.connect(self.remove)
        row.step_asked.connect(self._step)
        self._list.addWidget(row)
        return row

    def _empty(self) -> QWidget:
        look, words = self._look, self._look.words
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(6)
        if not self._editable:
            said = words.t("No files here.")
            column.addWidget(Label(look, said, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True))
            return holder
        said = words.t("No files yet. Photos, signed lists and reports up to 200 MB can be dropped here.")
        column.addWidget(Label(look, said, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True))
        link = Link(look, words.t("Add a file…"), icon="paperclip", parent=holder)
        link.clicked.connect(self.choose_files)
        column.addWidget(link)
        return holder

    def _held(self) -> tuple[bytes, str] | None:
        """Which part of which row has the keyboard."""
        focused = self.window().focusWidget()
        for row in self.rows:
            for name, widget in row.parts.items():
                if widget is focused:
                    return row.shown.document.row.id, name
        return None

    def _give_back(self, held: tuple[bytes, str] | None) -> None:
        if held is None:
            return
        row = next((row for row in self.rows if row.shown.document.row.id == held[0]), None)
        target: QWidget = self.add if row is None else row.parts.get(held[1], row.name)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _further(self) -> None:
        for row in self.rows:
            moving = self._desk.files.passing(row.shown.document)
            if moving is not None:
                row.show_share(moving.share)
        for copying in self.copying:
            copying.show_share(copying.copy.share)

    @Slot(object, int)
    def _step(self, document: Document, step: int) -> None:
        ids = [row.shown.document.row.id for row in self.rows]
        at = ids.index(document.row.id) + step
        if 0 <= at < len(ids):
            self.rows[at].name.setFocus(Qt.FocusReason.TabFocusReason)

    # Adding

    @Slot()
    def choose_files(self) -> None:
        """Ask which files; several may be chosen at once."""
        if not self._editable or self.about is None:
            return
        chooser = QFileDialog(self.window(), self._look.words.t("Add files"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        about = self.about
        chooser.filesSelected.connect(lambda chosen: self._take_in(about, [Path(each) for each in chosen]))
        self.chooser = chooser
        chooser.open()

    def _take_in(self, about: Row, sources: Sequence[Path]) -> None:
        for source in sources:
            self._desk.files.take_in(about, source)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._editable and self.about is not None and _files_in(event):
            _accept_copy(event)
            self._set_dropping(dropping=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_dropping(dropping=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_dropping(dropping=False)
        if self._editable and self.about is not None and (files := _files_in(event)):
            _accept_copy(event)
            self._take_in(self.about, files)

    def _set_dropping(self, *, dropping: bool) -> None:
        self._dropping = dropping
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._dropping:
            return
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        fill_round(painter, self.rect(), radius=6, fill=tokens.sel, border=tokens.accent_text)
        painter.end()

    @Slot(object)
    def _give_up(self, copy: object) -> None:
        found = next((row.copy for row in self.copying if row.copy is copy), None)
        if found is not None:
            self._desk.files.give_up(found)

    # Acting

    def _fail(self, document: Document, error: BaseException) -> None:
        """Beside the file; where somebody has gone on to another record meanwhile, where it is seen."""
        said = explain(self._look.words, error)
        here = isValid(self) and self.isVisible()
        if here and any(row.shown.document.row.id == document.row.id for row in self.rows):
            self._errors[document.row.id] = said
            self._draw()
        else:
            self._host.toast(said, error=True)

    def _begin(self, document: Document) -> None:
        """What was said of the last try is not true of the next one."""
        if self._errors.pop(document.row.id, None) is not None:
            self._draw()

    @Slot(object)
    def open(self, document: Document) -> None:
        """Show it where it is here; ask for it where it is not."""
        self._begin(document)
        if document.file is not None and not document.here:
            if asking_of(self._look.words, document):
                self._desk.files.ask_for(document)
            return
        self._desk.files.open(document, done=_nothing, failed=partial(self._fail, document))

    @Slot(object)
    def _ask_for(self, document: Document) -> None:
        self._begin(document)
        self._desk.files.ask_for(document)

    def save_as(self, document: Document) -> None:
        """Ask where the copy goes."""
        chooser = QFileDialog(self.window(), self._look.words.t("Save a copy"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.selectFile(safe_name(document.file_name))
        chooser.fileSelected.connect(lambda chosen: self.save(document, Path(chosen)))
        self.chooser = chooser
        chooser.open()

    def save(self, document: Document, target: Path) -> None:
        words, host = self._look.words, self._host
        self._begin(document)

        def saved() -> None:
            host.toast(words.t("Saved a copy: {file}", file=words.isolate(target.name)))

        self._desk.files.save(document, target, done=saved, failed=partial(self._fail, document))

    def drop_copy(self, document: Document) -> None:
        """Free the space of the copy on this laptop."""
        words, host = self._look.words, self._host
        self._begin(document)

        def dropped(freed: int) -> None:
            host.toast(
                words.t(
                    "{size} freed. The server keeps the file for whenever it is wanted.",
                    size=words.size(freed),
                )
            )

        self._desk.files.drop(document, done=dropped, failed=partial(self._fail, document))

    @Slot(object)
    def remove(self, document: Document) -> None:
        """Take it away from the record; it can be brought back."""
        about = self.about
        if not self._editable or about is None:
            return
        owner = self._desk.row(about.kind, about.id) or about
        fresh = self._desk.row("attachment", document.row.id)
        if fresh is None or fresh.deleted:
            return
        self._desk.submit(attachments.detach(owner, fresh), label=labels.REMOVE)
        self._host.toast(self._look.words.t("Removed “{name}”.", name=document.name), undo=True)

    # Menus

    @Slot(object, QPoint)
    def _menu(self, document: Document, where: QPoint) -> None:
        words = self._look.words
        menu = self._new_menu()
        has_file = document.file is not None
        shows = menu.addAction(words.p("button", "Open"))
        shows.setEnabled(document.here or bool(document.address))
        shows.triggered.connect(partial(self.open, document))
        if has_file:
            saves = menu.addAction(words.t("Save a copy as…"))
            saves.setEnabled(document.here)
            saves.triggered.connect(partial(self.save_as, document))
        if asking := asking_of(words, document):
            menu.addAction(asking).triggered.connect(partial(self._ask_for, document))
        if has_file:
            self._add_policies(menu.addMenu(words.t("When it travels")), document)
            if document.here:
                drops = menu.addAction(words.t("Remove the copy from this laptop"))
                drops.triggered.connect(partial(self.drop_copy, document))
        if self._editable:
            menu.addSeparator()
            menu.addAction(words.t("Remove")).triggered.connect(partial(self.remove, document))
        menu.popup(where)

    @Slot(object, QPoint)
    def _policy_menu(self, document: Document, where: QPoint) -> None:
        menu = self._new_menu()
        self._add_policies(menu, document)
        menu.popup(where)

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu = menu
        return menu

    def _add_policies(self, menu: QMenu, document: Document) -> None:
        one = document.file
        for policy in Policy:
            action = menu.addAction(self._look.words.t(TRAVELS[policy.value]))
            action.setCheckable(True)
            action.setChecked(one is not None and one.duty.policy is policy)
            action.triggered.connect(partial(self._set_policy, document, policy))

    def _set_policy(self, document: Document, policy: Policy) -> None:
        self._begin(document)
        self._desk.files.set_policy(document, policy)


def _plain(shown: Shown) -> Shown:
    """The same without how far it is, which is drawn into the row as it stands."""
    from dataclasses import replace

    state = shown.state
    passing = state.share is not None and shown.document.standing is not Standing.PARTLY
    return replace(shown, state=replace(state, share=0.0)) if passing else shown


def _files_in(event: QDropEvent) -> list[Path]:
    """Files of this computer that are dragged; addresses of the web are not."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _accept_copy(event: QDropEvent) -> None:
    """The file stays where it was; a file manager that was told of a move would delete it."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _nothing() -> None:
    """The other program shows it."""
