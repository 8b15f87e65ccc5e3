from recipe import Recipe, Target
from services.servers import Dnsmasq

RECIPE = Recipe(
    build='make -j$JOBS CC="$CC" CFLAGS="$CFLAGS" COPTS="-DHAVE_DNSSEC"',
    targets=(Target("src/dnsmasq", Dnsmasq),),
    needs=("nettle-dev", "libgmp-dev"))
