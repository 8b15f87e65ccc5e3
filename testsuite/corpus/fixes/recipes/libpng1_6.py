from library import askVulnerable
from recipe import Probe, Recipe, Target

RECIPE = Recipe(
    configure="./configure --disable-static --enable-hardware-optimizations=no",
    build="make -j$JOBS libpng16.la",
    targets=(Target(".libs/libpng16.so", driver="png_simple.c", flags="-I."),),
    probes={"CVE-2026-22695": Probe(askVulnerable("padding"), "overwritten", "kept")},
    leftOut={"CVE-2026-33636": "code for another processor (ARM's NEON)"},
)
