"""What opens the notebook, and the form that sets or changes its passphrase."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.settings.lock_after import LockAfter
from desktop.screens.settings.parts import FactList, Result, Section
from desktop.store.keys import Cost, open_keys, set_passphrase, wrap_types
from desktop.store.reader import Reader
from desktop.widgets.buttons import Button
from desktop.widgets.fields import TextField
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError

SHORTEST: Final = 12
_OF_PRESENT: Final = frozenset({"passphrase_wrong", "passphrase_needed"})


class Protection(Section):
    """Passphrases are stretched slowly on purpose, so that happens away from the window."""

    def __init__(self, look: Look, desk: Desk, parent: QWidget, *, cost: Cost | None = None) -> None:
        words = look.words
        super().__init__(look, words.t("Protection"), parent)
        self._desk, self._cost = desk, cost
        self._work = SlowWork(desk, self)
        self.say(words.t("Everything in the notebook is locked on the disk. Any of these opens it:"))
        self.ways = FactList(look, self)
        self.column.addWidget(self.ways)
        self.open_button = Button(look, "", icon="key", height=30, parent=self)
        self.open_button.clicked.connect(self.open_form)
        self.column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._form = QWidget(self)
        self._form.setMaximumWidth(360)
        column = QVBoxLayout(self._form)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(12)
        self.present = TextField(look, words.t("Present passphrase"), required=True, parent=self._form)
        self.passphrase = TextField(
            look,
            words.t("New passphrase"),
            hint=words.t("Four words or more are easy to keep in mind."),
            required=True,
            parent=self._form,
        )
        self.again = TextField(look, words.t("The same once more"), required=True, parent=self._form)
        for field in (self.present, self.passphrase, self.again):
            field.editor.setEchoMode(QLineEdit.EchoMode.Password)
            field.editor.returnPressed.connect(self.save)
            column.addWidget(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.save_button = Button(look, "", kind="secondary", icon="check", height=30, parent=self._form)
        self.save_button.clicked.connect(self.save)
        self.cancel_button = Button(look, words.t("Not now"), kind="quiet", height=30, parent=self._form)
        self.cancel_button.clicked.connect(self.close_form)
        row.addWidget(self.save_button)
        row.addWidget(self.cancel_button)
        row.addStretch(1)
        column.addLayout(row)
        self.column.addWidget(self._form)
        self.result = Result(look, self)
        self.column.addWidget(self.result)
        self.lock_after = LockAfter(look, desk.settings.lock_after, self)
        self.column.addWidget(self.lock_after)
        self._form.hide()
        self.show_ways()

    @property
    def _has_passphrase(self) -> bool:
        return "passphrase" in self._wraps

    def show_ways(self) -> None:
        """Read the key file and say in words what opens the notebook."""
        words = self.look.words
        try:
            self._wraps = wrap_types(self._desk.store.profile.paths.keys)
        except DaftarError as error:
            self._wraps = ()
            self.result.say(explain(words, error), icon="circle-alert", family="bad")
        self.ways.clear()
        if "keyring" in self._wraps:
            text = words.t("Opens it by itself while you are signed in to this computer.")
            self.ways.add(words.t("Password store"), text, icon="lock-open", family="ok")
        if self._has_passphrase:
            text = words.t("Is asked for when the password store does not open it.")
            if "keyring" not in self._wraps:
                text = words.t("Is asked for at each start.")
            self.ways.add(words.t("Passphrase"), text, icon="key", family="ok")
        if "recovery" in self._wraps:
            text = words.t("Your administrator can open it when everything else is forgotten.")
            self.ways.add(words.t("Recovery key"), text, icon="shield", family="ok")
        else:
            text = words.t("There is none. What was not sent is lost if nothing else opens the notebook.")
            self.ways.add(words.t("Recovery key"), text, icon="shield", family="watch")
        change = self._has_passphrase
        text = words.t("Change the passphrase") if change else words.t("Set a passphrase")
        self.open_button.set_text(text)
        self.save_button.set_text(text)
        self.present.setVisible(change)
        self.lock_after.set_possible(possible=change)

    # The form

    def open_form(self) -> None:
        self.result.say("", icon="", family="none")
        self._form.show()
        self.open_button.hide()
        first = self.present if self._has_passphrase else self.passphrase
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self) -> None:
        """Passphrases never stay in the window."""
        for field in (self.present, self.passphrase, self.again):
            field.set_value("")
        self._form.hide()
        self.open_button.show()
        self.open_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Check what was typed here, then have it stretched and written."""
        if self._work.busy or not self._is_filled():
            return
        words = self.look.words
        path, key = self._desk.store.profile.paths.keys, self._desk.store.profile.key
        present = self.present.text() if self._has_passphrase else None
        fresh, cost = self.passphrase.text(), self._cost

        def work(_reader: Reader) -> None:
            if present is not None and open_keys(path, passphrase=present) != key:
                raise DaftarError("passphrase_wrong")
            set_passphrase(path, key=key, passphrase=fresh, cost=cost)

        self._set_busy(busy=True)
        self.result.say(words.t("This takes a moment on purpose."), icon="hourglass", family="none")
        self._work.start(work, self._saved, self._not_saved)

    def _is_filled(self) -> bool:
        words = self.look.words
        fields = (self.present, self.passphrase, self.again)
        for field in fields:
            field.set_error("")
        if self._has_passphrase and not self.present.text():
            self.present.set_error(words.t("Type the passphrase that opens the notebook now."))
        if len(self.passphrase.text().strip()) < SHORTEST:
            shortest = words.number(SHORTEST)
            text = words.t("At least {count} letters, so that nobody guesses it.", count=shortest)
            self.passphrase.set_error(text)
        elif self.passphrase.text() != self.again.text():
            self.again.set_error(words.t("The two are not the same."))
        wrong = next((field for field in fields if field.error), None)
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)
        return wrong is None

    def _set_busy(self, *, busy: bool) -> None:
        for field in (self.present, self.passphrase, self.again):
            field.setEnabled(not busy)
        self.save_button.set_ready(ready=not busy)

    def _saved(self, _nothing: None) -> None:
        changed = self._has_passphrase
        self._set_busy(busy=False)
        self.close_form()
        self.show_ways()
        words = self.look.words
        text = words.t("From now on the new passphrase opens the notebook.")
        if not changed:
            text = words.t("From now on the passphrase opens the notebook too.")
        self.result.say(text, icon="circle-check", family="ok")

    def _not_saved(self, error: BaseException) -> None:
        self._set_busy(busy=False)
        text = explain(self.look.words, error)
        if isinstance(error, DaftarError) and error.code in _OF_PRESENT:
            self.result.say("", icon="", family="none")
            self.present.set_error(text)
            self.present.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.result.say(text, icon="circle-alert", family="bad")
