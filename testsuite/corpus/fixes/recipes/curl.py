from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --with-openssl --with-gnutls --with-nghttp2 "
    "--with-libssh2 --enable-websockets --disable-ldap --disable-manual --without-librtmp",
    # The patched source has the name of the last of Debian's three flavours.
    build="make -j$JOBS -C lib libcurl-nss.la",
    targets=(Target("lib/.libs/libcurl-nss.so", driver="curl.c", flags="-Iinclude -lnghttp2 -lgnutls -lssh"),),
    needs=(
        *("libtool", "libssl-dev", "libgnutls28-dev", "libnghttp2-dev", "libssh2-1-dev", "libpsl-dev", "zlib1g-dev"),
        "libssh-dev",  # the driver's server
    ),
)
