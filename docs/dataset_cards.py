"""The cards of the data sets as a page section."""

from __future__ import annotations

from forecastkit.datasets import list_datasets

_COMES = {
    "shipped": "shipped with forecastkit",
    "statsmodels": "installed with statsmodels",
    "download": "downloaded when first used",
}


def cards_table() -> str:
    """Markdown: a section for each data set."""
    parts = []
    for card in list_datasets():
        season = f"season of {card.seasonal_period} steps" if card.seasonal_period > 1 else "no season"
        facts = {
            "holds": f"{card.shape}; {card.frequency}, {season}",
            "unit": card.unit,
            "comes": _COMES[card.obtained],
            "source": card.source,
            "licence": card.licence,
            "citation": card.citation,
        }
        rows = "\n".join(f"| {name} | {text.replace('|', chr(92) + '|')} |" for name, text in facts.items())
        parts.append(f"### `{card.name}`\n\n{card.title}.\n\n| | |\n|---|---|\n{rows}\n")
    return "\n".join(parts)
