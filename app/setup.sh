# Installs what is missing and builds. Sourced by app/run and tests/run; it knows the names of packages
# on Debian and Ubuntu. As root, or with sudo; without either it prints the one line and stops.
# shellcheck shell=bash

lab_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

lab_has_candidate() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'; }

# What the programs need to build and run.
lab_build_packages() {
  command -v apt-get >/dev/null || return 0
  # Names are chosen from the package lists: a new machine may not have them yet.
  lab_has_candidate cmake || lab_as_root apt-get update -qq >&2 || return 1
  echo g++ cmake ninja-build pkg-config libfmt-dev zlib1g-dev liblz4-dev libzstd-dev libsnappy-dev \
    nlohmann-json3-dev libtomlplusplus-dev libmd4c-dev libcli11-dev libfreetype-dev libcairo2-dev libimgui-dev libglfw3-dev libgl-dev \
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
  lab_watched "$lab_root/build/install.log" lab_as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" || {
    grep -E '^E:' "$lab_root/build/install.log"
    echo "apt-get could not install them (build/install.log). By hand:  apt-get install --no-install-recommends ${missing[*]}"
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

# lab_watched LOG COMMAND... runs it with all its output in LOG, and shows how far it is.
lab_watched() {
  local log=$1
  shift
  (set -o pipefail && "$@" 2>&1 | tee "$log" | lab_progress)
}

# Reads what ninja or apt-get prints. On a terminal one line that moves; elsewhere a line every 30 s.
lab_progress() {
  local line ready=0 total=0 told=$SECONDS began=$SECONDS
  while true; do
    if IFS= read -r -t 5 line; then
      if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then ready=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
      elif [[ $line =~ ([0-9]+)\ newly\ installed ]]; then total=$((2 * BASH_REMATCH[1]))
      elif [[ $line =~ ^Need\ to\ get\ ([0-9.,]+\ .B) ]]; then echo "  ${BASH_REMATCH[1]} to download"
      elif [[ $line =~ ^(Unpacking|Setting\ up)\  ]]; then ready=$((ready + 1))
      fi
    elif [ $? -le 128 ]; then  # the end; more would be a pause
      break
    fi
    [ "$total" -gt 0 ] || continue
    if [ -t 1 ]; then
      printf '\r  %d of %d steps, %d s \033[K' "$ready" "$total" $((SECONDS - began))
    elif [ $((SECONDS - told)) -ge 30 ]; then
      told=$SECONDS
      echo "  $ready of $total steps, $((SECONDS - began)) s"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
}

# lab_build PRESET TARGETS... (no targets: all). Says what failed, if it failed.
lab_build() {
  local preset=$1 options=() began=$SECONDS
  shift
  local log=$lab_root/build/build-$preset.log
  [ "${CI:-}" = true ] && options+=(-DLAB_WERROR=ON)
  [ $# -eq 0 ] && options+=(-DLAB_TESTS=ON)  # all targets: a missing doctest is an error then
  echo "Building (build/$preset) ..."
  (cd "$lab_root" && cmake --preset "$preset" ${options[@]+"${options[@]}"} >"$log" 2>&1) || {
    tail -n 20 "$log"
    return 1
  }
  lab_watched "$log" cmake --build "$lab_root/build/$preset" ${1:+--target "$@"} || {
    grep -E '(error|undefined reference).*:|^FAILED|^ninja: error' "$log" | grep -v '^\[' | head -n 30
    echo "The build failed; all of it is in $log."
    return 1
  }
  echo "Built in $((SECONDS - began)) s."
}
