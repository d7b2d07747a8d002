"""What went along of attached files with a bundle, in words; windows and the command line say the same."""

from __future__ import annotations

from desktop.words.words import Words


def enclosed_told(words: Words, *, files: int, size: int, left: int) -> list[str]:
    """Sentences of how many files went along, of `size` bytes together, and how many did not."""
    told = []
    if files:
        total = words.size(size)
        told.append(words.n("With {count} file, {size}.", "With {count} files, {size}.", files, size=total))
    if left:
        told.append(words.n("{count} file was left out.", "{count} files were left out.", left))
    return told
