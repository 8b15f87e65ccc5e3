from recipe import Recipe, Target
from servers.openvpn import Openvpn

RECIPE = Recipe(
    configure="./configure --disable-plugins --disable-dco --enable-x509-alt-username",
    build="make -j$JOBS -C src/compat && make -j$JOBS -C src/openvpn openvpn",
    targets=(Target("src/openvpn/openvpn", Openvpn),),
    needs=("openssl", "openvpn", "libssl-dev", "liblzo2-dev", "liblz4-dev", "libcap-ng-dev"),
)
