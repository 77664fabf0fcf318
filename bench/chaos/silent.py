"""How long a page takes while 0, 4, 100 and 400 connections announce a body and send none.

    python -m bench.chaos.silent                      this checkout
    python -m bench.chaos.silent --checkout ../old    another one, for a figure before
    python -m bench.chaos.silent --pages 2 --silent 0,4

The attacker and the reader of the page share an address; a second row is a reader elsewhere. Loopback only, half a minute a number.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from albumsite.processes import endings
from bench.chaos.sites import Browser, ServedSite, in_words, silent_posts
from bench.harness import print_machine

PAGES = 20
PAGE_TIMEOUT_SECONDS = 3


def page_times(port: int, source: str, pages: int) -> tuple[list[float], int]:
    """Seconds of each page that came, and how many did not."""
    times, missing = [], 0
    for _ in range(pages):
        begun = time.monotonic()
        try:
            status, _body, _where = Browser(port, source).ask("GET", "/", timeout=PAGE_TIMEOUT_SECONDS)
        except OSError:
            status = 0
        if status == 200:
            times.append(time.monotonic() - begun)
        else:
            missing += 1
        if missing >= 3 and not times:
            break
    return times, missing


def main() -> None:
    endings.end_in_order()  # a SIGTERM, of `timeout` for instance, ends the site as well
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkout", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--pages", type=int, default=PAGES, help="of each reader")
    parser.add_argument("--silent", default="0,4,100,400", help="how many connections, one number after the other")
    options = parser.parse_args()
    print_machine()
    with ServedSite(options.checkout) as site:
        page_times(site.port, "127.0.0.1", options.pages)  # the first ones compile templates
        for number in map(int, options.silent.split(",")):
            silent = silent_posts(site.port, number, "127.0.0.1")
            for who, source in (("same address", "127.0.0.1"), ("elsewhere", "127.0.1.1")):
                print(f"{number} silent, {who}: {in_words(*page_times(site.port, source, options.pages))}", flush=True)
            for client in silent:
                client.close()
            time.sleep(1)


if __name__ == "__main__":
    main()
