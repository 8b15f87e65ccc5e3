from library import askVulnerable
from recipe import Probe, Recipe, Target

RECIPE = Recipe(
    build="$CC $CFLAGS -fPIC -shared -Wl,-soname,libcjson.so.1 -o libcjson.so cJSON.c cJSON_Utils.c -lm",
    targets=(Target("libcjson.so", driver="cjson_null.c", flags="-I."),),
    probes={"0002-add-null-check-to-cjson-setvaluestring": Probe(askVulnerable("null string"), "died", "(nil)")},
)
