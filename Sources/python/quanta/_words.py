"""Which word was meant."""

from __future__ import annotations

import difflib
from typing import Sequence


def remedy(word: str, names: Sequence[str], listed: int = 20) -> str:
    """The likely name and those that there are; of many the nearest few."""
    near = difflib.get_close_matches(word.lower(), [name.lower() for name in names], n=3, cutoff=0.5)
    likely = [name for lowered in near for name in names if name.lower() == lowered]
    question = f'did you mean "{likely[0]}"? ' if likely else ""
    if len(names) <= listed:
        return question + "There are: " + (", ".join(names) or "none")
    return question + f"There are {len(names)}" + (f", the nearest: {', '.join(likely)}" if likely else "")
