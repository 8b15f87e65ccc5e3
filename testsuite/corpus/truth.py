"""What really changed: the maps of two whole builds, compared without patchbuild's decisions.

Both are built with `__LINE__` the same everywhere, so that lines which only moved make no difference."""

import collections
import json
import subprocess


def loadMap(patchbuild, target, out):
    done = subprocess.run([patchbuild, "map", str(target), "-o", str(out)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"patchbuild map {target}: {done.stdout}")
    return json.loads(out.read_text())


def definitions(lpmap, kind, field):
    """(unit, name) -> entry; things without a place in the program are left out."""
    return {(unit["source"], entry["name"]): entry for unit in lpmap["units"] for entry in unit.get(kind, [])
            if field in entry and "address" in entry}


Truth = collections.namedtuple("Truth", "changed new gone data types")


def typesOf(lpmap):
    out = collections.defaultdict(set)
    for key, record in lpmap["types"].items():
        if record.get("name"):
            out[record["name"]].add(key)
    return out


def compare(old, new):
    before, after = (definitions(m, "functions", "late") for m in (old, new))
    changed = sorted(key for key in before.keys() & after.keys() if before[key]["late"] != after[key]["late"])
    was, now = (definitions(m, "variables", "content") for m in (old, new))
    data = sorted(key for key in was.keys() & now.keys()
                  if was[key]["content"] != now[key]["content"] or was[key]["size"] != now[key]["size"])
    types = typesOf(old), typesOf(new)
    return Truth(changed, sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys()), data,
                 sorted(name for name in types[0].keys() & types[1].keys() if types[0][name] != types[1][name]))
