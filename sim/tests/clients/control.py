#!/usr/bin/env python3
"""A client of the simulator's control API that knows the written interface alone: `control.py PATH_OF_WXPAY`.

It starts `wxpay sim`, goes through the routes, and says on which line what is not as written. Python 3.9 and its standard library.
"""

import json
import os
import subprocess
import sys
import tempfile

from chapters import calls, clock, combined, complaints, faults, general, merchants, notices, orders, refunds, sharing, transfers
from tools.api import Api
from tools.checks import Checks
from tools.merchant import Merchant, public_numbers
from tools.receiver import Receiver

SEED = 11


def go_through(ready, folder):
    checks = Checks()
    api, receiver = Api(ready["http"], checks), Receiver()
    with open(os.path.join(folder, "keys", "platform", "pub_key.pem"), encoding="ascii") as file:
        public_key = public_numbers(file.read())
    merchant = Merchant.of(api)
    checks.run("8.1 general", general.run, api, checks, merchant, SEED)
    checks.run("8.2 clock", clock.run, api, checks, merchant)
    checks.run("8.4 orders", orders.run, api, checks, merchant, receiver)
    checks.run("8.4 combined orders", combined.run, api, checks, merchant)
    checks.run("8.5 refunds", refunds.run, api, checks, merchant, receiver)
    checks.run("8.5 transfers", transfers.run, api, checks, merchant, receiver)
    checks.run("8.5 sharing", sharing.run, api, checks, merchant, receiver, public_key)
    checks.run("8.6 complaints", complaints.run, api, checks, merchant, receiver)
    checks.run("8.7 notices", notices.run, api, checks, merchant, receiver, public_key)
    checks.run("8.8 faults, answers, bills", faults.run, api, checks, merchant)
    checks.run("8.9 calls", calls.run, api, checks, merchant)
    # The last one: it changes the keys that the others sign with.
    checks.run("8.3 merchants", merchants.run, api, checks)
    return checks


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        free = [word for flag in ("--listen", "--tls", "--proxy") for word in (flag, "127.0.0.1:0")]
        command = [program, "sim", *free, "--keys", os.path.join(folder, "keys"), "--seed", str(SEED), "--json"]
        child = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
        try:
            checks = go_through(json.loads(child.stdout.readline()), folder)
        finally:
            child.terminate()
            rest = child.stdout.read()
            code = child.wait()
    checks.equal((rest, code), (b"", 0), "what is on stdout after the ready line, and the exit code")
    print("\n".join(checks.departures))
    print(f"{checks.count} checks, {len(checks.departures)} departures")
    return 1 if checks.departures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
