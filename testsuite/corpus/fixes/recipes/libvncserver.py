from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DWITH_SDL=OFF -DWITH_GTK=OFF -DWITH_QT=OFF "
              "-DWITH_FFMPEG=OFF -DWITH_TESTS=OFF -DWITH_GNUTLS=OFF -DWITH_EXAMPLES=OFF -DBUILD_SHARED_LIBS=ON",
    build="ninja -j$JOBS -C bd vncserver vncclient",
    targets=(Target("bd/libvncserver.so", driver="vncserver.c", flags="-Iinclude -Ibd/include -Irfb -Ibd/rfb -I. -Ibd"),
             Target("bd/libvncclient.so", driver="vncclient.c", flags="-Iinclude -Ibd/include -Irfb -Ibd/rfb -I. -Ibd -lz -ljpeg")),
    needs=("zlib1g-dev", "libjpeg-dev", "libssl-dev"))
