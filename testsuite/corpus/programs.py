"""The programs of the corpus: where their source is, how they are built, what exercises them."""

from programs_c import LIBRARIES, SERVERS
from programs_cxx import CXX

PROGRAMS = {program.name: program for program in SERVERS + LIBRARIES + CXX}
