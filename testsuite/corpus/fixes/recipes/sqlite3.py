from recipe import Recipe, Target

RECIPE = Recipe(
    configure="./configure --disable-amalgamation --disable-tcl --disable-static --disable-readline",
    build="make -j$JOBS libsqlite3.la",
    targets=(Target(".libs/libsqlite3.so", driver="sqlite.c", flags="-I."),),
    needs=("tcl",),
)
