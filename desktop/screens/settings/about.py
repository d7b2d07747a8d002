"""What this is, which version, and whose work it stands on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from desktop.screens.settings.parts import FactList, Section
from desktop.widgets.look import Look

PRODUCT: Final = "daftar"
# What is in the package, by its licence. Names of licences are not translated.
LIBRARIES: Final = (
    ("LGPL 3.0", ("Qt", "PySide6")),
    ("SIL Open Font License 1.1", ("IBM Plex Sans", "IBM Plex Sans Arabic")),
    ("BSD", ("SQLCipher", "Babel", "Click", "Zstandard")),
    ("MIT", ("Loro", "Pydantic", "keyring", "openpyxl", "platformdirs")),
    ("Apache 2.0", ("MessagePack", "PyNaCl", "Requests", "sqlite-utils")),
    ("PSF", ("Python",)),
)


class About(Section):
    """Version and licences in words."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, words.t("About Daftar"), parent)
        facts = FactList(look, self)
        facts.add(words.t("Version"), words.isolate(product_version()))
        beneath = f"Qt {qVersion()} · Python {platform.python_version()}"
        facts.add(words.t("Runs on"), words.isolate(beneath))
        self.column.addWidget(facts)
        self.say(words.t("Daftar stands on the work of others, used under these licences:"))
        licences = FactList(look, self)
        for licence, names in LIBRARIES:
            licences.add(words.isolate(licence), words.join([words.isolate(name) for name in names]))
        self.column.addWidget(licences)


def product_version() -> str:
    """The version that was installed; a dash where the package does not say."""
    try:
        return version(PRODUCT)
    except PackageNotFoundError:
        return "–"
