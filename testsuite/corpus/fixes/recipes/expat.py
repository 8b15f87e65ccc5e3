from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cd expat && ./buildconf.sh && ./configure --without-docbook --without-tests --without-examples "
    "--without-xmlwf",
    build="make -j$JOBS -C expat",
    targets=(Target("expat/lib/.libs/libexpat.so", driver="expat.c", flags="-Iexpat/lib"),),
)
