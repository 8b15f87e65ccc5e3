"""What the corpus knows of a program.

Build texts are run by sh in the unpacked tree; $CC and $CXX are the compilers, $JOBS the number of processes. `newer`
is a later release, whose difference to `source` is cut into pseudo-commits, in the files that the artefact's map
names."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    source: str  # Debian's source package and version
    artefact: str
    build: str
    configure: str = ":"
    newer: str = ""
    skip: tuple = ()  # parts of paths: files in whose changes nothing is to be learnt
    service: str = ""
    # services/drivers/: for a library, the `answer` of a small program that is linked with it; $DRIVER and $PROTOCOL
    # are its two sources.
    driver: str = ""
    # Fixes among debian/patches, in the order of its series. The program is built without any of them, and each is
    # tried alone.
    fixes: tuple = ()


MAKEFILE = """make -j$JOBS -f - program <<'END'
SOURCES := $(filter-out {without},$(wildcard {sources}))
OBJECTS := $(addsuffix .lp.o,$(SOURCES)) driver.lp.o protocol.lp.o
FLAGS := -O2 -w -MMD {flags}
program: $(OBJECTS)
	$({linker}) -o $@ $^ {libraries}
%.c.lp.o: %.c
	$(CC) $(FLAGS) -c $< -o $@
%.cc.lp.o: %.cc
	$(CXX) $(FLAGS) {cxx} -c $< -o $@
%.cpp.lp.o: %.cpp
	$(CXX) $(FLAGS) {cxx} -c $< -o $@
driver.lp.o: $(DRIVER)
	$({linker}) $(FLAGS) {driver} -c $< -o $@
protocol.lp.o: $(PROTOCOL)
	$(CC) $(FLAGS) -c $< -o $@
-include $(OBJECTS:.o=.d)
END"""


def library(name, driver, sources, flags="", without="", libraries="", cxx="", **more):
    """A library whose sources are linked with a driver into one program; no build system of its own takes part, so that
    one changed file costs one compile."""
    isCxx = driver.endswith(".cc")
    text = MAKEFILE.format(sources=sources, flags=flags, without=without, libraries=libraries, cxx=cxx,
                           driver=cxx if isCxx else "", linker="CXX" if isCxx else "CC")
    return Program(name=name, artefact="program", build=text, service="driver", driver=driver, **more)
