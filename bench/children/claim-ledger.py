"""Claims tasks of a ledger with ai-producer's own client; the twin of claim-ledger.ts, told the same."""

import importlib.util
import json
import sqlite3
import sys
import time
import types
from pathlib import Path

# The ledger alone: the package itself would want its model libraries.
package = types.ModuleType("producer")
package.__path__ = list(importlib.util.find_spec("producer").submodule_search_locations)
sys.modules["producer"] = package

from producer.ledger import LedgerClient  # noqa: E402

given = json.loads(sys.argv[1])
ledger = LedgerClient(given["file"])
if given.get("durable"):
    ledger.conn.execute("PRAGMA synchronous = FULL")


refused = 0


def patiently(call, *args, **named):
    """Who finds the file in use for too long comes again."""
    global refused
    while True:
        try:
            return call(*args, **named)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            refused += 1


def claim(task_id):
    """The call of that name."""
    return patiently(ledger.claim_task, task_id, "code")


def take_up(task_id):
    """What its loop writes when it gives a task to its role."""
    task = claim(task_id)
    patiently(
        ledger.append_audit,
        agent_owner="producer",
        action="dispatch",
        detail={"task_id": task.id, "title": task.title, "agent_owner": "code", "reservation_usd": 0.1},
        task_id=task.id,
    )
    patiently(
        ledger.record_decision,
        task_id=task.id,
        agent_owner="producer",
        kind="dispatch",
        decision_text=f"{task.title} to code",
        rationale="it is owned by code and nothing it depends on is open",
    )


def claim_all(begin, end):
    work = claim if given["how"] == "claim" else take_up
    for number in range(begin, end):
        work(f"t-{number}")


def main():
    if given["how"] == "seed":
        ledger.seed_from_json(Path(given["seed"]))
        return
    begin = given["first"] + given["warmUp"]
    claim_all(given["first"], begin)
    print("{}", flush=True)
    sys.stdin.readline()
    at = time.time() * 1000
    claim_all(begin, begin + given["count"])
    print(json.dumps({"at": at, "ended": time.time() * 1000, "done": given["count"], "refused": refused}), flush=True)


main()
