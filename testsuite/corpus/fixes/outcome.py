"""What becomes of a fix, from what was seen of it. Nothing here touches a file or a process."""

# In this order a fix that concerns several files of a package gets the first that one of them has.
PATCHED, NONE, REFUSED, FAILED, NOT_BUILT = ("patched", "no functional change", "refused", "failed", "not built")
ORDER = (FAILED, REFUSED, PATCHED, NONE)

CREATE_SAYS = {0: PATCHED, 3: NONE, 4: REFUSED}


def together(parts):
    """The outcome of a fix from those of its files."""
    for outcome in ORDER:
        if any(part["outcome"] == outcome for part in parts):
            return outcome
    return NOT_BUILT


def verification(part):
    """How it was seen that the running program has the fix, strongest first."""
    if part.get("probe"):
        return "vulnerability"
    if part.get("answers-changed"):
        return "answers"
    if part.get("ran"):
        return "ran"
    return "applied"


HOW = {
    "vulnerability": "the vulnerability is shown without the fix, and gone with the patch",
    "answers": "answers change to those of a build with the fix, and back",
    "ran": "functions of the patch run (breakpoints)",
    "applied": "applied and reverted under load; the load does not reach its functions",
}


def verified(part):
    return verification(part) != "applied"


def strongest(parts):
    hows = [verification(part) for part in parts if part["outcome"] == PATCHED]
    return min(hows, key=list(HOW).index) if hows else ""


def fromReport(report):
    """Of patchbuild's report what is worth keeping."""
    functions = report.get("functions", [])
    fresh = report.get("fresh") or {}
    return {
        "functions": [function["name"] for function in functions],
        "new": sum(function["action"] == "new" for function in functions),
        "data": len(report.get("data", [])),
        "rules": sorted({refusal["rule"] for refusal in report.get("refusals", [])}),
        "refusals": [
            f"{refusal['rule']}: {refusal['thing']} ({refusal['place']})" for refusal in report.get("refusals", [])
        ],
        "warnings": sorted({warning["kind"] for warning in report.get("warnings", [])}),
        "proved": bool(fresh) and not fresh["differences"],
        "missing": [difference["name"] for difference in fresh.get("differences", [])],
    }


def stopsOf(reports):
    """From the reports of livepatch, in microseconds: how long running threads stood at most, and how long one was
    borrowed."""
    stops = [process["stops"] for report in reports for process in report["processes"]]
    return {
        "stop-us": max((stop["longest-of-running-us"] for stop in stops), default=0),
        "borrowed-us": max((stop["longest-borrowing-us"] for stop in stops), default=0),
    }


def isShown(probe, seen):
    """The vulnerability is there without the patch, and gone with it. What ends the process is not tried after a revert."""
    wanted = {"before": probe.without, "patched": probe.fixed}
    return seen == (wanted | {"reverted": probe.without} if "reverted" in seen else wanted)
