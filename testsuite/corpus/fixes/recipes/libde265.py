from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DENABLE_SDL=OFF -DENABLE_ENCODER=OFF",
    build="ninja -j$JOBS -C bd",
    targets=(Target("bd/libde265/lib*de265.so", driver="de265.c", flags="-I. -Ibd -lx265"),),
    needs=("libx265-dev",),
)
