from recipe import Recipe, Target
from servers.dnsmasq_full import DnsmasqFull

RECIPE = Recipe(
    build='make -j$JOBS CC="$CC" CFLAGS="$CFLAGS" COPTS="-DHAVE_DNSSEC"',
    targets=(Target("src/dnsmasq", DnsmasqFull),),
    needs=("openssl", "nettle-dev", "libgmp-dev"),
)
