from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DWITH_EXAMPLES=OFF -DWITH_GSSAPI=OFF",
    build="ninja -j$JOBS -C bd",
    targets=(Target("bd/lib/libssh.so", driver="ssh.c", flags="-Iinclude -Ibd/include"),),
    needs=("libssl-dev", "zlib1g-dev"),
)
