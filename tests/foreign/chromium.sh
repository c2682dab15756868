#!/bin/sh
# Fetches Debian's Chromium, and what it needs and this machine does not have, into a folder. Nothing is
# installed; apt-get verifies what it fetches by the distribution's keys.
set -eu
cd "$1"
mkdir -p lists/partial archives/partial root
apt() {
    apt-get --quiet --yes --no-install-recommends \
        -o Dir::State::lists="$PWD/lists" -o Dir::Cache::archives="$PWD/archives" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 -o APT::Sandbox::User= "$@" >&2
}
apt update
apt --download-only install chromium
for package in archives/*.deb; do
    dpkg --extract "$package" root
done
test -x root/usr/lib/chromium/chromium
rm -rf archives lists
