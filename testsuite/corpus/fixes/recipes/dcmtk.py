from recipe import Recipe, Target

MODULES = ("ofstd", "oflog", "dcmdata", "dcmimgle", "dcmimage", "dcmjpls")

RECIPE = Recipe(
    # One library of the modules that the driver uses: all of them are several times as much to build.
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_SINGLE_SHARED_LIBRARY=ON -DBUILD_APPS=OFF "
    f"'-DDCMTK_MODULES={';'.join(MODULES)}' -DDCMTK_DEFAULT_DICT=builtin -DCMAKE_INSTALL_DATADIC=share "
    "-DCMAKE_POSITION_INDEPENDENT_CODE=ON -DDCMTK_ENABLE_STL=ON -DCMAKE_CXX_STANDARD=17 "
    "-DDCMTK_WITH_TIFF=OFF -DDCMTK_WITH_PNG=OFF -DDCMTK_WITH_XML=OFF -DDCMTK_WITH_OPENSSL=OFF "
    "-DDCMTK_WITH_SNDFILE=OFF -DDCMTK_WITH_ICONV=OFF -DDCMTK_WITH_ICU=OFF -DDCMTK_WITH_WRAP=OFF "
    "-DDCMTK_WITH_OPENJPEG=OFF -DDCMTK_WITH_DOXYGEN=OFF",
    build="ninja -j$JOBS -C bd dcmtk",
    targets=(
        Target(
            "bd/lib/libdcmtk.so",
            driver="dicom.cc",
            flags="-std=c++17 -Ibd/config/include " + " ".join(f"-I{name}/include" for name in MODULES),
        ),
    ),
    needs=("zlib1g-dev",),
    leftOut={
        "0009-CVE-2024-27628": "the module of computed tomographs, with two more that it needs",
        "0017-CVE-2025-14841": "the module of databases of pictures, with the one of the network that it needs",
    },
)
