#!/bin/sh
# sh testsuite/fresh-root.sh <folder> [command...]: proves that the two commands of the README need nothing but a
# checkout. Makes an empty Debian 12 in <folder> (about 300 MB, 5 GB when the packages are in), clones the last commit
# into it and runs `sh examples/run` and `sh testsuite/run` there, or the command given. Needs root, debootstrap and
# the network; not part of CI.
#
#   <folder>/base    the empty system; made once
#   <folder>/root    a copy of it, made anew each time
set -eu
[ $# -ge 1 ] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
folder=$1
shift
repository=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- sh -c 'sh examples/run && sh testsuite/run'
mirror=http://deb.debian.org

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
exec 9>"$folder/lock"
flock -n 9 || { echo "another run uses $folder" >&2; exit 1; }
if [ ! -e "$folder/base/etc/debian_version" ]; then
    debootstrap --variant=minbase bookworm "$folder/base" "$mirror/debian"
fi
rm -rf "$folder/root"
cp -a "$folder/base" "$folder/root"
cat >"$folder/root/etc/apt/sources.list" <<END
deb $mirror/debian bookworm main
deb $mirror/debian bookworm-updates main
deb $mirror/debian-security bookworm-security main
END
cp /etc/resolv.conf "$folder/root/etc/"
git clone --quiet "$repository" "$folder/root/livepatch"

# Mounts and processes are in namespaces of their own: nothing of them is left, however this ends. Only what a fresh
# login would have is in the environment, but for a proxy that the network may need.
exec unshare --mount --pid --fork --kill-child sh -c '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM-dumb}" \
        http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" \
        chroot "$root" sh -c "cd /livepatch && exec \"\$@\"" sh "$@"
' sh "$folder/root" "$@"
