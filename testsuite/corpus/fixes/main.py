#!/usr/bin/env python3
"""Debian's security fixes, each applied to the running program under load.

usage: sh testsuite/corpus/run [--work DIR] [--jobs N] [--again] [--list] [--needs] [--build]
                               [--quick | --full-only] [--json FILE] [--page FILE] [PACKAGE|FIX|CVE]...

Sources, builds, logs and results stay in the work folder: what was tried with the same tools is not tried again
(--again: unless it ended well). Exit code: 0 no fix failed, 1 one did, 2 usage, 77 some sources cannot be
fetched (the others are tried), or --full-only."""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from attempt import attempt  # noqa: E402
from fixlist import allFixes, chosen  # noqa: E402
from outcome import FAILED, NOT_BUILT  # noqa: E402
from package import BuildError, Package, recipeOf  # noqa: E402
from page import page  # noqa: E402
from progress import Progress  # noqa: E402
from running import starterOf  # noqa: E402
from tools import Tools  # noqa: E402
from trees import Archive, TreeError  # noqa: E402

# Cheap to build, and of each kind one: a library and servers; the vulnerability itself, functions that run, a refusal,
# and a change of none.
QUICK = (
    "cjson:0001-allocate-memory-for-the-temporary-buffer",
    "cjson:0002-add-null-check-to-cjson-setvaluestring",
    "dnsmasq:CVE-2026-2291",
    "dnsmasq:CVE-2026-4891",
    "mosquitto:CVE-2023-0809",
    "mosquitto:CVE-2024-8376-3of3",
)


SKIPPED = 77


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="PACKAGE|FIX|CVE", help="default: all that have a recipe")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("corpus-work"))
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1) // 2), help="packages side by side")
    parser.add_argument("--again", action="store_true", help="try those again that did not end well")
    parser.add_argument("--list", action="store_true", help="try nothing, say what there is")
    parser.add_argument("--build", action="store_true", help="sources and builds only, of whatever is to be tried")
    parser.add_argument(
        "--needs", action="store_true", help="try nothing, list the Debian packages that the builds need"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--quick", action="store_true", help="a few cheap ones")
    which.add_argument("--full-only", action="store_true", help="all, but only where LIVEPATCH_FULL=1")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results")
    parser.add_argument("--page", type=pathlib.Path, metavar="FILE", help="write docs/corpus.md from them")
    parser.add_argument("--mirror", default="http://deb.debian.org")
    options = parser.parse_args()
    if options.full_only and os.environ.get("LIVEPATCH_FULL") != "1":
        print("runs with testsuite/run --full only")
        sys.exit(SKIPPED)
    fixes, unknown = chosen(allFixes(), options.words + list(QUICK if options.quick else ()))
    if unknown:
        parser.error(f"no such package or fix: {' '.join(unknown)}")
    options.work = options.work.absolute()
    return options, fixes


def kept(work, fix):
    path = folderOf(work, fix) / "result.json"
    return json.loads(path.read_text()) if path.is_file() else None


def folderOf(work, fix):
    return work / "packages" / fix.package / "fixes" / fix.name


def isGood(result, tools, again):
    """Nothing to be learnt from trying it once more."""
    return result and result["tools"] == tools.identity() and not (again and result["outcome"] in (FAILED, NOT_BUILT))


def runPackage(name, fixes, options, tools, archive, progress):
    recipe = recipeOf(name)
    if all(isGood(kept(options.work, fix), tools, options.again) for fix in fixes):
        return progress.known(fixes)
    with Package(
        name, fixes[0].version, recipe, archive, options.work, tools, max(1, os.cpu_count() // options.jobs)
    ) as package:
        progress.building(name)
        times = package.prepare()
        if not options.build:
            package.starters = {target: starterOf(package, target) for target in recipe.targets}
        for fix in () if options.build else fixes:
            result = kept(options.work, fix)
            if not isGood(result, tools, options.again):
                progress.trying(fix)
                folder = folderOf(options.work, fix)
                result = attempt(package, fix, folder) | {"package-build": times}
                (folder / "result.json").write_text(json.dumps(result, indent=1))
            progress.done(fix, result)
    return None


def results(options, fixes):
    return [result for fix in fixes if (result := kept(options.work, fix))]


def write(options, fixes):
    found = results(options, fixes)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    if options.page:
        withRecipe = {fix.package for fix in fixes if recipeOf(fix.package)}
        options.page.write_text(page(fixes, found, withRecipe, options.work))
    return found


def show(fixes, work):
    for fix in fixes:
        result = kept(work, fix)
        state = result["outcome"] if result else "" if recipeOf(fix.package) else "no recipe"
        print(f"{fix.id:<70} {fix.difficulty} {state}")


def needs(fixes):
    recipes = filter(None, (recipeOf(name) for name in sorted({fix.package for fix in fixes})))
    return sorted({name for recipe in recipes for name in recipe.needs})


def tryAll(options, fixes):
    """Returns the packages that could not be tried, each with the error."""
    options.work.mkdir(parents=True, exist_ok=True)
    wanted = [fix for fix in fixes if recipeOf(fix.package)]
    tools, archive, progress = Tools(), Archive(options.work, options.mirror), Progress(len(wanted))
    groups = [(name, list(of)) for name, of in itertools.groupby(wanted, key=lambda fix: fix.package)]
    broken = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {pool.submit(runPackage, name, of, options, tools, archive, progress): name for name, of in groups}
        for run in concurrent.futures.as_completed(runs):
            try:
                run.result()
            except (TreeError, BuildError) as error:
                broken[runs[run]] = error
                progress.broken(runs[run], error)
    return broken


def main():
    options, fixes = parse()
    if options.list:
        show(fixes, options.work)
        return 0
    if options.needs:
        print(" ".join(needs(fixes)))
        return 0
    isOnlyWritten = (options.json or options.page) and not (options.words or options.quick or options.full_only)
    broken = {} if isOnlyWritten else tryAll(options, fixes)
    found = write(options, fixes)
    if any(result["outcome"] == FAILED for result in found) or any(isinstance(e, BuildError) for e in broken.values()):
        return 1
    if broken:
        print(f"not tried, for their sources cannot be fetched from {options.mirror}: {' '.join(sorted(broken))}")
        return SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
