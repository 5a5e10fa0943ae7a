#!/usr/bin/env bash
# Measures the library against what people would write instead, in one run; prints ratios. --quick: fewer rounds.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/setup.sh"
corun_install_packages
dpkg-query -W libcurl4-openssl-dev >/dev/null 2>&1 || corun_say "libcurl4-openssl-dev is not installed: libcurl is left out"
corun_build bench
exec python3 "$corun_root/test/bench/run.py" "$corun_root" "$@"
