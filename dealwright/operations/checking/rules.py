"""The text of a finding: one line with the place, the fault, and the cure."""

from collections.abc import Sequence

SHOWN = 5  # ids of one finding
MEND = "`check --mend`"


def miscounted(name: str, stored: int, found: int) -> str:
    return f"the counter {name} says {stored} where there are {found}; {MEND} counts anew"


def missummed(count: int) -> str:
    return f"the sums of opportunities are wrong in {count} rows; {MEND} adds up anew"


def finding(kind: str, ids: Sequence[int], wrong: str, way_out: str) -> str:
    """`ids`: all records with this fault, at least one."""
    shown = ", ".join(map(str, ids[:SHOWN]))
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"{kind} {shown}{more}: {wrong}; {way_out}"
