#!/usr/bin/env python3
"""The resolver against the dynamic loader, in a live process with libraries of every kind: started with, preloaded,
loaded locally, globally, with RTLD_DEEPBIND, linked symbolically, with versions, indirect functions, unique symbols,
thread-local variables. Every name that any loaded object defines, asked from inside of each; and every slot filled."""

import os
import pathlib
import re
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import HERE, WORK, Target, check, clang, must  # noqa: E402

PROBE = pathlib.Path(os.environ["LIVEPATCH_PROBES"]) / "probe_symbols"
REAL = ["libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libcrypto.so.3", "libssl.so.3", "libz.so.1",
        "libelf.so.1", "libdw.so.1", "libzstd.so.1", "libsqlite3.so.0", "libcurl.so.4"]
NO_SUCH_VERSION = {("printf", "V_1"), ("versioned", "V_4")}  # the objects that have the name have versions


def library(name, needed="start", *flags, unique=True):
    """lib<name>.so; it refers to a symbol of `needed`, and is linked with it if that is not the library itself."""
    flags = list(flags)
    if needed != name:
        flags += [f"-L{WORK}", f"-l{needed}", f"-Wl,-rpath,{WORK}"]
    must(clang(), "-c", "-fPIC", "-O1", f"-DNAME={name}", f"-DNEEDED={needed}",
         *(flag for flag in flags if flag.startswith("-D")), HERE / "library.c", "-o", WORK / f"{name}.o")
    objects = [WORK / f"{name}.o"]
    if unique:
        # gcc: Clang makes no unique symbols.
        must("g++", "-c", "-fPIC", "-O1", f"-DJOIN_UNIQUE=unique_{name}", HERE / "unique.cpp", "-o", WORK / f"{name}-u.o")
        objects.append(WORK / f"{name}-u.o")
    must("g++", "-shared", *objects, f"-Wl,-soname,lib{name}.so", *flags, "-ldl", "-o", WORK / f"lib{name}.so")


(WORK / "versions").write_text("V_1 { global: versioned; onlyOld; onlyOldTwice; };\nV_2 { } V_1;\n"
                               "V_3 { global: versioned; } V_2;\n")
(WORK / "copied.c").write_text("int copied = 10;\n")
must(clang(), "-shared", "-fPIC", WORK / "copied.c", "-Wl,-soname,libcopied.so", "-o", WORK / "libcopied.so")
library("start", "start")
library("versions", "versions", "-DVERSIONS", f"-Wl,--version-script={WORK / 'versions'}")
library("preloaded", "preloaded")
library("dependency")
library("local", "dependency")
library("local2", "local2", "-Wl,--hash-style=sysv")
library("global", "global")
library("symbolic", "symbolic", "-Wl,-Bsymbolic")
library("deep", "dependency")
FULL = os.environ.get("LIVEPATCH_FULL") == "1"
OWN = ["start", "preloaded", "local", "local2", "global", "symbolic", "deep", "versions"]
real = [name for name in REAL if name in must("ldconfig", "-p")]
check(len(real) >= 6, f"too few real libraries: {real}")
loads = ["local:" + str(WORK / "liblocal.so"), "local:" + str(WORK / "liblocal2.so"), "global:" + str(WORK / "libglobal.so"),
         "local:" + str(WORK / "libsymbolic.so"), "deep:" + str(WORK / "libdeep.so"), "local:" + str(WORK / "libversions.so"),
         *("local:" + name for name in real[::2]), *("global:" + name for name in real[1::2])]


def exported(file):
    """(name, version or "") of all that a file defines in its dynamic symbol table."""
    names = set()
    for line in must("readelf", "--dyn-syms", "-W", file).splitlines():
        words = line.split()
        if len(words) == 8 and words[0].rstrip(":").isdigit() and words[6] != "UND" and words[7] != "[...]":
            name, _, version = words[7].partition("@")
            names.update({(name, ""), (name, version.lstrip("@"))})
    return names


def batch(process, lines):
    """Sends lines and returns as many answers, without waiting for each."""
    def feed():
        process.stdin.write("\n".join(lines) + "\n\n")
        process.stdin.flush()
    feeder = threading.Thread(target=feed)
    feeder.start()
    answers = [process.stdout.readline().strip() for _ in lines]
    feeder.join()
    return answers


def compareNames(program, who, names):
    objectName = program.process.args[0].rsplit("/", 1)[1] if who == "program" else f"lib{who}.so"
    loader = batch(program.process, [f"{who} {name} {version}" for name, version in names])
    asked = "".join(f"{name} {version}\n" for name, version in names)
    ours = subprocess.run([PROBE, str(program.pid), "names", objectName], input=asked, stdout=subprocess.PIPE, text=True,
                          check=True).stdout.splitlines()
    check(len(ours) == len(names), f"{len(ours)} answers to {len(names)} questions")
    counts = {}
    for (name, version), theirs, own in zip(names, loader, ours):
        kind = own.split()[0]
        if kind == "thread":
            _, module, offset, fromThread = own.split()
            address, pointer = program.ask(f"tls {module} {offset}\n").split()[1:]
            own = f"at {address}"
            if fromThread != "-":
                check(int(address, 16) == int(pointer, 16) + int(fromThread), f"{name} in {who}: {fromThread} from the thread")
                kind = "thread-fixed"
        # dlvsym wants the version itself, where a reference of a program is content with a definition without one.
        if version and (name, version) not in NO_SUCH_VERSION and theirs == "absent" and (name, "") in names:
            theirs = own if own == batch(program.process, [f"{who} {name} "])[0] else theirs
        check(own == theirs, f"{name}@{version} for {who}: the loader says {theirs}, the resolver {own}")
        counts[kind] = counts.get(kind, 0) + 1
    return counts


for form, flags in (("pie", ["-fPIE", "-pie"]), ("fixed", ["-fno-PIE", "-no-pie"])):
    executable = WORK / f"program-{form}"
    must("gcc", "-O1", *flags, HERE / "program.c", "-o", executable, f"-L{WORK}", "-lstart", "-lcopied", "-ldl",
         f"-Wl,-rpath,{WORK}", "-Wl,-z,lazy", "-rdynamic")
    environment = {**os.environ, "LD_PRELOAD": str(WORK / "libpreloaded.so"), "LD_BIND_NOW": "1"}
    with Target(executable, *loads, env=environment) as program:
        said = program.read()
        check(said.startswith("ready "), said)
        # The address that the program itself sees is one in its own code, and has to be that for everybody.
        taken = int(said.split()[2], 16)
        isOwn = any(executable.name in line for line in program.maps().splitlines() if int(line.split("-")[0], 16) <= taken <
                    int(line.split("-")[1].split()[0], 16))
        check(isOwn == (form == "fixed"), f"strcoll is at {taken:x}")
        loaded = sorted({line.split()[5] for line in program.maps().splitlines() if "/" in line})
        names = sorted(set().union(*(exported(file) for file in loaded)) |
                       {("no_such_symbol", ""), ("__vdso_time", ""), *NO_SUCH_VERSION})
        own = set().union(*(exported(WORK / f"lib{name}.so") for name in OWN)) | exported(executable)
        for who in ["program", *OWN]:
            # All names in all scopes take a while, and most of them are of libraries that are in every scope.
            few = names if FULL else sorted({*names[::5 if who == "program" else 20], *own, *NO_SUCH_VERSION,
                                             ("strcoll", "")})
            print(form, who, compareNames(program, who, few))
        said = must(PROBE, program.pid, "slots")
        print(said)
        check("differs" not in said, "a slot differs from what the loader has put there")
        check(len(re.findall(r"^same", said, re.M)) == 6, "a kind of slot was not there to be compared")
