"""What went along of attached files with a bundle, in words; windows and the command line say the same."""

from __future__ import annotations

from desktop.words.words import Words


def damaged_told(words: Words, count: int) -> list[str]:
    """A sentence about changes that could not go along; nothing where there are none."""
    if not count:
        return []
    return [
        words.n(
            "{count} change could not go along, because this laptop's disk has damaged part of its log. It "
            "goes out next time, as the records show it.",
            "{count} changes could not go along, because this laptop's disk has damaged part of its log. "
            "They go out next time, as the records show them.",
            count,
        )
    ]


def enclosed_told(words: Words, *, files: int, size: int, left: int) -> list[str]:
    """Sentences of how many files went along, of `size` bytes together, and how many did not."""
    told = []
    if files:
        total = words.size(size)
        told.append(words.n("With {count} file, {size}.", "With {count} files, {size}.", files, size=total))
    if left:
        told.append(words.n("{count} file was left out.", "{count} files were left out.", left))
    return told
