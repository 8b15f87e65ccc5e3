# Sourced by testsuite/run and examples/run, from the top of the repository: what has to be there before anything
# can be built, and the build itself. POSIX sh; works in an empty Debian 12 as root, and elsewhere with the packages.

# The packages, each with the reason. One list, so that a missing one is added in one place.
packages_to_build() {
    sed 's/ *#.*//' <<END
cmake                 # 3.25: presets version 6
ninja-build           # generator of the presets
g++                   # C++20 compiler of our own programs; brings make, binutils and the C library's headers
clang-14              # runs the plugin; compiles what is to be patchable
llvm-14-dev           # headers and libraries of the plugin
libclang-14-dev       # same, Clang's part
libcli11-dev          # command lines
nlohmann-json3-dev    # maps, manifests
libfmt-dev            # messages
libssl-dev            # SHA-256 of patches
libelf-dev            # ELF files
libdw-dev             # unwinding of the target's stacks
libzydis-dev          # instruction lengths
libxxhash-dev         # hashes of sources, as LLVM makes them
zlib1g-dev            # LLVM's CMake package asks for it
libzstd-dev           # LLVM's CMake package asks for it
pkg-config            # finds libelf and libdw
git                   # patchbuild compares revisions
patch                 # patchbuild applies patches
python3               # test scripts and examples
libgtest-dev          # unit tests
libbenchmark-dev      # measuring programs
END
}
packages_to_test() {
    sed 's/ *#.*//' <<END
clang-19              # the other LLVM that is supported
llvm-19-dev           # its plugin
libclang-19-dev       # same
libclang-rt-14-dev    # a program under -fsanitize=function
lld-14                # the map survives all three linkers; gold comes with binutils
lld-19                # same
ccache                # the map survives a compiler cache
make                  # consumers with Makefiles
dpkg-dev              # unpacks the Debian sources of real programs
autoconf              # a consumer with configure
automake              # same
gdb                   # debuggers see the patched code
linux-perf            # profilers name it
libcjson-dev          # Debian's fixes, the quick ones: mosquitto
nettle-dev            # same, dnsmasq
libgmp-dev            # same
openssl               # signs the zones that it is asked for
END
}
packages_for_sanitizers() {
    sed 's/ *#.*//' <<END
libclang-rt-14-dev    # libFuzzer and Clang's sanitizers
END
}
packages_for_real_programs() {
    sed 's/ *#.*//' <<END
dpkg-dev              # unpacks Debian's sources
ca-certificates       # mirrors may be https
llvm-14               # llvm-dwarfdump: who holds inlined copies
END
}

say() {
    printf '== %s\n' "$*"
}

# install_packages <name>...: those that are missing, and no word if none is.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system: these have to be there in one form or another:" "$@"
        return 0
    fi
    missing=
    for package; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0

    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Packages are missing, and installing them needs root:" >&2
            echo "    apt-get install --no-install-recommends$missing" >&2
            exit 1
        fi
        as_root=sudo
    fi
    say "installing$missing"
    # Word splitting of $missing is meant. The variable goes through env: sudo drops the environment.
    $as_root apt-get -qq update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null
}

# build_preset <preset>: configures and builds build/<preset>; quiet unless it fails.
build_preset() {
    say "building $1"
    mkdir -p build
    if ! configure_and_build "$1" >"build/$1.log" 2>&1; then
        tail -n 60 "build/$1.log" >&2
        echo "building $1 failed; all of it is in build/$1.log" >&2
        exit 1
    fi
}

# Presets that differ only in LLVM share most objects: with ccache the second one takes a fraction of the time. The
# launcher is set in a subshell, for what the tests compile must not go through it.
export CCACHE_DIR="${CCACHE_DIR:-$PWD/build/ccache}"
configure_and_build() (
    if command -v ccache >/dev/null; then
        export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
    fi
    cmake --preset "$1" && cmake --build "build/$1"
)

# Root takes patches only from files that nobody but root and the calling user can write. In a container the checkout may
# be a mounted one of another user's, who then is the one on whose behalf everything runs (as with sudo).
if [ "$(id -u)" = 0 ] && [ -z "${SUDO_UID-}" ] && [ "$(stat -c %u .)" != 0 ]; then
    SUDO_UID=$(stat -c %u .)
    export SUDO_UID
fi
