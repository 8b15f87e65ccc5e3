"""Builds a case's program with livepatch-clang at one optimisation level and in one form."""

import dataclasses
import enum
import json
import os
import pathlib
import shutil
import subprocess


class Failure(Exception):
    """What a case expected and did not find."""


class Form(enum.Enum):
    PIE = "pie"
    NO_PIE = "nopie"
    SHARED = "shared"  # the case's sources in a shared library, which is the target


@dataclasses.dataclass(frozen=True)
class Variant:
    level: str
    form: Form = Form.PIE
    debug: bool = False
    quick: bool = False

    @property
    def name(self):
        return f"{self.level[1:]}-{self.form.value}{'-g' if self.debug else ''}"


VARIANTS = [
    Variant("-O0", quick=True),
    Variant("-O2", quick=True),
    Variant("-O1"),
    Variant("-O3"),
    Variant("-Os"),
    Variant("-O2", debug=True),
    Variant("-O2", Form.NO_PIE),
    Variant("-O2", Form.SHARED),
]

COMPILE = {Form.PIE: ["-fPIE"], Form.NO_PIE: ["-fno-pie"], Form.SHARED: ["-fPIC"]}
LINK = {Form.PIE: ["-pie"], Form.NO_PIE: ["-no-pie"], Form.SHARED: ["-pie"]}
SUFFIXES = (".c", ".cc", ".S")


def tool(name):
    folder = os.environ.get("LIVEPATCH_BIN")
    found = shutil.which(name, path=folder) if folder else shutil.which(name)
    if not found:
        raise SystemExit(f"{name} not found: set LIVEPATCH_BIN to the folder of the built tools")
    return str(pathlib.Path(found).absolute())


def sources(tree):
    return sorted(p.relative_to(tree) for p in tree.rglob("*") if p.suffix in SUFFIXES)


def hasOwnMain(tree):
    return any(path.stem == "main" for path in sources(tree))


def call(command, cwd):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}")


def flagsOf(case, variant, source=None):
    own = case.get("cxx-flags", []) if source and source.suffix == ".cc" else []
    return [variant.level, *COMPILE[variant.form], *case.get("flags", []), *own] + (["-g"] if variant.debug else [])


def writeCompileCommands(tree, flags, folder):
    """What a build system configured for the new tree would have left: its units and how they are compiled."""
    folder.mkdir()
    compiler = {".c": "livepatch-clang", ".S": "livepatch-clang", ".cc": "livepatch-clang++"}
    entries = [{"directory": str(tree), "file": str(source),
                "arguments": [tool(compiler[source.suffix]), *flags, "-c", str(source), "-o", f"obj/{source}.o"]}
               for source in sources(tree)]
    (folder / "compile_commands.json").write_text(json.dumps(entries, indent=1))


def buildProgram(case, tree, variant):
    """Returns the executable and the object that a patch is for: the same file, or the library in form SHARED."""
    compilers = {".c": tool("livepatch-clang"), ".S": tool("livepatch-clang"), ".cc": tool("livepatch-clang++")}
    objects = {}
    for source in sources(tree):
        built = pathlib.Path("obj") / source.with_suffix(source.suffix + ".o")
        (tree / built).parent.mkdir(parents=True, exist_ok=True)
        named = tree / source if case.get("absolute") else source
        call([compilers[source.suffix], *flagsOf(case, variant, source), "-c", str(named), "-o", str(built)], tree)
        objects[source] = str(built)
        # One source may be in a program several times, compiled with other macros.
        for number, more in enumerate(case.get("again", {}).get(str(source), [])):
            again = built.with_suffix(f".{number + 2}.o")
            call([compilers[source.suffix], *flagsOf(case, variant, source), *more, "-c", str(named), "-o", str(again)],
                 tree)
            objects[f"{source}#{number + 2}"] = str(again)
    cxx = any(source.suffix == ".cc" for source in sources(tree))
    linker = [compilers[".cc" if cxx else ".c"], *case.get("link", [])]
    if variant.form == Form.SHARED:
        library = [o for s, o in objects.items() if str(s) != "protocol.c"]
        call([*linker, "-shared", "-o", "libcase.so", *library], tree)
        call([*linker, *LINK[variant.form], "-o", "program", objects[pathlib.Path("protocol.c")], "-L.", "-lcase",
              "-Wl,-rpath,$ORIGIN"], tree)
        return tree / "program", tree / "libcase.so"
    call([*linker, *LINK[variant.form], "-o", "program", *objects.values()], tree)
    return tree / "program", tree / "program"
