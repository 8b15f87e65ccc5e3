from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --without-python --without-zlib --without-lzma " "--disable-static",
    build="make -j$JOBS libxml2.la",
    targets=(Target(".libs/libxml2.so", driver="libxml2_full.c", flags="-Iinclude -I."),),
)
