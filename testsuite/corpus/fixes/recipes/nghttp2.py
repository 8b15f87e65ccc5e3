from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --enable-lib-only --disable-static",
    build="make -j$JOBS -C lib",
    targets=(Target("lib/.libs/libnghttp2.so", driver="nghttp2.c", flags="-Ilib/includes"),),
    needs=("libtool",),
)
