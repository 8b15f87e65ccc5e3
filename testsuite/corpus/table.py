"""What was tried, in words: a line for each change while they run, a table of all in the end."""

import collections

from trial import isSuspicious


def line(program, name, result):
    parts = [f"{'!' if isSuspicious(result) else ' '} {result['outcome']:<14}", f"{program} {name:<36}"]
    if "reported" in result:
        parts.append(f"{result['reported']}+{result['new']} functions, {result['seconds']} s")
    for key in ("rules", "warnings", "missing", "surplus"):
        if result.get(key):
            parts.append(f"{key}: {' '.join(result[key][:6])}" + (" ..." if len(result[key]) > 6 else ""))
    if result.get("live") not in (None, "ok", "no-service"):
        parts.append(result["live"])
    return "  ".join(parts)


def row(name, results):
    built = [r for r in results if r["outcome"] != "does-not-build"]
    count = collections.Counter(r["outcome"] for r in built)
    lives = collections.Counter(r["live"] for r in built if "live" in r)
    functions = sorted(r["reported"] for r in built if r["outcome"] == "patch")
    return [name, len(built), count["patch"], count["none"], count["refused"],
            sum(r.get("proved", False) for r in built), lives["ok"] + lives["ok-seen"], lives["ok-seen"],
            functions[len(functions) // 2] if functions else "", sum(map(isSuspicious, built))]


def markdown(tried):
    head = ["program", "changes", "patch", "none", "refused", "proved", "live", "seen", "functions", "suspicious"]
    rows = [row(name, results) for name, results in tried.items() if results]
    total = ["all"] + [sum(r[column] for r in rows) for column in range(1, len(head))
                       if head[column] != "functions"]
    total.insert(head.index("functions"), "")
    lines = [head, ["---"] * len(head)] + rows + ([total] if len(rows) > 1 else [])
    out = ["| " + " | ".join(map(str, cells)) + " |" for cells in lines]
    built = [r for results in tried.values() for r in results or () if r["outcome"] != "does-not-build"]
    for title, key in (("Refused by", "rules"), ("Warnings", "warnings")):
        of = collections.Counter(word for r in built for word in r.get(key, []))
        if of:
            out.append(f"\n{title}: " + ", ".join(f"{word} {count}" for word, count in of.most_common()) + ".")
    return "\n".join(out)
