"""What the tests of bad input share: a small patchable program, and the check of one command that must fail well."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

BIN = pathlib.Path(os.environ["LIVEPATCH_BIN"])
WORK = pathlib.Path.cwd() / "work"

SOURCE = """#include <stdio.h>

__attribute__((noinline)) int value(int of)
{
    return of + 1;
}

int main(void)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        printf("%d\\n", value(line[0]));
        fflush(stdout);
    }
    return 0;
}
"""
FIXED = SOURCE.replace("of + 1", "of + 2")

# livepatch's exit codes by name, as its manual page has them.
EXIT = {"failed": 1, "usage": 2, "already": 3, "refused": 4, "busy": 5, "gone": 6, "not-there": 4}

failures = []


class Target:
    """The program, running; it knows what it answered and how it was mapped before anything happened to it."""

    def __init__(self, executable):
        self.process = subprocess.Popen([str(executable)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.answer = self.ask("a")
        self.maps = self.mappings()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def mappings(self):
        return pathlib.Path(f"/proc/{self.pid}/maps").read_text()

    def isUntouched(self, title):
        if self.process.poll() is not None:
            sys.exit(f"{title}: the target has ended ({self.process.returncode})")
        if self.ask("a") != self.answer or self.mappings() != self.maps:
            failures.append(title)
            print(f"FAIL {title}: the target has changed")


def call(*words, cwd=None, stderr=subprocess.STDOUT):
    return subprocess.run([str(word) for word in words], cwd=cwd, stdout=subprocess.PIPE, stderr=stderr, text=True,
                          errors="replace", timeout=120, check=False)


def must(*words, cwd=None):
    done = call(*words, cwd=cwd)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def freshWork():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    return WORK


def write(tree, files):
    """Files below the folder, with those above them: name -> text or bytes."""
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def makeTrees(work):
    """`base` with the built program, `new` with the change. Returns the program."""
    for name, text in (("base", SOURCE), ("new", FIXED)):
        (work / name).mkdir()
        (work / name / "main.c").write_text(text)
    must(BIN / "livepatch-clang", "-O2", "-o", "program", "main.c", cwd=work / "base")
    return work / "base" / "program"


def contents(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}


def expectFailure(title, words, codes, says, tool="patchbuild", cwd=None):
    """The command ends with one of the exit codes, says each of the words, and changes no file."""
    before = contents(WORK)
    done = call(BIN / tool, *words, cwd=cwd or WORK)
    codes = codes if isinstance(codes, tuple) else (codes,)
    problems = []
    if done.returncode not in codes:
        problems.append(f"exit code {done.returncode}, expected {' or '.join(map(str, codes))}")
    problems += [f"it does not say \"{word}\"" for word in says if word not in done.stdout]
    if contents(WORK) != before:
        problems.append("it changed files")
    print(f"{'ok  ' if not problems else 'FAIL'} {title}")
    if problems:
        failures.append(title)
        print(f"     {tool} {' '.join(map(str, words))}\n     " + "; ".join(problems) + f"\n{done.stdout}")


def finish():
    sys.exit(1 if failures else 0)
