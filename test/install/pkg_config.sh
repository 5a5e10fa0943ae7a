#!/usr/bin/env bash
# pkg_config.sh PREFIX SOURCE OUTPUT COMPILER…: compiles SOURCE with the flags of the installed corun-flowmaestro.pc.
set -euo pipefail
prefix=$1 source=$2 output=$3
shift 3

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name corun-flowmaestro.pc)")
export PKG_CONFIG_PATH
[[ $(pkg-config --modversion corun-flowmaestro) == "$(pkg-config --modversion corun-core)" ]]
pkg-config --exists --print-errors 'corun-flowmaestro >= 0.1'

read -ra cflags <<<"$(pkg-config --cflags corun-flowmaestro)"
read -ra libs <<<"$(pkg-config --libs corun-flowmaestro)"
"$@" -std=c++20 "${cflags[@]}" "$source" -o "$output" "${libs[@]}" "-Wl,-rpath,$(pkg-config --variable=libdir corun-core)"
