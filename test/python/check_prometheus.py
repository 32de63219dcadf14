"""Has promtool check the alert rules and run their unit tests. Installs promtool where apt can, and says
so where it cannot."""

import re
import shutil
import subprocess
from pathlib import Path

from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "serving" / "monitoring" / "prometheus" / "rules.yml"
TESTS = ROOT / "test" / "python" / "prometheus" / "rules.test.yml"


def main() -> None:
    tally = Tally()
    why_not = install()
    if why_not is not None:
        print(f"skipped: {why_not}", flush=True)
        tally.finish()
    tally.record("promtool is here")
    tally.record("prometheus: the rules are valid", promtool("check", "rules", str(RULES)))
    tally.record("prometheus: their unit tests pass", promtool("test", "rules", str(TESTS)))
    expected = set(re.findall(r"alertname: (\w+)\n +exp_alerts:", TESTS.read_text()))
    untested = sorted(set(re.findall(r"- alert: (\w+)", RULES.read_text())) - expected)
    tally.record("prometheus: a test expects each of the alerts", f"none expects {untested}" if untested else None)
    tally.finish()


def install() -> str | None:
    """Why there is no promtool; None where there is."""
    if shutil.which("promtool"):
        return None
    if not shutil.which("apt-get"):
        return "there is no promtool and no apt-get to install it"
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "prometheus"]):
        done = subprocess.run(["apt-get", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            return f"apt-get {command[0]} failed: {done.stdout.strip().splitlines()[-1:]}"
    return None if shutil.which("promtool") else "the package has no promtool"


def promtool(*arguments: str) -> str | None:
    done = subprocess.run(["promtool", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return None if done.returncode == 0 else done.stdout.strip()


if __name__ == "__main__":
    main()
