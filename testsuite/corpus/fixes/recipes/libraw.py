from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --disable-lcms --disable-openmp "
    "--disable-jasper --disable-examples",
    build="make -j$JOBS lib/libraw.la",
    targets=(Target("lib/.libs/libraw.so", driver="raw.cc", flags="-I."),),
    needs=("libtool",),
)
