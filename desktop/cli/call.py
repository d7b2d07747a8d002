"""What one command line is about: which profile, which language, how to answer, and how to open things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.errors import DaftarError

if TYPE_CHECKING:
    from desktop.paths import Paths
    from desktop.store.profile import Profile
    from desktop.store.reader import Reader
    from desktop.store.store import Store
    from desktop.words import Words
    from sync.clock import Clock


@dataclass(slots=True)
class Call:
    """What was said before the command and around it. Everything heavy is made when it is first asked for."""

    as_json: bool = False
    profile: Path | None = None
    language: str | None = None
    passphrase: str | None = field(default=None, repr=False)
    wished: str = ""
    """The language that the environment asks for."""
    locale: str = ""
    _paths: Paths | None = None
    _words: Words | None = None

    @property
    def paths(self) -> Paths:
        from desktop.paths import profile_paths

        if self._paths is None:
            self._paths = profile_paths(self.profile)
        return self._paths

    @property
    def clock(self) -> Clock:
        from sync.clock import SystemClock

        return SystemClock()

    # Words

    @property
    def words(self) -> Words:
        from desktop import settings
        from desktop.words import Words

        if self._words is None:
            known = settings.load(self.paths.settings).settings
            language = self.chosen_language(known.language if self.paths.settings.exists() else "")
            self._words = Words(language, country=known.country, digits=known.digits)
        return self._words

    def chosen_language(self, settled: str) -> str:
        """The option, else the environment's wish, else the settings, else the locale, else English."""
        from desktop.words import LANGUAGES

        for wanted in (self.language or "", self.wished, settled, self.locale[:2].lower()):
            if wanted in LANGUAGES:
                return wanted
        return "en"

    def window_language(self) -> str | None:
        """The language that was wished for; on a new laptop that of the system; else what is settled."""
        if self.language or self.wished or not self.paths.settings.exists():
            return self.chosen_language("")
        return None

    def wordings(self) -> Callable[[str], tuple[str, ...]]:
        """Every translation of a label, so that people may type choices in their language."""
        from desktop.words.catalogues import every_wording

        return every_wording()

    # Opening

    def open_profile(self) -> Profile:
        """The profile with its key; asks for the passphrase at a terminal, and only there."""
        from desktop.store.profile import open_profile

        try:
            return open_profile(self.paths, keyring=self._keyring(), passphrase=self.passphrase)
        except DaftarError as error:
            if error.code != "passphrase_needed" or not at_terminal():
                raise
        self.passphrase = ask_secret(self.words.t("Passphrase"))
        return open_profile(self.paths, passphrase=self.passphrase)

    def _keyring(self) -> Any:
        """The system's keyring where no passphrase will do: looking for it takes a while."""
        from desktop.store.keys import system_keyring, wrap_types

        if (
            self.passphrase is not None
            and self.paths.keys.exists()
            and "passphrase" in wrap_types(self.paths.keys)
        ):
            return None
        return system_keyring()

    def make_profile(self) -> Profile:
        """A new profile; its key is guarded by the given passphrase, else the keyring, else one typed now."""
        from desktop.store.keys import system_keyring
        from desktop.store.profile import create_profile

        if self.passphrase is not None:
            return create_profile(self.paths, passphrase=self.passphrase)
        try:
            return create_profile(self.paths, keyring=system_keyring())
        except DaftarError as error:
            if error.code != "passphrase_needed" or not at_terminal():
                raise
        self.passphrase = ask_secret(self.words.t("New passphrase"), confirm=True)
        return create_profile(self.paths, passphrase=self.passphrase)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A reader beside whoever writes."""
        from desktop.cli.later import Later

        # Stretching the passphrase takes a quarter of a second; what is imported meanwhile costs nothing.
        opened = Later(self.open_profile) if self.passphrase is not None else None
        from desktop.store.reader import open_store_reader
        from sync.records import KINDS

        reader = open_store_reader(opened.result() if opened else self.open_profile(), KINDS)
        try:
            yield reader
        finally:
            reader.close()

    @contextmanager
    def writing(self, *, new: bool = False) -> Iterator[tuple[Store, Reader]]:
        """The store with its lock, and a reader; `new` allows that nothing was stored yet."""
        from desktop.cli.later import Later

        opened = Later(self.open_profile) if self.passphrase is not None else None
        from desktop.store.store import Store
        from sync.records import KINDS

        profile = opened.result() if opened else self.open_profile()
        if not new and not profile.paths.database.exists():
            raise DaftarError("profile_missing")
        store = Store.open(profile, KINDS, self.clock)
        try:
            reader = store.reader()
            try:
                yield store, reader
                self._back_up(store, reader)
            finally:
                reader.close()
        finally:
            store.close()

    def _back_up(self, store: Store, reader: Reader) -> None:
        """The day's backup, after the answer, so that nobody waits for it; the work does not depend on it."""
        from desktop.store.rotation import back_up_daily

        sys.stdout.flush()
        try:
            back_up_daily(store.profile, reader.connection, clock=self.clock)
        except DaftarError as error:
            from desktop.words.messages import explain

            self.say(self.words.t("Today's backup could not be made."), explain(self.words, error))

    # Answers

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        """One JSON document, or the same for people, which is put into words only where it is shown."""
        if self.as_json:
            from desktop.cli.printing import to_json

            print(to_json(document))
        elif shown := text():
            print(shown)

    def say(self, *lines: str) -> None:
        """A message beside the answer."""
        print(*lines, sep="\n", file=sys.stderr, flush=True)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        from desktop.cli.printing import table

        return table([self.words.t(head) for head in heads], rows)

    def fail(self, error: DaftarError) -> None:
        """Say what stands in the way, in words, and with `--json` as a document."""
        from desktop.cli.answers import error_document, error_lines

        lines = error_lines(self.words, error)
        self.say(*lines)
        if self.as_json:
            document = error_document(self.words, error, "\n".join(lines))
            self.answer(document, str)


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask_secret(prompt: str, *, confirm: bool = False) -> str:
    """A passphrase typed unseen."""
    import click

    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))
