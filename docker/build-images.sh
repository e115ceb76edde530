#!/bin/sh
# Makes the images that the container engines need: build-images.sh docker|podman [mariadb|mariadb:SERIES|runner]...
# or, for the process engine, unpacks a server into a folder: build-images.sh /srv/mariadb-11.8 mariadb:11.8
#
# The series of MariaDB are those of Debian's releases: 10.11 (bookworm) and 11.8 (trixie). A folder is named in the
# scenario as [server] image, as an image is.
#
# An image that is there is kept. Otherwise it is built from the recipe on a Debian base image; where no registry
# answers, it is put together from Debian packages with mmdebstrap (or debootstrap), which needs root or user
# namespaces. The machine's own package sources and apt settings are used where it runs the same Debian release.
#
#   BASE                      the base image instead of debian:bookworm-slim
#   REHEARSAL_DEBIAN_MIRROR   the package source for mmdebstrap and debootstrap
#   REHEARSAL_BUILD           "recipe" or "packages": only this way
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

say() { printf 'build-images: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[ $# -ge 1 ] || die "usage: build-images.sh docker|podman|/FOLDER [mariadb|mariadb:SERIES|runner]..."
engine=$1
shift
case $engine in
  /*) folder=$engine; [ $# -gt 0 ] || set -- mariadb:11.8 ;;
  *) folder=; [ $# -gt 0 ] || set -- mariadb runner ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# The Debian release that an image is made of.
suite_of() {
  case $1 in
    mariadb | mariadb:10.11 | runner) echo bookworm ;;
    mariadb:11.8) echo trixie ;;
    *) die "no such image: $1 (mariadb:10.11, mariadb:11.8, runner)" ;;
  esac
}

tag_of() {
  case $1 in
    mariadb) echo rehearsal/mariadb:10.11 ;;
    runner) echo rehearsal/runner:bookworm ;;
    *) echo "rehearsal/$1" ;;
  esac
}

packages_of() { grep -v '^#' "$here/packages.$1"; }

# What every program in the images rests on, without an init system or package manager.
plain="base-files,bash,coreutils,dash,debianutils,diffutils,findutils,grep,gzip,hostname,libc-bin,mawk,sed,tar"

have() {
  if [ -n "$folder" ]; then [ -x "$folder/usr/sbin/mariadbd" ]; else "$engine" image inspect "$1" >/dev/null 2>&1; fi
}

have_base() {
  have "$base" || timeout 300 "$engine" pull --quiet "$base" >"$work/pull" 2>&1 || {
    say "$base cannot be pulled: $(tail -n 1 "$work/pull")"
    return 1
  }
}

# Proxies of the environment are known to every build; the build uses the machine's network.
from_recipe() {
  "$engine" build --network host --build-arg "BASE=$base" --tag "$2" --file "$here/Dockerfile.$1" "$here"
}

# This machine's Debian sources for this release: lines of a sources.list. Of another release than the machine's own, the
# same archive.
sources() {
  if [ -n "${REHEARSAL_DEBIAN_MIRROR:-}" ]; then
    echo "deb $REHEARSAL_DEBIAN_MIRROR $suite main"
    return
  fi
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' 2>/dev/null | sort -u >"$work/targets" || true
  if grep -q "^Debian|$suite|" "$work/targets"; then
    sed -n "s/^Debian|$suite[^|]*|//p" "$work/targets" | grep ' main$' || true
  else
    sed -n "s/^Debian|\([a-z]*\)|deb \([^ ]*\) \1 main$/deb \2 $suite main/p" "$work/targets" | head -n 1
  fi
}

# Proxies, certificates and the like of this machine's apt.
apt_settings() {
  apt-config dump Acquire 2>/dev/null |
    grep -iE '^Acquire::(http|https|ftp|Check-Valid-Until|Check-Date|Retries)(::| )' | grep -v ' "";$' || true
}

import() {
  if [ -n "$folder" ]; then
    mkdir -p "$folder" && tar -C "$folder" --exclude=./dev/* -xf -
    return
  fi
  "$engine" import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1"
}

# The packages' files, unpacked and not configured: none of these programs needs what their scripts would do, and it
# takes a third of the time.
with_mmdebstrap() {
  packages=$(packages_of "$1" | paste -sd, -)
  sources >"$work/sources.list"
  apt_settings >"$work/apt.conf"
  set -- "$2" --variant=extract --include="$plain,$packages" --aptopt="$work/apt.conf" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/lib/*/libpython*.a' --dpkgopt='path-exclude=/usr/lib/*/libcrypto.a' \
    --customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/etc/apt/apt.conf.d/99mmdebstrap' \
    --customize-hook='ln -sf mawk "$1/usr/bin/awk"; ln -sf gcc "$1/usr/bin/cc" ; mkdir -p "$1/tmp" "$1/etc"' \
    --customize-hook='for f in passwd group hosts resolv.conf; do : >>"$1/etc/$f"; done'
  tag=$1
  shift
  [ -d /usr/share/mmdebstrap/hooks/merged-usr ] && set -- "$@" --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr
  set -- --quiet "$@" --format=tar "$suite" "$work/image.tar"
  [ -s "$work/sources.list" ] && set -- "$@" "$work/sources.list"
  mmdebstrap "$@" && import "$tag" <"$work/image.tar"
}

with_debootstrap() {
  packages=$(packages_of "$1" | paste -sd, -)
  mirror=$(sources | sed -n "s/^deb \([^ ]*\) $suite main$/\1/p" | head -n 1)
  debootstrap --variant=minbase --include="$packages" "$suite" "$work/root" ${mirror:+"$mirror"} &&
    rm -rf "$work/root/var/cache/apt/archives" "$work/root/var/lib/apt/lists" &&
    tar -C "$work/root" --one-file-system --exclude=./proc/* --exclude=./sys/* -cf "$work/image.tar" . &&
    import "$2" <"$work/image.tar" && rm -rf "$work/root" "$work/image.tar"
}

from_packages() {
  if command -v mmdebstrap >/dev/null; then
    with_mmdebstrap "$@"
  elif [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null; then
    with_debootstrap "$@"
  else
    die "no registry answers, and neither mmdebstrap nor (as root) debootstrap is there: apt-get install mmdebstrap"
  fi
}

build() {
  way=${REHEARSAL_BUILD:-}
  [ -z "$folder" ] || way=packages
  case $way in
    recipe) have_base && from_recipe "$@" ;;
    packages) from_packages "$@" ;;
    *) if have_base; then from_recipe "$@"; else from_packages "$@"; fi ;;
  esac
}

for image; do
  suite=$(suite_of "$image")
  base=${BASE:-debian:$suite-slim}
  tag=$(tag_of "$image")
  image=${image%%:*}
  if have "$tag"; then
    say "$tag is there"
    continue
  fi
  say "building $tag"
  build "$image" "$tag" || die "$tag could not be built"
done
