#!/usr/bin/env bash
# Builds, starts the emulator on free ports, runs the guided tour or one example, and stops the emulator again.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"

examples() {
    sed -n 's/^ *corun_add_example(\([^ )]*\).*/\1/p' "$corun_root"/examples/*/CMakeLists.txt 2>/dev/null | sort
}

usage() {
    cat <<'END'
usage: examples/run.sh                     the guided tour
       examples/run.sh NAME [ARGUMENT…]    one example
       examples/run.sh emulator [OPTION…]  the emulator itself (--help lists its options)

Installs what is missing from Debian's packages and builds first. Examples:
END
    examples | sed 's/^/  /'
}

name=${1:-tour}
(($#)) && shift
case $name in
-h | --help | help) usage; exit 0 ;;
esac
if [[ $name != emulator ]] && ! examples | grep -qxF -- "$name"; then
    corun_say "no such example: $name"
    usage >&2
    exit 2
fi

bin=$corun_root/build/dev/bin
if [[ $name == emulator ]]; then
    targets=(corun-emulator)
else
    program=example_${name//[^A-Za-z0-9_]/_}
    targets=(corun-emulator "$program")
fi

corun_install_packages
corun_build dev "${targets[@]}"

if [[ $name == emulator ]]; then
    exec "$bin/corun-emulator" "$@"
fi
exec python3 "$corun_root/examples/with_emulator.py" "$bin/corun-emulator" -- "$bin/$program" "$@"
