"""Names of countries in three languages -> their two letters."""

from __future__ import annotations

from functools import lru_cache

from desktop.exchange.folding import fold


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Folded names; read when the first place is imported, because the lists take a moment to load."""
    from babel import Locale

    names: dict[str, str] = {}
    for language in ("en", "fr", "ar"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(fold(name), code)
    return names


def country_code(name: str) -> str | None:
    """`KE` for Kenya, Kénya or كينيا."""
    return _names().get(fold(name))
