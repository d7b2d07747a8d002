"""The first window on a new laptop: join with a code, protect the notebook, fetch the data."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.bridge.calls import GuiCalls
from desktop.store.fetching import Fetching
from desktop.widgets.buttons import Button
from desktop.widgets.fields import TextField
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Panel
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.widgets.progress import Progress
from desktop.widgets.sync_wording import fetching_sentence, fetching_words
from desktop.windows.certificate_link import CertificateLink
from desktop.windows.first_run_parts import BrandSide, CodeField, LanguageSwitch, Steps
from desktop.words.messages import explain
from sync.errors import DaftarError

_COLUMN = 436
_RING = 4
"""Room for the ring around what has the keyboard."""
_SHORTEST_PASSPHRASE = 12
_OF_CODE = frozenset({"code_used", "code_unknown", "code_expired", "too_many_requests"})
_OF_PASSPHRASE = frozenset({"passphrase_empty", "passphrase_needed", "passphrase_wrong"})
_OF_SERVER = frozenset(
    {
        "no_connection",
        "server_unreachable",
        "not_a_server",
        "server_address_wrong",
        "server_not_safe",
        "stalled",
        "certificate_untrusted",
        "certificate_wrong_name",
        "certificate_unreadable",
    }
)


@dataclass(frozen=True, slots=True)
class Joining:
    """What the person gave. `passphrase` is `None` where the computer's own keyring keeps the key."""

    server: str
    code: str
    laptop: str
    passphrase: str | None = None
    certificate: Path | None = None
    """The file with what alone is to be believed of the server's name."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far the first fetch is; `total_bytes` is 0 where nobody knows yet."""

    records: int = 0
    done_bytes: int = 0
    total_bytes: int = 0
    fetching: Fetching | None = None
    """The workspace that is being filled, where the server sends one as a whole."""


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way to begin without a connection, shown only where something stands behind it."""

    icon: str
    title: str
    text: str
    act: Callable[[], object]


Report = Callable[[Fetched], None]
Join = Callable[[Joining, Report], "Future[None]"]
"""Does everything off the GUI thread; `Report` may be called from any thread."""


class FirstRun(QWidget):
    """Emits `joined` when the notebook is ready. Errors come back to the step that can mend them."""

    joined = Signal()
    enough = Signal()
    """What is here is enough to begin with; the rest is fetched behind the window."""
    language_chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        *,
        join: Join,
        look_in: Callable[[str], Look],
        needs_passphrase: bool,
        server: str = "",
        laptop: str = "",
        version: str = "",
        other_ways: Callable[[Look], Sequence[OtherWay]] = lambda _look: (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = look
        self._join, self._look_in, self._needs_passphrase = join, look_in, needs_passphrase
        self._version, self._other_ways = version, other_ways
        self._typed = Joining(server, "", laptop)
        self._calls = GuiCalls(self)
        self._step = 0
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self.setMinimumSize(800, 480)
        self.resize(1180, 700)
        self._build()

    # Building

    def _build(self) -> None:
        look, words = self.look, self.look.words
        self.setWindowTitle(words.t("Daftar"))
        rtl = Qt.LayoutDirection.RightToLeft if look.rtl else Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(rtl)
        self._side = BrandSide(look, version=self._version, parent=self)
        self._outer.addWidget(self._side, 10)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Panel(look, ground=look.tokens.surface)
        page = QVBoxLayout(inside)
        page.setContentsMargins(40, 24, 40, 24)
        switch = LanguageSwitch(look, parent=inside)
        switch.chosen.connect(self.set_language)
        page.addWidget(switch, 0, Qt.AlignmentFlag.AlignTrailing)
        page.addStretch(2)
        holder = self._holder = QWidget(inside)
        holder.setFixedWidth(_COLUMN + 2 * _RING)
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(_RING, 0, _RING, _RING)
        self._column.setSpacing(0)
        names = [words.t("Join"), words.t("Protect"), words.t("Get the data")]
        if not self._needs_passphrase:
            names.pop(1)
        self.steps = Steps(look, names, parent=holder)
        self._column.addWidget(self.steps)
        self._column.addSpacing(24)
        self._form = QVBoxLayout()
        self._form.setSpacing(0)
        self._column.addLayout(self._form)
        page.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
        page.addStretch(3)
        area.setWidget(inside)
        self._outer.addWidget(area, 17)
        self._show_step(self._step)

    def set_language(self, language: str) -> None:
        """Show everything in another language; what was typed stays."""
        self._take_typed()
        self.look = self._look_in(language)
        empty_layout(self._outer)
        self._build()
        self.language_chosen.emit(language)

    def _show_step(self, step: int) -> None:
        self._step = step
        empty_layout(self._form)
        last = 2 if self._needs_passphrase else 1
        self.steps.set_step(step)
        if step == 0:
            self._build_join()
        elif step == last:
            self._build_fetch()
        else:
            self._build_protect()
        self._fit()
        # Labels know how high they are once they were dressed.
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Where the window is low the page scrolls; nothing in it is squeezed."""
        wanted = self._column.totalHeightForWidth(_COLUMN + 2 * _RING)
        self._holder.setMinimumHeight(wanted if wanted > 0 else self._column.totalSizeHint().height())

    def _head(self, title: str, text: str) -> None:
        look = self.look
        self._form.addWidget(Label(look, title, role=Role.BIG, weight=SEMIBOLD, wrap=True))
        self._form.addSpacing(4)
        self._form.addWidget(Label(look, text, colour=look.tokens.t2, wrap=True))
        self._form.addSpacing(20)

    def _build_join(self) -> None:
        look, words = self.look, self.look.words
        self._head(
            words.t("Join your team"),
            words.t("Type the code from your administrator. It works once, on this laptop."),
        )
        caption = Label(
            look, words.t("Joining code"), role=Role.SECONDARY, weight=MEDIUM, colour=look.tokens.t2
        )
        self._form.addWidget(caption)
        self._form.addSpacing(4)
        self.code = CodeField(look, name=words.t("Joining code"))
        self.code.setText(self._typed.code.replace("-", ""))
        caption.setBuddy(self.code)
        self._form.addWidget(self.code, 0, Qt.AlignmentFlag.AlignLeading)
        self._form.addSpacing(6)
        note = QHBoxLayout()
        note.setSpacing(6)
        self._code_icon = IconLabel(look, "info", size=14)
        self._code_note = Label(look, role=Role.SECONDARY, wrap=True)
        note.addWidget(self._code_icon, 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._code_note, 1)
        self._form.addLayout(note)
        self._say_code("")
        self._form.addSpacing(14)
        self.server = TextField(
            look, words.t("Address of the server"), value=self._typed.server,
            placeholder=look.words.isolate("daftar.example.org"),
            hint=words.t("It stands beside the code."),
        )  # fmt: skip
        self._form.addWidget(self.server)
        self.certificate = CertificateLink(look, self._typed.certificate, parent=self)
        self.certificate.chosen.connect(self._check_join)
        self._form.addWidget(self.certificate, 0, Qt.AlignmentFlag.AlignLeading)
        self._form.addSpacing(12)
        self.laptop = TextField(
            look, words.t("Name of this laptop"), value=self._typed.laptop,
            hint=words.t("Colleagues see this name beside your changes."),
        )  # fmt: skip
        self._form.addWidget(self.laptop)
        self._form.addSpacing(18)
        text = words.t("Next") if self._needs_passphrase else words.t("Join")
        self.next = Button(look, text, kind="primary", icon="arrow-right", height=36)
        self.next.clicked.connect(self._leave_join)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.next)
        soft = words.t("Then the data is fetched. You can stop and go on later.")
        line.addWidget(Label(look, soft, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True), 1)
        self._form.addLayout(line)
        for editor in (self.code, self.server.editor, self.laptop.editor):
            editor.textChanged.connect(self._check_join)
            editor.returnPressed.connect(self._leave_join)
        self._add_other_ways()
        self._check_join()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_other_ways(self) -> None:
        ways = self._other_ways(self.look)
        if not ways:
            return
        look = self.look
        self._form.addSpacing(20)
        self._form.addWidget(
            Label(look, look.words.t("No connection here?"), role=Role.SECONDARY, colour=look.tokens.t3)
        )
        self._form.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(12)
        for way in ways:
            button = Button(look, way.title, icon=way.icon, height=36)
            button.setToolTip(way.text)
            button.setAccessibleDescription(way.text)
            button.clicked.connect(way.act)
            row.addWidget(button)
        row.addStretch(1)
        self._form.addLayout(row)

    def _build_protect(self) -> None:
        look, words = self.look, self.look.words
        self._head(
            words.t("Protect the notebook"),
            words.t(
                "This computer has no password store that Daftar can use. A few words of your own "
                "lock the notebook; they are asked for at each start."
            ),
        )
        self.passphrase = TextField(
            look,
            words.t("Passphrase"),
            hint=words.t("Four words or more are easy to keep in mind."),
            required=True,
        )
        self.again = TextField(look, words.t("The same once more"), required=True)
        for field in (self.passphrase, self.again):
            field.editor.setEchoMode(QLineEdit.EchoMode.Password)
            field.editor.textChanged.connect(self._check_protect)
            field.editor.returnPressed.connect(self._leave_protect)
            self._form.addWidget(field)
            self._form.addSpacing(12)
        self._form.addSpacing(8)
        self.next = Button(look, words.t("Join"), kind="primary", icon="arrow-right", height=36)
        self.next.clicked.connect(self._leave_protect)
        back = Button(look, words.t("Back"), kind="quiet", height=36)
        back.clicked.connect(self._back)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.next)
        line.addWidget(back)
        line.addStretch(1)
        self._form.addLayout(line)
        self._check_protect()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_fetch(self) -> None:
        look, words = self.look, self.look.words
        self._head(
            words.t("Getting the data"),
            words.t(
                "It goes on by itself after a cut. Closing the window is safe: it continues at the next "
                "start."
            ),
        )
        self.progress = Progress(look, text_width=150, name=words.t("Progress"))
        self._form.addWidget(self.progress)
        self._form.addSpacing(8)
        self.amount = Label(look, words.t("The server is asked…"), colour=look.tokens.t2, wrap=True)
        self._form.addWidget(self.amount)
        self._form.addSpacing(16)
        self.begin = Button(look, words.t("Begin to work"), kind="primary", icon="arrow-right", height=36)
        self.begin.clicked.connect(self._begin)
        self.begin.hide()
        self._form.addWidget(self.begin)
        self.show_fetched(Fetched())

    # Step by step

    def _take_typed(self) -> None:
        if self._step == 0:
            self._typed = Joining(
                self.server.text(),
                self.code.code,
                self.laptop.text(),
                self._typed.passphrase,
                self.certificate.file,
            )

    def _check_join(self) -> None:
        words = self.look.words
        missing = ""
        if not self.code.is_complete:
            missing = words.t("The code has eight letters or numbers.")
        elif not self.server.text().strip():
            missing = words.t("The address of the server is missing.")
        elif not self.laptop.text().strip():
            missing = words.t("The laptop needs a name.")
        if self.server.error:
            self.server.set_error("")
        self.next.set_ready(ready=not missing, reason=missing)

    def _leave_join(self) -> None:
        if not self.next.isEnabled():
            return
        self._take_typed()
        if self._needs_passphrase:
            self._show_step(1)
        else:
            self._start(self._typed)

    def _check_protect(self) -> None:
        words, text = self.look.words, self.passphrase.text()
        missing = ""
        if len(text) < _SHORTEST_PASSPHRASE:
            missing = words.n(
                "Use {count} letter or more.", "Use {count} letters or more.", _SHORTEST_PASSPHRASE
            )
        elif self.again.text() != text:
            missing = words.t("The two are not the same yet.")
        self.next.set_ready(ready=not missing, reason=missing)

    def _leave_protect(self) -> None:
        if self.next.isEnabled():
            self._start(replace(self._typed, passphrase=self.passphrase.text()))

    def _back(self) -> None:
        self._show_step(0)

    def _start(self, joining: Joining) -> None:
        self._show_step(2 if self._needs_passphrase else 1)
        future = self._join(joining, self._report)
        self._calls.when_done(future, self._done, self._failed)

    def _report(self, fetched: Fetched) -> None:
        self._calls.post(lambda: self.show_fetched(fetched))

    def show_fetched(self, fetched: Fetched) -> None:
        """Progress in numbers; no bar without a number."""
        words = self.look.words
        share = fetched.done_bytes / fetched.total_bytes if fetched.total_bytes else 0.0
        done = words.isolate(words.size(fetched.done_bytes))
        text = words.t("{done} so far", done=done)
        if fetched.total_bytes:
            total = words.isolate(words.size(fetched.total_bytes))
            text = words.t("{done} of {total}", done=done, total=total)
        self.progress.set_progress(share, text=text)
        fetching = fetched.fetching
        if fetching is not None:
            said = fetching_words(words, fetching)
            self.amount.setText(f"{said}. {fetching_sentence(words, fetching)}")
            if fetching.usable and self.begin.isHidden():
                self.begin.show()
                self.begin.setFocus(Qt.FocusReason.OtherFocusReason)
            self._fit()
        elif fetched.records:
            self.amount.setText(
                words.n(
                    "{count} record is on this laptop.",
                    "{count} records are on this laptop.",
                    fetched.records,
                )
            )

    def _begin(self) -> None:
        self.begin.set_ready(ready=False, reason=self.look.words.t("The notebook is opened."))
        self.enough.emit()

    def _done(self, _nothing: object) -> None:
        self.joined.emit()

    def _failed(self, error: BaseException) -> None:
        code = error.code if isinstance(error, DaftarError) else ""
        message = explain(self.look.words, error)
        if code in _OF_PASSPHRASE and self._needs_passphrase:
            self._show_step(1)
            self.passphrase.set_error(message)
            return
        self._show_step(0)
        if code in _OF_SERVER:
            self.server.set_error(message)
            self.server.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._say_code(message, invalid=code in _OF_CODE)

    def _say_code(self, message: str, *, invalid: bool = False) -> None:
        tokens = self.look.tokens
        colour = tokens.bad.text if message else tokens.t3
        self._code_icon.set_icon("circle-alert" if message else "info", colour)
        hint = self.look.words.t("Letters and numbers. Capital or small makes no difference.")
        self._code_note.setText(message or hint)
        self._code_note.set_colour(colour)
        self.code.set_invalid(invalid=invalid)
        self.code.setAccessibleDescription(message or hint)
