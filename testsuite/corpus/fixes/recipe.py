"""What is known of a package: how it is built, which of its files run, and how these are worked.

Texts of `configure` and `build` are run by sh in the unpacked tree ($CC, $CXX: the compilers, $CFLAGS, $JOBS)."""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Target:
    """A file that the build leaves and that a process then runs."""

    artefact: str  # in the tree; may have wildcards, for a version number
    # A program: a class of services, started with the artefact. A library: None.
    service: typing.Optional[type] = None
    # A library: a source of drivers/ or ../services/drivers/, whose small program loads it, and how that is compiled.
    driver: str = ""
    flags: str = ""
    # Files in it whose code a later target works better: fixes of these are tried there.
    leaves: tuple = ()


@dataclasses.dataclass(frozen=True)
class Probe:
    """The vulnerability itself: `ask` shows it from outside and returns what it saw in a word."""

    ask: typing.Callable
    without: str
    fixed: str


@dataclasses.dataclass(frozen=True)
class Recipe:
    targets: tuple
    build: str
    configure: str = ":"
    needs: tuple = ()  # Debian packages, beside those of testsuite/prepare.sh
    probes: dict = dataclasses.field(default_factory=dict)
    # Fixes in code that this build leaves out, each with the reason.
    leftOut: dict = dataclasses.field(default_factory=dict)
