from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --disable-cxx --disable-jbig "
              "--disable-webp --disable-zstd --disable-lerc",
    build="make -j$JOBS -C port && make -j$JOBS -C libtiff",
    targets=(Target("libtiff/.libs/libtiff.so", driver="tiff.c", flags="-Ilibtiff"),),
    needs=("libjpeg-dev",))
