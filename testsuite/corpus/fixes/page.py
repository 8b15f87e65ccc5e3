"""docs/corpus.md, from what was tried."""

import collections
import json

from fixlist import HERE
from outcome import FAILED, HOW, NONE, NOT_BUILT, PATCHED, REFUSED, verification, verified

HEAD = """# Debian's security fixes, live

Made by `testsuite/corpus/run --page`; do not edit. {tried} of the {all} fixes of the corpus (`testsuite/corpus/fixes/fixes.json`: security and
bug fixes that Debian 12 ships as separate patch files, in servers and libraries that run for months) were tried, of {packages} packages: each is
taken out of the finished source, the rest is built with `livepatch-clang` as the package's own build system wants it, and the fix is then applied to the
running program, under load, and reverted. Nothing was written for a single fix: the patch is Debian's file as it is.

A fix ends as

- **patched**: applied while the program worked, answers as of a build with the fix, reverted, answers as before; no request failed. How it was seen:
{how}- **no functional change**: the fix changes no function of this build; compared with a fresh build, function by function;
- **refused**: it would be unsafe in a running process (the reasons are below);
- **failed**: a defect, of ours or of the corpus;
- **not built**: the recipe's build leaves its code out.

Every patch and every "no functional change" is also compared with a complete build of the fixed source (`patchbuild create --verify-fresh`).
"""


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in cells) + " |" for cells in lines) + "\n"


def median(values):
    values = sorted(value for value in values if value is not None)
    return values[len(values) // 2] if values else None


def number(value, unit="", digits=1):
    if value is None:
        return ""
    return f"{value:.{digits}f}{unit}" if isinstance(value, float) else f"{value}{unit}"


def partsOf(results, outcome=None):
    return [
        part for result in results for part in result.get("parts", []) if outcome is None or part["outcome"] == outcome
    ]


def count(results):
    of = collections.Counter(result["outcome"] for result in results)
    patched = [part for part in partsOf(results, PATCHED)]
    shown = sum(
        1
        for result in results
        if result["outcome"] == PATCHED
        and any(verified(part) for part in result["parts"] if part["outcome"] == PATCHED)
    )
    return [len(results), of[PATCHED], shown, of[NONE], of[REFUSED], of[FAILED], of[NOT_BUILT]], patched


COLUMNS = ["fixes", "patched", "of them seen to run", "no functional change", "refused", "failed", "not built"]


def packageRow(name, results, languages):
    cells, patched = count(results)
    builds = [result["package-build"] for result in results if "package-build" in result]
    rebuild = builds[0]["configure-processor-s"] + builds[0]["build-processor-s"] if builds else None
    created = median([part["create-processor-s"] for part in patched])
    return [
        name,
        "/".join(sorted(languages)),
        *cells,
        number(rebuild, " s"),
        number(created, " s"),
        number(median([part["patch-bytes"] / 1024 for part in patched]), " KiB"),
        sum(part["requests"] for part in patched),
    ]


def grouped(results, fixes, keys):
    """Results by what `keys` says of their fix."""
    of = collections.defaultdict(list)
    for result in results:
        for key in keys(fixes[result["id"]]):
            of[key].append(result)
    return of


def totals(title, results, fixes, keys):
    of = grouped(results, fixes, keys)
    rows = [
        [key, *count(of[key])[0]]
        for key in sorted(of, key=lambda key: (-len(of[key]), key) if isinstance(key, str) else key)
    ]
    return table([title, *COLUMNS], rows)


def listing(results, fixes):
    rows = []
    for result in results:
        fix = fixes[result["id"]]
        patched = [part for part in result.get("parts", []) if part["outcome"] == PATCHED]
        ran = {name for part in patched for name in part["ran"]}
        all_ = {name for part in patched for name in part["functions"]}
        rows.append(
            [
                f"`{fix.id}`",
                " ".join(fix.cve),
                fix.difficulty,
                result["outcome"],
                result.get("how", ""),
                f"{len(ran)} of {len(all_)}" if patched else "",
                number(max((part["create-processor-s"] for part in patched), default=None), " s"),
                stopOf(patched),
            ]
        )
    return table(["fix", "CVE", "difficulty", "outcome", "seen by", "functions that ran", "patchbuild", "stop"], rows)


def stopOf(patched):
    longest = max((part["stop-us"] for part in patched), default=None)
    return "" if longest is None else "none" if longest == 0 else f"{longest / 1000:.1f} ms"


def stopped(patched):
    """Of running threads, by livepatch's own clock."""
    stops = sorted(part["stop-us"] / 1000 for part in patched if part["stop-us"])
    text = f"{len(patched) - len(stops)} of {len(patched)} patches stopped no running thread."
    if stops:
        text += (
            f" The others stopped some for {stops[0]:.1f} to {stops[-1]:.1f} ms, median {median(stops):.1f} ms, beside the load and "
            "whatever else the machine did; docs/benchmarks.md has stops on a quiet one."
        )
    return text + "\n"


def refusals(results, verdicts):
    lines = []
    for result in results:
        if result["outcome"] != REFUSED:
            continue
        reasons = sorted({reason for part in partsOf([result], REFUSED) for reason in part["refusals"]})
        verdict = verdicts.get(result["id"], {"why": "not looked at yet"})
        word = {True: "right", False: "not right", None: "open"}[verdict.get("right")]
        more = f", and {len(reasons) - 2} more" if len(reasons) > 2 else ""
        lines.append(f"- `{result['id']}`: {'; '.join(reasons[:2])}{more}. **{word}**: {verdict['why']}")
    return "\n".join(lines) + "\n" if lines else "None.\n"


def others(results, outcome, work):
    lines = [f"- `{result['id']}`: {why(result, work)}" for result in results if result["outcome"] == outcome]
    return "\n".join(lines) + "\n" if lines else "None.\n"


def why(result, work):
    texts = [result.get("why")] + [part.get("why") for part in result.get("parts", [])]
    # Where the machine keeps the work folder is nobody's business.
    said = [" ".join(text.replace(f"{work}/", "").split())[:300] for text in texts if text]
    return "; ".join(said) or "the recipe's build leaves its code out"


def unseen(results, verdicts):
    """Patched, but no function of the patch was seen to run."""
    lines = []
    for result in results:
        if result["outcome"] == PATCHED and not any(verified(part) for part in partsOf([result], PATCHED)):
            reason = verdicts.get(result["id"], {}).get("why", "the load does not reach it yet")
            lines.append(f"- `{result['id']}`: {reason}")
    return "\n".join(lines) + "\n" if lines else "None.\n"


def shown(results, fixes):
    """What recipes' probes saw, before and with the patch."""
    rows = []
    for result in results:
        for part in result.get("parts", []):
            if part.get("probe"):
                fix = fixes[result["id"]]
                rows.append(
                    [
                        f"`{fix.id}`",
                        " ".join(fix.cve),
                        fix.observe,
                        f"`{part['probe']['before']}`",
                        f"`{part['probe']['patched']}`",
                        part["requests"],
                    ]
                )
    return table(["fix", "CVE", "what was done", "seen before", "seen with the patch", "requests meanwhile"], rows)


def share(results, fixes):
    """The promise: 95 % of difficulty 1 to 3."""
    easy = [
        result
        for result in results
        if fixes[result["id"]].difficulty < 4 and result["outcome"] not in (NOT_BUILT, NONE)
    ]
    good = [result for result in easy if result["outcome"] == PATCHED]
    seen = [result for result in good if any(verified(part) for part in partsOf([result], PATCHED))]
    if not easy:
        return ""
    return (
        f"Of the {len(easy)} fixes of difficulty 1 to 3 that change a function of these builds, {len(good)} are patched "
        f"({100 * len(good) / len(easy):.0f} %), {len(seen)} of them seen to run or to change the answers "
        f"({100 * len(seen) / len(easy):.0f} %).\n"
    )


def untried(allFixes, results, packages):
    """Of the packages with a recipe, the fixes that have no result yet."""
    ids = {result["id"] for result in results}
    left = collections.Counter(fix.package for fix in allFixes if fix.package in packages and fix.id not in ids)
    if not left:
        return ""
    names = ", ".join(f"{name} ({missing})" for name, missing in sorted(left.items()))
    return f"Not tried yet, though there is a recipe: {names}.\n"


def page(allFixes, results, packages=(), work="."):
    fixes = {fix.id: fix for fix in allFixes}
    verdicts = json.loads((HERE / "verdicts.json").read_text())
    of = grouped(results, fixes, lambda fix: [fix.package])
    how = "".join(f"  *{word}*, {text};\n" for word, text in HOW.items())
    head = HEAD.format(tried=len(results), all=len(allFixes), packages=len(of), how=how)
    rows = [packageRow(name, of[name], {fixes[result["id"]].language for result in of[name]}) for name in sorted(of)]
    patched = partsOf(results, PATCHED)
    hows = collections.Counter(verification(part) for part in patched)
    sections = [
        head,
        share(results, fixes),
        untried(allFixes, results, packages),
        "## By package\n",
        "*rebuild*: processor time of configuring and building the package once; *patchbuild*: processor time of making a patch, with the comparison, "
        "median; *size*: all files of a patch, median; *requests*: answered while the fixes were tried, none wrong.\n",
        table(["package", "language", *COLUMNS, "rebuild", "patchbuild", "size", "requests"], rows),
        "## By difficulty\n",
        "1: bodies of functions; 2: several files, new functions; 3: signatures, templates, inline functions; 4: layouts, initialisers.\n",
        totals("difficulty", results, fixes, lambda fix: [fix.difficulty]),
        "## By kind of change\n",
        totals("kind", results, fixes, lambda fix: fix.kinds),
        "## By language\n",
        totals("language", results, fixes, lambda fix: [fix.language]),
        "## How the patched ones were seen\n",
        table(["seen by", "patches"], [[word, hows[word]] for word in HOW]),
        "## Vulnerabilities, before and after\n",
        "Shown on a process of the program without the fix, and on the running, patched one, under load.\n",
        shown(results, fixes),
        "## Stops\n",
        stopped(patched),
        "## Applied, not seen to run\n",
        unseen(results, verdicts),
        "## Refused\n",
        refusals(results, verdicts),
        "## Failed\n",
        others(results, FAILED, work),
        "## Not built\n",
        others(results, NOT_BUILT, work),
        "## Each fix\n",
        listing(results, fixes),
    ]
    return "\n".join(sections)
