"""Figures with their spread, as tables in Markdown."""

import json
import statistics


def spread(values, form="{:.2f}"):
    """median (smallest to largest)"""
    return f"{form.format(statistics.median(values))} ({form.format(min(values))} to {form.format(max(values))})"


def percent(values):
    return spread([100 * (value - 1) for value in values], "{:+.1f}") + " %"


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    lines = ["| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |" for row in [head, *rows]]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def write(path, title, *texts, promises=()):
    """`promises`: (what, bar, reached, kept) of each, for promises.py."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"# {title}\n\n" + "\n".join(texts)
    path.write_text(text)
    path.with_suffix(".json").write_text(json.dumps([list(promise) for promise in promises], indent=1) + "\n")
    print(f"\n{text}\n(in {path})", flush=True)
