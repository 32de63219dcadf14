"""Counts checks. Several programs add up in the file that CHURN_TALLY names.

    python tally.py    prints what that file holds
"""

import json
import os
import sys
import time
from pathlib import Path


class Tally:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.before = time.monotonic()

    def record(self, what: str, problem: str | None = None) -> None:
        took, self.before = time.monotonic() - self.before, time.monotonic()
        seconds = f" [{took:.1f} s]" if took >= 0.05 else ""
        if problem is None:
            self.passed += 1
            print(f"ok   {what}{seconds}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {what}{seconds}: {problem}", flush=True)

    def finish(self) -> None:
        """Adds the counts to those of the programs before, and exits with 1 where anything failed."""
        if file := os.environ.get("CHURN_TALLY"):
            before = counted(Path(file))
            counts = {"passed": before["passed"] + self.passed, "failed": before["failed"] + self.failed}
            Path(file).write_text(json.dumps(counts) + "\n")
        else:
            print(f"\n{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)


def counted(file: Path) -> dict[str, int]:
    return json.loads(file.read_text()) if file.exists() else {"passed": 0, "failed": 0}


if __name__ == "__main__":
    total = counted(Path(os.environ["CHURN_TALLY"]))
    print(f"\n{total['passed']} passed, {total['failed']} failed")
