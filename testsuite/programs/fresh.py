"""Asks patchbuild for a patch and for its comparison with a fresh build of the new sources."""

import dataclasses
import json
import subprocess

from programs import tool

VERDICT = {0: "patch", 3: "none", 4: "refused", 5: "misfit"}


@dataclasses.dataclass
class Answer:
    code: int
    report: dict
    errors: str

    @property
    def verdict(self):
        return VERDICT.get(self.code, "failed")

    @property
    def isProved(self):
        """A verdict, and nothing of the fresh build is left out. A refusal needs no proof."""
        return self.code == 4 or (self.code in (0, 3) and not self.report.get("fresh", {}).get("differences", [{}]))

    def explanation(self):
        lines = [f"verdict {self.verdict}, exit code {self.code}", self.errors.strip()]
        for difference in self.report.get("fresh", {}).get("differences", [])[:3]:
            lines.append(json.dumps(difference, indent=1))
        if "fresh" not in self.report:
            lines.append(json.dumps(self.report)[:2000])
        return "\n".join(line for line in lines if line)


def ask(target, root, change, fresh, more=()):
    """`change`: the words that say what has changed, such as ["--patch", file]."""
    done = subprocess.run([tool("patchbuild"), "explain", "--json", "--quiet", "--target", str(target), "--source-root",
                           str(root), *map(str, change), "--verify-fresh", str(fresh), *more],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=600)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = {}
    return Answer(done.returncode, report, done.stderr)
