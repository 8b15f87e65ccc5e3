from recipe import Recipe, Target

RECIPE = Recipe(
    configure="./configure --disable-static --enable-hardware-optimizations=no",
    build="make -j$JOBS libpng16.la",
    targets=(Target(".libs/libpng16.so", driver="png.c", flags="-I."),))
