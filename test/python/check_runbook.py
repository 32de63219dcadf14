"""Follows docs/snowflake.md on an account that holds nothing but what a loader has brought, for every way of landing.

Every command runs as the page has it, in its order, in one shell. The account is the test endpoint, with all grants checked.
Two programs stand beside it: `snow` sends statements by the real Node client, and `dbt` is the real one with its Snowflake
adapter, whose statements the endpoint allows or refuses and fakesnow computes.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "test" / "python" / "runbook"
LANDINGS = ("shared", "schema_per_tenant", "kafka")


def main() -> None:
    tally = Tally()
    # They wait for each other's programs more than they compute.
    with ThreadPoolExecutor(max_workers=2) as workers:
        list(workers.map(lambda landing: follow_in_a_folder(tally, landing), sys.argv[1:] or LANDINGS))
    tally.finish()


def follow_in_a_folder(tally: Tally, landing: str) -> None:
    with tempfile.TemporaryDirectory(prefix="churn-runbook-") as folder:
        follow(tally, landing, Path(folder))


def follow(tally: Tally, landing: str, folder: Path) -> None:
    passphrase = "of the runbook"
    make_key(folder, passphrase)
    account = subprocess.Popen(
        ["node", "--import", "tsx", str(HERE / "serve-landing.ts"), landing, str(folder), str(folder / "admin.pub")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        says = json.loads(account.stdout.readline())
        environment = environment_of(landing, folder, says, passphrase)
        prepare(folder, landing, says)
        for title, commands in blocks(landing):
            done = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", f"{commands}\nexport -p > {folder}/exported"],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
            )
            said = (done.stdout + done.stderr).strip()
            tally.record(f"runbook {landing}: {title}", None if done.returncode == 0 else f"{done.returncode}: {said[-3000:]}")
            if done.returncode != 0:
                return
            environment = exported(folder, environment)
    finally:
        account.stdin.close()
        account.wait(30)


def make_key(folder: Path, passphrase: str) -> None:
    """The administrator has one already."""
    subprocess.run(
        "openssl genrsa 2>/dev/null 2048 | openssl pkcs8 -topk8 -v2 aes-256-cbc -passout env:PASS -out admin.p8 && "
        "openssl rsa -in admin.p8 -passin env:PASS -pubout -out admin.pub 2>/dev/null",
        shell=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PASS": passphrase},
    )


def environment_of(landing: str, folder: Path, says: dict, passphrase: str) -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "NODE_OPTIONS")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
        "CHURN_HOME": f"{folder}/home",
        "SNOWFLAKE_ACCESS_URL": says["accessUrl"],
        "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": passphrase,
        "BESIDE_ENDPOINT": says["beside"],
        "LANDING": landing,
        "TENANT": next(tenant for tenant in says["tenants"] if tenant != "platform"),
        "LANDING_SCHEMAS": " ".join(f"--landing-schema {schema}" for schema in says["schemas"])
        if landing == "schema_per_tenant"
        else "",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }


def prepare(folder: Path, landing: str, says: dict) -> None:
    (folder / "bin").mkdir()
    (folder / "features").symlink_to(ROOT / "features")
    programs = {
        "churn": f'exec node "{ROOT}/cli/churn.mjs" "$@"',
        "snow": f'exec node --import "file://{ROOT}/node_modules/tsx/dist/loader.mjs" "{HERE}/run-sql.ts" "$@"',
        "dbt": f'exec "{sys.executable}" "{HERE}/dbt_beside.py" "$@"',
    }
    for name, command in programs.items():
        script = folder / "bin" / name
        script.write_text(f"#!/bin/sh\n{command}\n")
        script.chmod(0o755)
    values = ", ".join(f"('{tenant}', '{schema}')" for tenant, schema in zip(says["tenants"], says["schemas"]))
    (folder / "tenant-schemas.sql").write_text(f'insert into "RAW"."TENANT_SCHEMAS" values {values};\n')
    (folder / "settings.csv").write_text("tenant_id,silent_days\n%s,45\n" % says["tenants"][0])


def blocks(landing: str) -> list[tuple[str, str]]:
    """Shell blocks of the set-up, by their heading or step. One that begins with `# LANDING` is for that landing alone."""
    page = (ROOT / "docs" / "snowflake.md").read_text()
    found = []
    title = ""
    for part in re.split(r"^(?=## |\d+\. \*\*)", page, flags=re.M):
        title = re.match(r"(?:## |\d+\. \*\*)([^\n*]*)", part)
        for block in re.findall(r"^ *```sh\n(.*?)^ *```$", part, flags=re.M | re.S):
            commands = re.sub(r"^ {3}", "", block, flags=re.M)
            only = re.match(r"# (shared|schema_per_tenant|kafka)\n", commands)
            if "npm run bench" in commands or "CHURN_FAULTS" in commands or (only and only[1] != landing):
                continue
            found.append((title[1].strip(".") if title else "", commands))
    return found


def exported(folder: Path, before: dict[str, str]) -> dict[str, str]:
    """What a block exported, for those that follow."""
    shown = subprocess.run(
        ["bash", "-c", f"source {folder}/exported; env -0"], env=before, capture_output=True, text=True, check=True
    ).stdout
    return dict(pair.split("=", 1) for pair in shown.split("\0") if pair)


if __name__ == "__main__":
    main()
