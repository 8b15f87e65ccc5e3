from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --disable-sse4.1 --disable-sse2 "
    "--disable-png --disable-jpeg --disable-tiff --disable-gif --disable-sdl --disable-gl",
    build="make -j$JOBS -C sharpyuv && make -j$JOBS -C src",
    targets=(Target("src/.libs/libwebp.so", driver="webp.c", flags="-Isrc"),),
)
