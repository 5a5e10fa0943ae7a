"""Runs the peers in interleaved rounds on one core and prints medians, spread and ratios."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser(prog="test/bench/run.sh")
parser.add_argument("root")
parser.add_argument("--quick", action="store_true", help="3 rounds instead of 7, fewer calls")
args = parser.parse_args()

BIN = None
for folder, _, files in os.walk(os.path.join(args.root, "build", "bench")):
    if "bench_server" in files:
        BIN = folder
if BIN is None:
    sys.exit("bench_server is not built")

ROUNDS = 3 if args.quick else 7
CALLS = 5_000 if args.quick else 20_000
EVENTS = 100_000 if args.quick else 300_000
ONE_CORE = ["taskset", "-c", "0"]


def program(name):
    return os.path.join(BIN, "bench_" + name)


def run(name, *arguments):
    out = subprocess.run(ONE_CORE + [program(name), *map(str, arguments)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def rounds(peers):
    """Interleaves: every round runs each peer once."""
    results = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, measure in peers.items():
            results[name].append(measure())
    return results


def median(rows, key="cpu_ns"):
    return statistics.median(row[key] for row in rows)


def spread(rows, key="cpu_ns"):
    values = sorted(row[key] for row in rows)
    return f"{values[0]:.0f}–{values[-1]:.0f}"


def table(title, results, base, unit):
    print(f"\n{title} (medians of {ROUNDS} interleaved rounds, client and server on one core)")
    reference = median(results[base])
    for name, rows in results.items():
        value = median(rows)
        print(f"  {name:34s} {value:10.0f} {unit}  {spread(rows):>15s}   {value / reference:5.2f} ×"
              f"   {median(rows, 'allocations'):6.1f} allocations")


server = subprocess.Popen(ONE_CORE + [program("server"), str(EVENTS)], stdout=subprocess.PIPE, text=True)
try:
    port = int(server.stdout.readline())
    for in_flight in (1, 32):
        peers = {
            "Beast, tcp_stream with a deadline": lambda: run("call_beast", port, CALLS, in_flight, "tcp_stream")[0],
            "Beast, bare socket": lambda: run("call_beast", port, CALLS, in_flight, "socket")[0],
            "corun, typed": lambda: run("call_corun", port, CALLS, in_flight)[0],
        }
        if in_flight == 1 and os.path.exists(program("call_curl")):
            peers["libcurl easy and json::parse"] = lambda: run("call_curl", port, CALLS)[0]
        table(f"A keep-alive call, {in_flight} in flight: CPU of the client per call", rounds(peers),
              "Beast, tcp_stream with a deadline", "ns")

    for size, client, path in ((200, "events_corun", "/api/v1/threads/t/events"),
                               (45, "content_corun", "/api/v1/executions/e/stream")):
        results = rounds({
            "Beast and json::parse, plain": lambda: run("events_beast", port, "plain", path)[0],
            "Beast and json::parse, expert": lambda: run("events_beast", port, "expert", path)[0],
            "corun, typed": lambda: run(client, port)[0],
        })
        table(f"An event of about {size} bytes, one chunk each: CPU of the client", results,
              "Beast and json::parse, plain", "ns")
        print(f"  corun: {1e3 / median(results['corun, typed']):.2f} million typed events per CPU-second")
    peers = {"corun, typed": lambda: run("list_corun", port)[0]}
    if os.path.exists(program("list_curl")):
        peers["libcurl easy and json::parse"] = lambda: run("list_curl", port)[0]
        results = rounds(peers)
        table("10,000 executions in ten pages: CPU of the client for each", results, "libcurl easy and json::parse", "ns")
        for name, rows in results.items():
            print(f"  {name}: at most {median(rows, 'peak_kb') / 1024:.0f} MiB held")
finally:
    server.kill()

pairs = [run("next_cost", EVENTS * 3) for _ in range(ROUNDS)]
loop = statistics.median(p[0]["cpu_ns"] for p in pairs)
stream = statistics.median(p[1]["cpu_ns"] for p in pairs)
print(f"\nnext() on a buffered event\n  plain loop {loop:.0f} ns, through next() {stream:.0f} ns: {stream - loop:.0f} ns more")

HEADERS = {
    "corun/flowmaestro/client.hpp": "#include <corun/flowmaestro/client.hpp>\n",
    "corun/deeporigin/client.hpp": "#include <corun/deeporigin/client.hpp>\n",
    "corun/promptrails/client.hpp": "#include <corun/promptrails/client.hpp>\n",
    "plain Asio and Boost.JSON": "".join(f"#include <{h}>\n" for h in (
        "boost/asio/awaitable.hpp", "boost/asio/co_spawn.hpp", "boost/json/value.hpp", "string", "vector", "map", "optional",
        "variant", "memory", "functional", "chrono")),
}
print("\nCompile time of a file with one platform header")
times = {name: [] for name in HEADERS}
for _ in range(ROUNDS):
    for name, text in HEADERS.items():
        start = time.monotonic()
        subprocess.run(["g++", "-std=c++20", "-O0", "-c", "-x", "c++", "-", "-o", "/dev/null", "-I",
                        os.path.join(args.root, "include")], input=text, text=True, check=True)
        times[name].append(time.monotonic() - start)
plain = statistics.median(times["plain Asio and Boost.JSON"])
for name, values in times.items():
    print(f"  {name:34s} {statistics.median(values):6.2f} s   {statistics.median(values) / plain:5.2f} ×")

print(f"\n{platform.platform()}, {os.cpu_count()} cores")
