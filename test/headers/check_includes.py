#!/usr/bin/env python3
"""Checks who includes what: check_includes.py ROOT, or --self-test."""

import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
STAGES = "request|transport|decode|stream|call"

# Folders (as a pattern of paths below the root), what they may not include, and why.
RULES = [
    (r"include/", r"boost/beast|boost/asio/ssl|boost/asio\.hpp|openssl/|ares\.h|zlib\.h|sqlite3\.h",
     "public headers stay light: no Beast, no OpenSSL, none of our private libraries"),
    (r"include/", rf"(?:.*/)?src/|(?:{STAGES}|platforms|emulator)/",
     "public headers include nothing of src/"),
    (r"src/(?:platforms/[^/]+/)?emulator/", rf"(?:{STAGES})/|corun/(?!testing/emulator\.hpp$)",
     "the emulator shares no code with the SDK"),
    (r"src/(?:platforms/[^/]+/)?emulator/", r"platforms/[^/]+/(?!emulator/)",
     "the emulator shares no code with the SDK"),
    (r"src/(?:request|decode)/", r"boost/asio|boost/beast",
     "requests and decoding are decided without I/O"),
    (rf"src/(?:{STAGES})/", r"(?:corun/)?(?:emulator|platforms)/|corun/testing/emulator\.hpp",
     "stages know no platform and no emulator"),
    (r"src/platforms/[^/]+/(?!emulator/)", r"(?:platforms/[^/]+/)?emulator/|corun/testing/emulator\.hpp",
     "a platform's client knows no emulator"),
]


def resolve(root, source, quote, text):
    """The include as a path below src/ or include/, where a quoted one is relative to its file."""
    if quote == '"':
        target = source.parent / text
        if target.exists():
            path = target.resolve().relative_to(root).as_posix()
            return re.sub(r"^(src|include)/", "", path)
    return text


def violations(root):
    root = root.resolve()
    sources = [path for folder in ("include", "src") for path in sorted((root / folder).rglob("*"))
               if path.suffix in (".hpp", ".cpp", ".ipp", ".h")]
    platforms = [path.name for path in (root / "src/platforms").glob("*") if path.is_dir()]
    for source in sources:
        name = source.relative_to(root).as_posix()
        own = re.match(r"src/platforms/([^/]+)/", name) or re.match(r"include/corun/([^/]+)/", name)
        for quote, text in INCLUDE.findall(source.read_text()):
            include = resolve(root, source, quote, text)
            for folders, forbidden, why in RULES:
                if re.match(folders, name) and re.match(forbidden, include):
                    yield f"{name} includes {text}: {why}"
            other = re.match(r"(?:corun|platforms)/([^/]+)/", include)
            if other and other[1] in platforms and (not own or own[1] != other[1]) and "emulator/" not in name:
                yield f"{name} includes {text}: shared code and platforms know no (other) platform"
    if not sources:
        yield "no sources found"


def self_test():
    cases = {
        "include/corun/a.hpp": "boost/beast/http.hpp",
        "include/corun/b.hpp": "openssl/ssl.h",
        "include/corun/c.hpp": "request/url.hpp",
        "include/corun/d.hpp": "corun/flowmaestro/client.hpp",
        "src/emulator/a.cpp": "corun/json.hpp",
        "src/emulator/b.cpp": "decode/json.hpp",
        "src/platforms/flowmaestro/emulator/a.cpp": "platforms/flowmaestro/client.hpp",
        "src/platforms/flowmaestro/a.cpp": "emulator/store.hpp",
        "src/decode/a.cpp": "boost/asio/awaitable.hpp",
        "src/request/a.cpp": "platforms/flowmaestro/client.hpp",
    }
    allowed = {
        "include/corun/e.hpp": "boost/asio/awaitable.hpp",
        "src/emulator/c.cpp": "corun/testing/emulator.hpp",
        "src/emulator/d.cpp": "emulator/store.hpp",
        "src/call/b.cpp": "transport/pool.hpp",
        "src/platforms/flowmaestro/b.cpp": "corun/flowmaestro/client.hpp",
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, include in {**cases, **allowed}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(f"#pragma once\n#include <{include}>\n")
        found = {line.split(" ", 1)[0] for line in violations(root)}
    if found != set(cases):
        sys.exit(f"missed: {sorted(set(cases) - found)}, wrongly reported: {sorted(found - set(cases))}")


if sys.argv[1:] == ["--self-test"]:
    self_test()
else:
    lines = list(violations(pathlib.Path(sys.argv[1])))
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
