from recipe import Recipe, Target

RECIPE = Recipe(
    configure="./configure --disable-static --enable-hardware-optimizations=no",
    build="make -j$JOBS libpng16.la",
    targets=(Target(".libs/libpng16.so", driver="png_simple.c", flags="-I."),),
    leftOut={"CVE-2026-33636": "code for another processor (ARM's NEON)"},
)
