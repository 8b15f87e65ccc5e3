#!/usr/bin/env python3
"""The hotfix script judges a history of ten commits: patches, commits without effect, refused ones, one that does not stand
alone. Each patch is then applied to a running program of the deployed revision."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[3]
BIN = os.environ["LIVEPATCH_BIN"]
WORK = pathlib.Path.cwd() / "work"
REPOSITORY = WORK / "repository"
IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z"}

FILES = {
    "src/main.c": """#include "shop.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\\n")] = 0;
        printf("%s\\n", reply(line));
        fflush(stdout);
    }
    return 0;
}
""",
    "src/shop.h": """struct item {
    int id;
    int price;
};

static inline int tax(int price)
{
    return price / 10;
}

const char *reply(const char *question);
int total(const struct item *item);
int stock(int id);
int discount(int price);
""",
    "src/shop.c": """#include "shop.h"

#include <stdio.h>

int currency = 100;

static struct item items[2] = {{1, 50}, {2, 70}};

const char *reply(const char *question)
{
    static char text[128];
    const struct item *item = &items[question[0] & 1];
    snprintf(text, sizeof text, "total %d stock %d currency %d", total(item), stock(item->id), currency);
    return text;
}
""",
    "src/price.c": """#include "shop.h"

int total(const struct item *item)
{
    return item->price + tax(item->price) - discount(item->price);
}
""",
    "src/discount.c": """#include "shop.h"

int discount(int price)
{
    return price / 1000;
}
""",
    "src/stock.c": """/* How many are there. */
#include "shop.h"

int stock(int id)
{
    return id * 3;
}
""",
    "README": "A shop.\n",
}

# Subject, verdict, changes as (file, old, new), and what the running program answers to "0" with the patch.
COMMITS = [
    ("price: round up", "patch", [("src/price.c", "+ tax(item->price)", "+ tax(item->price) + 1")],
     "total 56 stock 3 currency 100"),
    ("stock: say it better", "no-effect", [("src/stock.c", "/* How many are there. */", "/* How many are in stock. */")], None),
    ("stock: count the reserved ones", "patch",
     [("src/stock.c", "int stock(int id)\n{\n    return id * 3;",
       "static int reserved(int id)\n{\n    return id + 1;\n}\n\nint stock(int id)\n{\n    return id * 3 - reserved(id);")],
     "total 55 stock 1 currency 100"),
    ("shop: items have a color", "refused",
     [("src/shop.h", "    int price;\n", "    int price;\n    int color;\n"),
      ("src/shop.c", "{{1, 50}, {2, 70}}", "{{1, 50, 7}, {2, 70, 8}}")], None),
    ("shop: another text", "patch", [("src/shop.c", '"total %d stock', '"sum %d stock')], "sum 55 stock 3 currency 100"),
    ("shop: tax of a fifth", "patch", [("src/shop.h", "price / 10", "price / 5")], "total 60 stock 3 currency 100"),
    ("shop: another currency", "patch", [("src/shop.c", "currency = 100", "currency = 250")],
     "total 55 stock 3 currency 250"),
    ("stock: reserve more", "does-not-apply", [("src/stock.c", "return id + 1;", "return id + 2;")], None),
    ("README: more words", "no-effect", [("README", "A shop.\n", "A shop with items.\n")], None),
    ("discount: five percent, rounded down", "patch",
     [("src/discount.c", "int discount(int price)",
       "int percent(int price, int of)\n{\n    return price * of / 100;\n}\n\nint discount(int price)"),
      ("src/discount.c", "price / 1000", "percent(price, 5)")], "total 53 stock 3 currency 100"),
]


def call(*command, cwd=REPOSITORY):
    done = subprocess.run([str(word) for word in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, env=dict(os.environ, **IDENTITY))
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout.strip()


def commit(subject):
    call("git", "add", "-A")
    call("git", "commit", "-q", "-m", subject)
    return call("git", "rev-parse", "HEAD")


def makeHistory():
    shutil.rmtree(WORK, ignore_errors=True)
    REPOSITORY.mkdir(parents=True)
    call("git", "init", "-q", "-b", "main")
    for name, text in FILES.items():
        path = REPOSITORY / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (REPOSITORY / ".gitignore").write_text("/build/\n")
    commit("deployed")
    call("git", "tag", "deployed")
    hashes = []
    for subject, _, changes, _ in COMMITS:
        for name, old, new in changes:
            path = REPOSITORY / name
            text = path.read_text()
            assert text.count(old) == 1, (subject, name, old)
            path.write_text(text.replace(old, new))
        hashes.append(commit(subject))
    return hashes


def buildDeployed():
    call("git", "checkout", "-q", "--detach", "deployed")
    (REPOSITORY / "build").mkdir()
    objects = []
    for source in sorted(REPOSITORY.glob("src/*.c")):
        objects.append(f"build/{source.stem}.o")
        call(f"{BIN}/livepatch-clang", "-O2", "-c", f"src/{source.name}", "-o", objects[-1])
    call(f"{BIN}/livepatch-clang", "-o", "build/shop", *objects)
    return REPOSITORY / "build" / "shop"


def answerWith(shop, artefact):
    with subprocess.Popen([str(shop)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            call(f"{BIN}/livepatch", "apply", "--pid", process.pid, artefact)
            process.stdin.write("0\n")
            process.stdin.flush()
            return process.stdout.readline().strip()
        finally:
            process.kill()


def main():
    hashes = makeHistory()
    shop = buildDeployed()
    status = call("git", "status", "--porcelain", "--ignored=no")
    objects = call("git", "count-objects", "-v")
    out = WORK / "hotfixes"
    print(call(TOP / "examples" / "ci" / "hotfix", "--target", shop, "--deployed", "deployed", "--head", "main", "-o", out))
    report = json.loads((out / "hotfixes.json").read_text())
    failures = []
    for entry, expectedHash, (subject, verdict, _, answer) in zip(report["commits"], hashes, COMMITS):
        if (entry["commit"], entry["subject"], entry["verdict"]) != (expectedHash, subject, verdict):
            failures.append(f"{subject}: expected {verdict}, got {entry['verdict']}: {entry['reason']}")
            continue
        if verdict == "refused" and "struct item" not in entry["reason"]:
            failures.append(f"{subject}: the reason does not name struct item: {entry['reason']}")
        if verdict == "patch":
            got = answerWith(shop, out / entry["artefact"])
            if got != answer:
                failures.append(f"{subject}: with the patch the program answers \"{got}\", expected \"{answer}\"")
        elif (out / f"{hashes.index(expectedHash) + 1:04}-{expectedHash[:12]}").exists():
            failures.append(f"{subject}: there is an artefact")
    if len(report["commits"]) != len(COMMITS):
        failures.append(f"{len(report['commits'])} commits were judged, there are {len(COMMITS)}")
    if call("git", "status", "--porcelain", "--ignored=no") != status or call("git", "count-objects", "-v") != objects:
        failures.append("the repository was changed")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
