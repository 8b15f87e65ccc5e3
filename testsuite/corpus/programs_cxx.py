"""C++: libraries with a driver around them, or as shared libraries where they need files of their own."""

from program import Program, library

CXX = [
    library(
        "jsoncpp", "json.cc", "src/lib_json/*.cpp", flags="-Iinclude -Isrc/lib_json", cxx="-std=c++17",
        source="libjsoncpp=1.9.5-4", newer="libjsoncpp=1.9.8-2"),
    library(
        "tinyxml2", "tinyxml2.cc", "tinyxml2.cpp", flags="-I.", cxx="-std=c++11",
        source="tinyxml2=9.0.0+dfsg-3.1", newer="tinyxml2=11.0.0+dfsg-1"),
    library(
        "fmt", "fmt.cc", "src/format.cc src/os.cc", flags="-Iinclude", cxx="-std=c++17",
        source="fmtlib=9.1.0+ds1-2", newer="fmtlib=10.1.1+ds1-4"),
    library(
        "re2", "re2.cc", "re2/*.cc util/rune.cc util/strutil.cc", flags="-I.", cxx="-std=c++17", libraries="-pthread",
        # Debian's tables of Unicode: package unicode-data.
        configure="make REBUILD_TABLES=1 re2/unicode_casefold.cc re2/unicode_groups.cc "
                  "re2/perl_groups.cc",
        source="re2=20220601+dfsg-1", newer="re2=20240702-3"),
    library(
        "yaml-cpp", "yaml.cc", "src/*.cpp src/contrib/*.cpp", flags="-Iinclude -Isrc", cxx="-std=c++14",
        source="yaml-cpp=0.7.0+dfsg-8", newer="yaml-cpp=0.8.0+dfsg-7"),
    library(
        "ninja", "ninja.cc", "src/*.cc", flags="-Isrc", cxx="-std=c++14",
        without="%test.cc %perftest.cc %win32.cc src/ninja.cc src/browse.cc src/msvc_helper% src/minidump% "
                "src/includes_normalize% %.in.cc %_bench.cc",
        source="ninja-build=1.11.1-2~deb12u1", newer="ninja-build=1.13.2-1"),
    Program(
        name="libde265",
        source="libde265=1.0.11-1+deb12u2",
        newer="libde265=1.0.15-1+deb13u2",
        artefact="bd/libde265.so",
        configure="cmake -S . -B bd -DCMAKE_C_COMPILER=$CC -DCMAKE_CXX_COMPILER=$CXX -DCMAKE_BUILD_TYPE=Release "
                  "-DENABLE_SDL=OFF -DENABLE_ENCODER=OFF",
        build="make -C bd -j$JOBS de265; test -e bd/libde265.so || ln -s $(cd bd && find . -name 'lib*de265.so' | "
              "head -n 1) bd/libde265.so"),
    Program(
        name="exiv2",
        source="exiv2=0.27.3-3+deb11u2",
        newer="exiv2=0.27.6-1",
        artefact="bd/lib/libexiv2.so",
        configure="cmake -S . -B bd -DCMAKE_C_COMPILER=$CC -DCMAKE_CXX_COMPILER=$CXX -DCMAKE_BUILD_TYPE=Release "
                  "-DEXIV2_ENABLE_XMP=OFF -DEXIV2_BUILD_SAMPLES=OFF -DEXIV2_BUILD_EXIV2_COMMAND=OFF "
                  "-DEXIV2_ENABLE_PNG=OFF",
        build="make -C bd -j$JOBS exiv2lib"),
    Program(
        name="cppcheck",
        source="cppcheck=2.10-2",
        newer="cppcheck=2.17.1-2",
        artefact="cppcheck",
        build='make -j$JOBS CXX="$CXX" CXXFLAGS="-O2 -DNDEBUG -w" FILESDIR=/nowhere cppcheck'),
]
