#!/usr/bin/env python3
"""Blanks, UTF-8, quotes and other odd characters in the names of folders and sources; CRLF, a byte order mark, no newline
at the end; response files; absolute and relative commands; a source root behind a symbolic link; a build folder apart."""

import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, FIXED, SOURCE, Target, call, finish, freshWork, must  # noqa: E402
from patches import check, defect  # noqa: E402

work = freshWork()
CLANG = BIN / "livepatch-clang"


def create(title, program, root, new, *more, expected=0):
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    done = call(BIN / "patchbuild", "create", "--target", program, "--source-root", root, "--new-tree", new, "--name", "fix",
                "-o", out, *more)
    if done.returncode != expected:
        return check(title, False, f"exit code {done.returncode}\n{done.stdout}")
    if expected != 0:
        return check(title, True)
    names = [f["name"].rsplit(":", 1)[-1] for f in json.loads((out / "fix.json").read_text())["functions"]]
    if defect(out) or "value" not in names or set(names) - {"value", "main"}:
        return check(title, False, f"{defect(out)}, functions {names}")
    with Target(program) as target:
        answers = [target.ask("a")]
        applied = call(BIN / "livepatch", "apply", "--pid", target.pid, out)
        answers.append(target.ask("a"))
    check(title, answers == ["98", "99"], f"{answers}\n{applied.stdout}")


def tree(name, text, source):
    path = work / name / source
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return work / name


names = ["plain", "with blank", "  two  blanks ", "käse-日本", "it's", 'say "hi"', "$HOME", "a#b", "back\\slash", "semi;colon&", "a:b",
         "100%", "new\nline", "tab\there", "(paren)[x]{y}*?", "-dash", "@at", "star*"]
for number, name in enumerate(names):
    # As a folder above, as a folder below, and as the source itself.
    base, new = tree(f"n{number} {name}/base", SOURCE, f"{name}/{name}.c"), tree(f"n{number} {name}/new", FIXED, f"{name}/{name}.c")
    built = call(CLANG, "-O2", "-o", "program", f"./{name}/{name}.c", cwd=base)
    if built.returncode != 0:
        check(f"name {name!r}", False, built.stdout)
        continue
    create(f"name {name!r}", base / "program", base, new)

base, new = tree("abs base", SOURCE, "src/main.c"), tree("abs new", FIXED, "src/main.c")
must(CLANG, "-O2", "-o", base / "program", base / "src/main.c", cwd=work)
create("absolute commands", base / "program", base, new)

base, new = tree("rsp", SOURCE, "main file.c"), tree("rsp-new", FIXED, "main file.c")
(base / "compile.rsp").write_text('-O2 -DUNUSED="a b" -c "main file.c" -o main.o')
(base / "link.rsp").write_text("main.o -o program")
must(CLANG, "@compile.rsp", cwd=base)
must(CLANG, "@link.rsp", cwd=base)
create("response files", base / "program", base, new)

base, new = tree("linked/real", SOURCE, "main.c"), tree("linked-new", FIXED, "main.c")
(work / "linked/name").symlink_to("real")
must(CLANG, "-O2", "-o", "program", "main.c", cwd=work / "linked/name")
create("source root: the real folder", base / "program", base, new)
create("source root: the link", base / "program", work / "linked/name", new)
must("sh", "-c", f"cd '{work}/linked/name' && PWD='{work}/linked/name' '{CLANG}' -O2 -o program \"$PWD/main.c\"")
create("built through the link, root: the real folder", base / "program", base, new)
create("built through the link, root: the link", base / "program", work / "linked/name", new)
(work / "linked-new/link").symlink_to(work / "linked-new")
(work / "new-link").symlink_to("linked-new")
create("the new tree is a link, with a link to itself in it", base / "program", base, work / "new-link")

base, new = tree("apart/src", SOURCE, "main.c"), tree("apart-new", FIXED, "main.c")
(work / "apart/build/deep").mkdir(parents=True)
must(CLANG, "-O2", "-o", "program", "../../src/main.c", cwd=work / "apart/build/deep")
create("a build folder apart", work / "apart/build/deep/program", base, new)

texts = {"CRLF": lambda t: t.replace("\n", "\r\n").encode(), "byte order mark": lambda t: b"\xef\xbb\xbf" + t.encode(),
         "no newline at the end": lambda t: t.rstrip("\n").encode(),
         "a line of a megabyte": lambda t: ("/* " + "x" * 1000000 + " */").encode() + t.encode(),
         "a table in one line": lambda t: (f"static const int table[] = {{{', '.join(map(str, range(50000)))}}};\n"
                                           "int look(int n) { return table[n]; }\n").encode() + t.encode(),
         "trigraphs and continued lines": lambda t: t.replace("return of", "return \\\n of").encode(),
         "Latin-1 in a comment": lambda t: b"/* f\xfcr */\n" + t.encode()}
for title, change in texts.items():
    folder = title.replace(" ", "-")
    base, new = tree(folder, change(SOURCE), "main.c"), tree(folder + "-new", change(FIXED), "main.c")
    must(CLANG, "-O2", "-o", "program", "main.c", cwd=base)
    create(title, base / "program", base, new)
base, new = tree("to-crlf", SOURCE, "main.c"), tree("to-crlf-new", FIXED.replace("\n", "\r\n"), "main.c")
must(CLANG, "-O2", "-o", "program", "main.c", cwd=base)
create("only the new text has CRLF", base / "program", base, new)
create("nothing but CRLF is new", base / "program", base, tree("only-crlf", SOURCE.replace("\n", "\r\n"), "main.c"), expected=3)

# A name that no UTF-8 is cannot be shown to the compiler in an overlay: never the old text in silence.
try:
    odd = b"latin-\xfc.c"
    for name, text in (("latin", SOURCE), ("latin-new", FIXED)):
        (work / name).mkdir()
        (work / name / "main.c").write_text('#include "' "header.h" '"\n')
        with open(bytes(work / name) + b"/" + odd, "w", encoding="utf-8") as source:
            source.write(text)
    subprocess.run([CLANG, "-O2", "-o", "program", odd], cwd=work / "latin", check=True)
    done = call(BIN / "patchbuild", "create", "--target", work / "latin/program", "--source-root", work / "latin", "--new-tree",
                work / "latin-new", "--name", "fix", "-o", work / "latin-out")
    check("a name that is not UTF-8", done.returncode not in (0, 3) or (done.returncode == 0 and not defect(work / "latin-out")),
          f"exit code {done.returncode}\n{done.stdout}")
except OSError as unsupported:
    print(f"(file names must be UTF-8 here: {unsupported})")
finish()
