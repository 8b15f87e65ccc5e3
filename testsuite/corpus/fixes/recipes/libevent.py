from recipe import Recipe, Target

RECIPE = Recipe(
    configure="./autogen.sh && ./configure --disable-static --disable-openssl --disable-samples --disable-libevent-regress",
    build="make -j$JOBS libevent.la",
    targets=(Target(".libs/libevent-2.1.so.7", driver="event.c", flags="-Iinclude"),),
    needs=("libtool",),
)
