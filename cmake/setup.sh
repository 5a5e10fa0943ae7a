# Sourced by test/run.sh and examples/run.sh: Debian packages, and a preset configured and built.
# Everything said here goes to standard error.

corun_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
corun_packages=(g++ cmake ninja-build ccache pkg-config python3 curl openssl
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-program-options1.81-dev
    libssl-dev libsqlite3-dev zlib1g-dev libc-ares-dev libgtest-dev libglib2.0-dev)

corun_say() { printf '%s\n' "$*" >&2; }
corun_fail() { corun_say "error: $*"; exit 1; }

corun_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

corun_install_packages() {
    command -v dpkg-query >/dev/null ||
        corun_fail "this script installs Debian packages; elsewhere, install the likes of ${corun_packages[*]} and use the CMake presets"
    local missing=() package
    for package in "${corun_packages[@]}"; do
        corun_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]} == 0)) && return

    # Boost's development packages of two versions own the same headers, so apt would have to remove one.
    local blocking=() present
    if [[ " ${missing[*]} " == *" libboost1.81-dev "* ]]; then
        while read -r present; do
            [[ $present == libboost*-dev && $present != libboost*1.81-dev ]] && blocking+=("$present")
        done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 'libboost*-dev' 2>/dev/null | sed -n 's/ installed$//p')
        if ((${#blocking[@]})); then
            corun_say "Boost 1.81's headers are needed, but another Boost's stand in the way: ${blocking[*]}."
            corun_fail "remove them first, if nothing else needs them: apt-get remove ${blocking[*]}"
        fi
    fi

    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || corun_fail "as root, run: apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi
    corun_say "Installing from Debian: ${missing[*]}"
    # A mirror that does not answer leaves the lists of last time, which may well do.
    "${as_root[@]}" apt-get update -qq >&2 || corun_say "apt-get update failed; going on with the package lists there are."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}" >&2 ||
        corun_fail "apt-get could not install ${missing[*]} (is there a network?)"
}

# corun_build PRESET [TARGET…]: configures if it must, and builds.
corun_build() {
    local preset=$1 build="$corun_root/build/$1"
    shift
    local targets=() quiet=()
    (($#)) && targets=(--target "$@")
    [[ -t 2 ]] || quiet=(-- --quiet)
    if [[ ! -f $build/build.ninja || $corun_root/CMakePresets.json -nt $build/build.ninja ]]; then
        corun_say "Configuring $build"
        local log
        log=$(cd "$corun_root" && cmake --preset "$preset" 2>&1) || { corun_say "$log"; corun_fail "CMake failed"; }
        touch "$build/build.ninja"
    fi
    corun_say "Building (preset $preset)"
    (cd "$corun_root" && cmake --build --preset "$preset" "${targets[@]}" --parallel "$(nproc)" "${quiet[@]}") >&2 ||
        corun_fail "the build failed"
}
