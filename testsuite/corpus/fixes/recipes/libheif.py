from recipe import Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DWITH_EXAMPLES=OFF -DENABLE_PLUGIN_LOADING=OFF "
    "-DWITH_X265=OFF -DWITH_DAV1D=OFF -DWITH_RAV1E=OFF -DWITH_SvtEnc=OFF",
    build="ninja -j$JOBS -C bd heif",
    targets=(
        Target(
            "bd/libheif/libheif.so",
            driver="heif.c",
            flags="-Ilibheif -Ibd -DFILES='\"{tree}/fuzzing/corpus\"' -Ibd/libheif -I.",
        ),
    ),
    needs=("libde265-dev", "libaom-dev"),
    leftOut={"CVE-2023-49462": "code of the command line tools alone, which the library does without"},
)
