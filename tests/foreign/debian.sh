#!/bin/sh
# Fetches a package of Debian's into a folder: debian.sh FOLDER PACKAGE PROGRAM [alone]. With what it needs
# and this machine does not have, unless it is to be alone. Nothing is installed; apt-get verifies what it
# fetches by the distribution's keys. PROGRAM is the file that must be there afterwards.
set -eu
cd "$1"
home=$PWD
mkdir -p lists/partial archives/partial root
apt() {
    apt-get --quiet --yes --no-install-recommends \
        -o Dir::State::lists="$home/lists" -o Dir::Cache::archives="$home/archives" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 -o APT::Sandbox::User= "$@" >&2
}
apt update
cd archives
if [ "${4-}" = alone ]; then
    # Into the folder in which it stands.
    apt download "$2"
else
    apt --download-only install "$2"
fi
for package in *.deb; do
    dpkg --extract "$package" "$home/root"
done
cd "$home"
test -x "root/$3"
rm -rf archives lists
