#!/usr/bin/env bash
# Builds everything and runs every test.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"

usage() {
    cat <<'END'
usage: test/run.sh [--preset NAME | --with asan|tsan|release|clang] [ctest options]

Installs what is missing from Debian's packages, builds the preset (dev unless named), runs its tests.
  --with asan    AddressSanitizer and UBSan, the whole suite
  --with tsan    ThreadSanitizer, the tests labelled threads
Anything else goes to ctest:
  -R REGEX       only the tests whose name matches
  -L REGEX       only the tests with such a label (unit, emulator, examples, threads, install, headers, docs)
END
}

preset=dev
ctest_options=()
while (($#)); do
    case $1 in
    -h | --help) usage; exit 0 ;;
    --with | --preset)
        (($# > 1)) || { usage >&2; exit 2; }
        preset=$2
        shift 2
        ;;
    --with=* | --preset=*) preset=${1#*=}; shift ;;
    *) ctest_options+=("$1"); shift ;;
    esac
done
case $preset in
dev | release | asan | tsan | clang) ;;
*) corun_say "unknown preset: $preset"; usage >&2; exit 2 ;;
esac

corun_install_packages
corun_build "$preset"

corun_say "Testing"
cd "$corun_root"
exec ctest --preset "$preset" --parallel "$(nproc)" --output-on-failure "${ctest_options[@]}"
