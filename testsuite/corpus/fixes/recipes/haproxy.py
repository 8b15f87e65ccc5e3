from recipe import Recipe, Target
from services.servers import Haproxy

RECIPE = Recipe(
    build='make -j$JOBS TARGET=linux-glibc CC="$CC" CPU_CFLAGS="$CFLAGS" USE_OPENSSL=1 USE_PCRE2=1 haproxy',
    targets=(Target("haproxy", Haproxy),),
    needs=("libssl-dev", "libpcre2-dev"),
)
