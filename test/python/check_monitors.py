"""Has Datadog's own client read the monitors, objectives and dashboard, and runs the queries of the Monte Carlo monitors on
fakesnow: with a good night behind them, and after the fault that each is there for. What Monte Carlo itself thinks of the file
only its server can say."""

import json
import logging
import subprocess
import tempfile
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path

warnings.filterwarnings("ignore")

import fakesnow  # noqa: E402
import snowflake.connector  # noqa: E402
import yaml  # noqa: E402
from tally import Tally  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
MONITORING = ROOT / "serving" / "monitoring"
CLIENT = "@datadog/datadog-api-client@1.64.0"
DATADOG = {"monitors": "Monitor", "slos": "ServiceLevelObjectiveRequest", "dashboard": "Dashboard"}
COMPARES = {"GT": lambda found, limit: found > limit, "LT": lambda found, limit: found < limit}


def main() -> None:
    tally = Tally()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="churn-datadog-") as folder:
        install = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", CLIENT]
        subprocess.run(install, check=True)
        tally.record("datadog's client is installed")
        check_datadog(tally, Path(folder))
    check_montecarlo(tally)
    tally.finish()


def check_datadog(tally: Tally, client: Path) -> None:
    for name, kind in DATADOG.items():
        tally.record(f"datadog: {name} are what its client understands", understood(client, kind, MONITORING / "datadog" / f"{name}.json"))
    monitor = json.loads((MONITORING / "datadog" / "monitors.json").read_text())[0]
    dashboard = json.loads((MONITORING / "datadog" / "dashboard.json").read_text())
    broken = {
        "a monitor without a query": ("Monitor", {key: value for key, value in monitor.items() if key != "query"}),
        "a monitor of no known type": ("Monitor", {**monitor, "type": "guess alert"}),
        "a widget of no known type": ("Dashboard", {**dashboard, "widgets": [{"definition": {"type": "guess"}}]}),
    }
    for what, (kind, document) in broken.items():
        file = client / "broken.json"
        file.write_text(json.dumps(document))
        tally.record(f"datadog: {what} is found", None if understood(client, kind, file) else "it was understood")


def understood(client: Path, kind: str, file: Path) -> str | None:
    read = ["node", str(ROOT / "test" / "python" / "datadog" / "read-with-client.cjs"), str(client), kind, str(file)]
    return subprocess.run(read, check=True, stdout=subprocess.PIPE, text=True).stdout.strip() or None


def check_montecarlo(tally: Tally) -> None:
    monitors = yaml.safe_load((MONITORING / "montecarlo" / "monitors.yml").read_text())["montecarlo"]["custom_sql"]
    with fakesnow.patch():
        connection = snowflake.connector.connect(database="CHURN", schema="PUBLIC")
        cursor = connection.cursor()
        for statement in TABLES:
            cursor.execute(statement)
        for number in range(9):
            land_night(cursor, days_ago=number)
        found = {monitor["name"]: alerts(cursor, monitor) for monitor in monitors}
        tally.record("monte carlo: after a good night no monitor alerts", str(found) if any(found.values()) else None)
        for fault, change, expected in FAULTS:
            cursor.execute("begin")
            cursor.execute(change)
            alerting = {monitor["name"] for monitor in monitors if alerts(cursor, monitor)}
            cursor.execute("rollback")
            tally.record(f"monte carlo: {fault}", None if alerting == expected else f"{sorted(alerting)} alert")
        untested = {monitor["name"] for monitor in monitors} - {name for *_, expected in FAULTS for name in expected}
        tally.record("monte carlo: each monitor alerts of some fault", str(untested) if untested else None)


TABLES = (
    "create schema SCORES",
    "create schema RAW",
    "create table SCORES.SCORE_RUNS (RUN_ID varchar, TENANT_ID varchar, STATUS varchar, FINISHED_AT timestamp_ntz)",
    "create table SCORES.ACCOUNT_CHURN_SCORES (TENANT_ID varchar, ACCOUNT_ID varchar, AS_OF_DATE date, REVISION int)",
    "create table RAW.PLATFORM_EVENTS (TENANT_ID varchar, LOADED_AT timestamp_ntz)",
)
# What happened, the statement that makes it so, and the monitors that must alert, and no others.
FAULTS = (
    (
        "the last night did not run",
        "delete from SCORES.SCORE_RUNS where FINISHED_AT > dateadd('hour', -28, sysdate())",
        {"churn_hours_since_last_night", "churn_tenants_without_last_night"},
    ),
    (
        "nobody was ever scored",
        "delete from SCORES.SCORE_RUNS",
        {"churn_hours_since_last_night"},
    ),
    (
        "one tenant was refused",
        "update SCORES.SCORE_RUNS set STATUS = 'refused' where TENANT_ID = 'acme' and FINISHED_AT > dateadd('hour', -28, sysdate())",
        {"churn_tenants_without_last_night"},
    ),
    (
        "half of the accounts are gone",
        "delete from SCORES.ACCOUNT_CHURN_SCORES where ACCOUNT_ID like 'odd%' and AS_OF_DATE > dateadd('day', -2, sysdate())",
        {"churn_accounts_scored_against_a_week_ago"},
    ),
    (
        "scores of the last days are missing",
        "delete from SCORES.ACCOUNT_CHURN_SCORES where AS_OF_DATE > dateadd('day', -4, sysdate())",
        {"churn_hours_since_newest_scored_day"},
    ),
    (
        "no events came within a day",
        "delete from RAW.PLATFORM_EVENTS where LOADED_AT > dateadd('hour', -24, sysdate())",
        {"churn_events_against_a_week_ago"},
    ),
)


def land_night(cursor, days_ago: int) -> None:
    night = datetime.now(timezone.utc) - timedelta(days=days_ago, hours=6)
    for tenant in ("acme", "globex"):
        run = f"{tenant}-{days_ago}"
        cursor.execute(f"insert into SCORES.SCORE_RUNS values ('{run}', '{tenant}', 'succeeded', '{night:%Y-%m-%d %H:%M:%S}')")
        for account in ("odd-1", "even-2", "odd-3", "even-4"):
            # Some are computed again.
            for revision in range(1 + (days_ago == 7)):
                cursor.execute(
                    f"insert into SCORES.ACCOUNT_CHURN_SCORES values ('{tenant}', '{account}', '{night:%Y-%m-%d}', {revision})"
                )
        cursor.execute(f"insert into RAW.PLATFORM_EVENTS values ('{tenant}', '{night:%Y-%m-%d %H:%M:%S}')")


def alerts(cursor, monitor: dict) -> bool:
    """As Monte Carlo asks: one row, one number, one condition."""
    rows = cursor.execute(monitor["sql"]).fetchall()
    assert len(rows) == 1 and len(rows[0]) == 1, f"{monitor['name']}: {rows}"
    (condition,) = monitor["alert_conditions"]
    return COMPARES[condition["operator"]](float(rows[0][0]), condition["threshold_value"])


if __name__ == "__main__":
    main()
