"""Bars and lines as plain SVG: no library, no script, readable in light and dark pages."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, LABELS, BAR, GAP = 720, 210, 18, 8
COLOURS = ("#2563a8", "#c2762a", "#5b8c5a", "#8a4f9e")
_STYLE = """<style>text{font:13px system-ui,sans-serif;fill:#444}
@media (prefers-color-scheme:dark){text{fill:#ccc}}</style>"""


def bars(
    title: str,
    rows: Mapping[str, float],
    *,
    marks: Mapping[str, float] | None = None,
    largest: float | None = None,
) -> str:
    """A horizontal bar for each row; `marks` are goals, drawn as a line across their bar."""
    marks = marks or {}
    most = largest or max([*rows.values(), *marks.values(), 1e-9])
    scale = (WIDTH - LABELS - 70) / most
    height = 34 + len(rows) * (BAR + GAP)
    lines = [_head(title, height)]
    for place, (label, value) in enumerate(rows.items()):
        top = 34 + place * (BAR + GAP)
        wide = max(1.0, min(value, most) * scale)
        lines.append(
            f'<text x="{LABELS - 8}" y="{top + 14}" text-anchor="end">{escape(label)}</text>'
        )
        lines.append(
            f'<rect x="{LABELS}" y="{top}" width="{wide:.1f}" height="{BAR}" fill="{COLOURS[0]}"/>'
        )
        lines.append(f'<text x="{LABELS + wide + 6:.1f}" y="{top + 14}">{value:.2f}</text>')
        if label in marks:
            at = LABELS + marks[label] * scale
            lines.append(
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top - 3}" y2="{top + BAR + 3}"'
                f' stroke="{COLOURS[1]}" stroke-width="2"/>'
            )
    return "\n".join([*lines, "</svg>", ""])


def growth(title: str, sizes: Sequence[int], rows: Mapping[str, Sequence[float]]) -> str:
    """How many times longer each row takes at the last size than at the first."""
    found = {label: values[-1] / values[0] for label, values in rows.items() if values[0]}
    return bars(f"{title}: {sizes[0]:,} to {sizes[-1]:,} rows", found)


def _head(title: str, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{escape(title)}">{_STYLE}'
        f'<text x="0" y="18" font-weight="600">{escape(title)}</text>'
    )
