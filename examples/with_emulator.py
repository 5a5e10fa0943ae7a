#!/usr/bin/env python3
"""Runs a program beside a fresh emulator.

with_emulator.py EMULATOR [OPTION…] -- PROGRAM [ARGUMENT…]

The emulator gets a free port for each platform; the program gets the variables that each platform's client reads.
Ends with the program's exit status; 70 where the emulator did not start.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import tempfile

API_KEY = "fm_live_example_key_of_the_local_emulator"
READY_SECONDS = 30
VARIABLES = {"deeporigin": ("DO_BASE_URL", "DO_AUTH_TOKEN")}  # of platforms that have names of their own


def end_with_parent():
    """The kernel ends the child when this process dies, however it dies."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def first_line(stream):
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], READY_SECONDS)
        part = os.read(stream.fileno(), 4096) if ready else b""
        if not part:
            return None
        text += part
    return text.decode()


def main():
    arguments = sys.argv[1:]
    if "--" not in arguments or arguments.index("--") == 0:
        sys.exit(__doc__)
    split = arguments.index("--")
    emulator_command, program_command = arguments[:split], arguments[split + 1:]

    with tempfile.TemporaryFile() as log:
        emulator = subprocess.Popen(
            emulator_command + ["--port", "flowmaestro=0", "--api-key", API_KEY],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            start_new_session=True, preexec_fn=end_with_parent)
        try:
            line = first_line(emulator.stdout)
            if line is None:
                log.seek(0)
                sys.stderr.write("the emulator did not start:\n" + log.read().decode(errors="replace"))
                return 70
            environment = dict(os.environ)
            for platform, url in json.loads(line).items():
                names = VARIABLES.get(platform, (platform.upper() + "_BASE_URL", platform.upper() + "_API_KEY"))
                environment.update(zip(names, (url, API_KEY)))
            program = subprocess.Popen(program_command, env=environment, preexec_fn=end_with_parent)
            # Ctrl-C reaches the program by itself; the emulator stays until the program has ended.
            signal.signal(signal.SIGINT, lambda received, frame: None)
            signal.signal(signal.SIGTERM, lambda received, frame: program.send_signal(received))
            status = program.wait()
            return status if status >= 0 else 128 - status
        finally:
            emulator.terminate()
            try:
                emulator.wait(timeout=10)
            except subprocess.TimeoutExpired:
                emulator.kill()
                emulator.wait()


if __name__ == "__main__":
    sys.exit(main())
