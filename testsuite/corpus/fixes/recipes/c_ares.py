from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DCARES_BUILD_TESTS=OFF -DCARES_BUILD_TOOLS=OFF",
    build="ninja -j$JOBS -C bd",
    targets=(Target("bd/lib/libcares.so", driver="cares.c", flags="-Iinclude -Ibd"),),
)
