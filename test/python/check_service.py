"""Has schemathesis test the running service from its OpenAPI document, with all checks and a valid token: once with
identifiers that it makes up, once with identifiers that exist."""

import subprocess
import tempfile
from pathlib import Path

from tally import Tally

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = 50
SEED = 1


def main() -> None:
    tally = Tally()
    environment = subprocess.run([HERE / "environment", "service"], check=True, stdout=subprocess.PIPE, text=True)
    schemathesis = Path(environment.stdout.strip()).with_name("schemathesis")
    service = subprocess.Popen(
        ["node", "--import", "tsx", "test/python/serve-small-marts.ts"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url, token = service.stdout.readline().split()
        for identifiers, options in {
            "made up": [],
            "that exist": ["--config-file", HERE / "schemathesis.toml"],
        }.items():
            problem = run(schemathesis, options, url, token)
            tally.record(f"schemathesis, all checks, identifiers {identifiers}", problem)
    finally:
        # It serves until its input ends.
        service.stdin.close()
        service.wait(timeout=30)
    tally.finish()


def run(schemathesis: Path, options: list, url: str, token: str) -> str | None:
    command = [
        *(schemathesis, *options, "run", f"{url}/openapi.json", "--header", f"Authorization: Bearer {token}"),
        *("--checks", "all", "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-database", "none"),
        *("--no-color", "--warnings", "off"),
    ]
    # An empty folder to run in: it takes up a configuration that lies about.
    with tempfile.TemporaryDirectory(prefix="churn-schemathesis-") as folder:
        finished = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(finished.stdout, flush=True)
    return None if finished.returncode == 0 else "see above"


if __name__ == "__main__":
    main()
