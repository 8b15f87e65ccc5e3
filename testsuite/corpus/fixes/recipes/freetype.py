from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS=ON -DFT_DISABLE_HARFBUZZ=ON "
    "-DFT_DISABLE_BROTLI=ON -DFT_DISABLE_PNG=ON",
    build="ninja -j$JOBS -C bd",
    targets=(Target("bd/libfreetype.so", driver="freetype.c", flags="-Iinclude"),),
    leftOut={"CVE-2022-31782": "a benchmark program of the demos, which Debian ships beside the library"},
    needs=("fonts-dejavu-core",),
)
