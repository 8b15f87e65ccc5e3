from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --without-python --without-zlib --without-lzma --disable-static",
    build="make -j$JOBS libxml2.la",
    targets=(Target(".libs/libxml2.so", driver="libxml2_full.c", flags="-Iinclude -I."),),
    leftOut={"CVE-2025-32414-bug-889-v2.10.4-and-below": "the library's bindings for Python"},
)
