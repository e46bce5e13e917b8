# Installs what is missing and builds. Sourced by app/run and tests/run; it knows the names of packages
# on Debian and Ubuntu. As root, or with sudo; without either it prints the one line and stops.
# shellcheck shell=bash

lab_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

lab_has_candidate() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'; }

# What the programs need to build and run.
lab_build_packages() {
  command -v apt-get >/dev/null || return 0
  # Names are chosen from the package lists: a new machine may not have them yet.
  lab_has_candidate cmake || lab_as_root apt-get update -qq >&2 || return 1
  echo g++ cmake ninja-build pkg-config libfmt-dev zlib1g-dev liblz4-dev libzstd-dev libsnappy-dev \
    nlohmann-json3-dev libcli11-dev libfreetype-dev libcairo2-dev libimgui-dev libglfw3-dev libgl-dev \
    fonts-inter fonts-nanum
  # Debian 12 has Boost 1.81 beside its older default and NanumGothicCoding in a package of its own.
  if lab_has_candidate libboost1.81-dev; then echo libboost1.81-dev; else echo libboost-dev; fi
  if lab_has_candidate fonts-nanum-coding; then echo fonts-nanum-coding; fi
}

# What the tests need beside that. Clients of other makers are used where they are there.
lab_test_packages() { echo doctest-dev python3 kcat librdkafka-dev xvfb xauth xdotool imagemagick; }

lab_is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

lab_install() {
  command -v apt-get >/dev/null || { echo "This is neither Debian nor Ubuntu: install the packages of the README by hand, then run cmake --preset release."; return 0; }
  local missing=() name
  for name in "$@"; do lab_is_installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing: ${missing[*]}"
  lab_as_root apt-get update -qq || return 1
  lab_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
    echo "apt-get could not install them. By hand:  apt-get install --no-install-recommends ${missing[*]}"
    return 1
  }
}

lab_as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else
    echo "This needs root. Run:  $*"
    return 1
  fi
}

# lab_build PRESET TARGETS... (no targets: all)
lab_build() {
  local preset=$1 options=()
  shift
  [ "${CI:-}" = true ] && options+=(-DLAB_WERROR=ON)
  (cd "$lab_root" && cmake --preset "$preset" "${options[@]}" >"$lab_root/build/configure-$preset.log" 2>&1) || {
    tail -n 20 "$lab_root/build/configure-$preset.log"
    return 1
  }
  cmake --build "$lab_root/build/$preset" ${1:+--target "$@"} || return 1
}
