from recipe import Recipe, Target
from servers.rsync import Rsyncd

RECIPE = Recipe(
    configure="{ [ -x configure.sh ] || ./prepare-source build; } && ./configure --disable-md2man",
    build="make -j$JOBS rsync",
    targets=(Target("rsync", Rsyncd),),
    needs=(
        "rsync",
        "libacl1-dev",
        "libattr1-dev",
        "liblz4-dev",
        "libzstd-dev",
        "libxxhash-dev",
        "libssl-dev",
        "libpopt-dev",
    ),
    leftOut={
        "0037-syscall-clientserver-am_chrooted-and-use_secure_syml": "cannot be taken out alone: later fixes of the "
        "series use the variables that it brings, and the rest does not link without them"
    },
)
