"""Builds the marts as Snowflake would and compares them with the embedded engine's, for every way of landing.

dbt with its Snowflake adapter runs against fakesnow, which reads Snowflake SQL and runs it on a DuckDB of its own. The same
raw rows land in one schema, in a schema per tenant, and as the Kafka connector's records; each time every table must
hold the rows that the embedded engine built, duplicates counted. check_runbook.py runs the project's tests. In the
schemas the last rows arrive between two builds, of which the second one builds on the first.
"""

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import fakesnow  # noqa: E402
import snowflake.connector  # noqa: E402
from fakesnow.cursor import FakeSnowflakeCursor  # noqa: E402
from tally import Tally  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "features" / "dbt"
# fakesnow numbers the elements of flattened lists across rows, so what follows from their order is not compared.
BY_POSITION = {
    # Digests are compared within one warehouse only.
    "int_row_digests": {"row_digest"},
    "int_built_rows": {"row_digest"},
    "current_risk_drivers": {"position"},
    "current_risk": {"drivers", "change_drivers", "top_reason", "top_play"},
}
# fakesnow does not know the parameters that sessions set.
SESSION_PARAMETERS = r"(?i)^alter session set"
LANDED = ("platform_events", "accounts", "subscriptions", "support_tickets")


def main() -> None:
    tally = Tally()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="churn-snowflake-") as folder:
        by_engine, raw_only = Path(folder) / "by_engine.duckdb", Path(folder) / "raw_only.duckdb"
        script = ROOT / "test" / "python" / "fill-warehouses.ts"
        subprocess.run(
            ["node", "--import", "tsx", str(script), str(by_engine), str(raw_only)], check=True, cwd=ROOT
        )
        configure(Path(folder))
        allow_temporary_names()
        for landing, land in (("shared", land_shared), ("schema_per_tenant", land_schemas), ("kafka", land_records)):
            with fakesnow.patch(nop_regexes=[SESSION_PARAMETERS]):
                connection = snowflake.connector.connect(database="CHURN", schema="RAW")
                engine = connection._duck_conn
                engine.execute(f"attach '{raw_only}' as landed (read_only)")
                engine.execute(f"attach '{by_engine}' as engine (read_only)")
                for table in tables(engine, "scores"):
                    engine.execute("create schema if not exists CHURN.SCORES")
                    engine.execute(f"create table CHURN.SCORES.{table.upper()} as {upper_case(engine, 'scores', table)}")
                land(engine)
                if landing == "schema_per_tenant":
                    check_second_build(tally, landing, Path(folder), engine)
                else:
                    build(tally, landing, Path(folder))
                    compare(tally, landing, engine)
                if landing == "kafka":
                    check_tombstone(tally, engine)
                    check_readable(tally, Path(folder))
                    check_zone(tally, engine, Path(folder))
                check_freshness(tally, landing, Path(folder), last_loaded(engine))
    tally.finish()


def allow_temporary_names() -> None:
    """Snowflake takes a temporary view under a full name; the engine below fakesnow does not, so here it is a lasting one."""
    execute = FakeSnowflakeCursor.execute

    def without_temporary(self, command, *args, **kwargs):
        return execute(self, re.sub(r"(?i)\bcreate or replace\s+temporary view\b", "create or replace view", command), *args, **kwargs)

    FakeSnowflakeCursor.execute = without_temporary


def configure(folder: Path) -> None:
    """What the profile asks for; fakesnow signs anybody in."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = folder / "key.p8"
    key.write_bytes(
        rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    os.environ.update(
        SNOWFLAKE_ACCOUNT="test",
        SNOWFLAKE_USER="dbt",
        SNOWFLAKE_WAREHOUSE="CHURN",
        SNOWFLAKE_DATABASE="CHURN",
        SNOWFLAKE_PRIVATE_KEY_PATH=str(key),
        DO_NOT_TRACK="1",
    )


def tables(engine, schema: str) -> list[str]:
    return [
        name
        for (name,) in engine.execute(
            "select table_name from duckdb_tables() where database_name = 'landed' and schema_name = ?", [schema]
        ).fetchall()
    ]


def columns(engine, schema: str, table: str, database: str = "landed") -> list[tuple[str, str]]:
    return engine.execute(
        "select column_name, data_type from duckdb_columns() where database_name = ? and schema_name = ? "
        "and table_name = ? order by column_index",
        [database, schema, table],
    ).fetchall()


def upper_case(engine, schema: str, table: str, **changed: str) -> str:
    """Names without quotes are upper case in Snowflake."""
    selected = ", ".join(
        f'{changed.get(name, chr(34) + name + chr(34))} as "{name.upper()}"' for name, _ in columns(engine, schema, table)
    )
    return f"select {selected} from landed.{schema}.{table}"


def land_shared(engine) -> None:
    for table in tables(engine, "raw"):
        engine.execute(f"create table CHURN.RAW.{table.upper()} as {upper_case(engine, 'raw', table)}")


def land_schemas(engine) -> None:
    """Every tenant's rows in its own schema, all of them claiming to be somebody else's: the schema decides."""
    for table in tables(engine, "raw"):
        if table not in LANDED:
            engine.execute(f"create table CHURN.RAW.{table.upper()} as {upper_case(engine, 'raw', table)}")
    every = " union ".join(f"select tenant_id from landed.raw.{table}" for table in LANDED)
    tenants = [tenant for (tenant,) in engine.execute(f"select * from ({every}) order by 1").fetchall()]
    engine.execute('create table CHURN.RAW.TENANT_SCHEMAS ("TENANT_ID" varchar, "SCHEMA_NAME" varchar)')
    for number, tenant in enumerate(tenants):
        schema = f"RAW_TENANT_{number}"
        engine.execute(f"create schema CHURN.{schema}")
        engine.execute("insert into CHURN.RAW.TENANT_SCHEMAS values (?, ?)", [tenant, schema])
        for table in LANDED:
            claiming = upper_case(engine, "raw", table, tenant_id="'platform'")
            engine.execute(f"create table CHURN.{schema}.{table.upper()} as {claiming} where tenant_id = ?", [tenant])


def land_records(engine) -> None:
    """As the connector lands them: some records twice."""
    for table in tables(engine, "raw"):
        if table not in LANDED:
            engine.execute(f"create table CHURN.RAW.{table.upper()} as {upper_case(engine, 'raw', table)}")
            continue
        fields = columns(engine, "raw", table)
        # Some times in another offset, and some without one, which are UTC: an instant is an instant.
        content = ", ".join(
            f"'{name}', case when r % 3 = 0 then strftime({name}, '%Y-%m-%dT%H:%M:%S.%gZ') "
            f"when r % 3 = 1 then strftime({name}, '%Y-%m-%d %H:%M:%S.%g') else strftime({name} + interval 2 hour, '%Y-%m-%dT%H:%M:%S.%g+02:00') end"
            if kind.startswith("TIMESTAMP")
            else f"'{name}', {name}"
            for name, kind in fields
        )
        metadata = (
            f"json_object('topic', 'crm.{table}', 'partition', r % 3, 'offset', {{offset}}, 'CreateTime', {{time}})"
        )
        source = f"(select row_number() over () as r, * from landed.raw.{table})"
        record = f"select {metadata.format(offset='r', time='epoch_ms(loaded_at)')} as m, json_object({content}) as c from {source}"
        records = [record, f"{record} where r % 5 = 0"]
        rows = " union all ".join(f"({one})" for one in records)
        engine.execute(
            f'create table CHURN.RAW.{table.upper()} as select m as "RECORD_METADATA", c as "RECORD_CONTENT" from ({rows})'
        )
    land_tombstone(engine)
    land_unreadable(engine)


def land_unreadable(engine) -> None:
    """A value that is no time stops no build; its record is left out."""
    metadata = "json_object('topic', 'crm.platform_events', 'partition', 9, 'offset', 1, 'CreateTime', 1780000000000)"
    content = """json_object('tenant_id', 'odd', 'account_id', 'silent', 'event_type', 'login', 'event_time', 'yesterday', 'quantity', 'many')"""
    engine.execute(f"insert into CHURN.RAW.PLATFORM_EVENTS values ({metadata}, {content})")


def land_tombstone(engine) -> None:
    """An account that only Kafka knows, and the record without content that takes it back."""
    key = """json_object('tenant_id', 'odd', 'account_id', 'taken back')::varchar"""
    metadata = f"json_object('topic', 'crm.accounts', 'partition', 9, 'offset', {{}}, 'CreateTime', 1780000000000, 'key', {key})"
    content = "json_object('tenant_id', 'odd', 'account_id', 'taken back', 'created_at', '2026-01-01T00:00:00Z')"
    engine.execute(f"insert into CHURN.RAW.ACCOUNTS values ({metadata.format(1)}, {content}), ({metadata.format(2)}, null)")


def build(tally: Tally, landing: str, folder: Path) -> None:
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(
        [
            *("--quiet", "--no-partial-parse", "--no-version-check", "build", "--target", "snowflake", "--threads", "1"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / landing), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps({"landing": landing})),
            *("--resource-type", "model", "--resource-type", "seed"),
        ]
    )
    if outcome.result is None:
        tally.record(f"snowflake {landing}: dbt build", str(outcome.exception))
        return
    for result in outcome.result.results:
        kind, _, name = result.node.unique_id.split(".", 2)
        if str(result.status) in ("success", "pass"):
            tally.record(f"snowflake {landing}: dbt {kind} {name}")
        elif str(result.status) != "no-op":
            tally.record(f"snowflake {landing}: dbt {kind} {name}", result.message or str(result.status))


def check_second_build(tally: Tally, landing: str, folder: Path, engine) -> None:
    """A build that replaces slices leaves what a full one would; tables of what was built anew hold less, as they should."""
    late = hold_back_last_weeks(engine)
    build(tally, landing, folder)
    before = engine.execute("select max(as_of_date) from CHURN.ANALYTICS.ACCOUNT_FEATURES").fetchone()[0]
    for table in late:
        engine.execute(f"insert into {table} select * from {held(table)}")
    build(tally, landing, folder)
    every, anew = (
        engine.execute(f"select count(distinct (tenant_id, as_of_date)) from CHURN.{table}").fetchone()[0]
        for table in ("ANALYTICS.ACCOUNT_FEATURES", "INTERMEDIATE.INT_REBUILT_DATES")
    )
    problem = None if late and 0 < anew < every / 2 else f"{len(late)} tables held back, {anew} of {every} dates anew"
    tally.record(f"snowflake {landing}: a second build keeps most dates, the first ended {before}", problem)
    compare(tally, landing, engine, {"staging", "analytics", "scores"})


def held(table: str) -> str:
    return f"CHURN.PUBLIC.HELD_{table.replace('.', '_')}"


def hold_back_last_weeks(engine) -> list[str]:
    """Sets rows of the last weeks aside; returns the tables that had any."""
    schemas = "select distinct schema_name from duckdb_tables() where schema_name like 'RAW_TENANT_%'"
    tables_of_tenants = [
        f"CHURN.{schema}.{name.upper()}" for (schema,) in engine.execute(schemas).fetchall() for name in LANDED
    ]
    last_day = engine.execute("select max(loaded_at) from landed.raw.platform_events").fetchone()[0]
    late = []
    engine.execute("create schema if not exists CHURN.PUBLIC")
    for table in tables_of_tenants:
        is_late = f"LOADED_AT > timestamp '{last_day}' - interval 60 day"
        engine.execute(f"create table {held(table)} as select * from {table} where {is_late}")
        engine.execute(f"delete from {table} where {is_late}")
        if engine.execute(f"select count(*) from {held(table)}").fetchone()[0] > 0:
            late.append(table)
    return late


def last_loaded(engine) -> dict[str, str]:
    """When the last row of every loaded table was loaded."""
    return {
        table: str(engine.execute(f"select max(loaded_at) from landed.raw.{table}").fetchone()[0])[:19]
        for table in (*LANDED, "currency_rates")
    }


def check_freshness(tally: Tally, landing: str, folder: Path, expected: dict[str, str]) -> None:
    """Rows of months ago are stale; what counts is that dbt finds the last loading of every source."""
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(
        [
            *("--quiet", "--no-partial-parse", "--no-version-check", "source", "freshness", "--target", "snowflake"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / landing), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps({"landing": landing}), "--threads", "1"),
            *("--select", "source:raw"),
        ]
    )
    results = list(outcome.result.results) if outcome.result is not None else []
    told = {result.node.name: str(getattr(result, "max_loaded_at", None))[:19] for result in results}
    for table, latest in expected.items():
        problem = None if told.get(table) == latest else f"last loaded {latest}, dbt says {told.get(table)} {outcome.exception or ''}"
        tally.record(f"snowflake {landing}: source freshness {table}", problem)


def check_readable(tally: Tally, folder: Path) -> None:
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(
        [
            *("--quiet", "--no-partial-parse", "--no-version-check", "test", "--target", "snowflake", "--threads", "1"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--select", "source:raw"),
            *("--target-path", str(folder / "kafka"), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps({"landing": "kafka"})),
        ]
    )
    found = {
        result.node.test_metadata.kwargs["table"]: (str(result.status), result.failures)
        for result in outcome.result.results
        if result.node.test_metadata.name == "is_readable"
    }
    expected = {**{table: ("pass", 0) for table in LANDED}, "platform_events": ("warn", 1)}
    tally.record("snowflake kafka: unreadable records are counted", None if found == expected else str(found))


def check_zone(tally: Tally, engine, folder: Path) -> None:
    """As in a new account, whose sessions are in Los Angeles."""
    from dbt.cli.main import dbtRunner

    texts = {
        "2026-03-01 00:00:00.5": "2026-03-01 00:00:00.5",
        "2026-03-01T02:00:00+02:00": "2026-03-01 00:00:00",
        "2026-03-01T00:00:00Z": "2026-03-01 00:00:00",
        "2026-03-01": "2026-03-01 00:00:00",
        "yesterday": "None",
    }
    engine.execute("create table CHURN.RAW.TEXTS as select x, json_object('at', x) as RECORD_CONTENT from (values "
                   + ", ".join(f"('{text}')" for text in texts) + ") as t(x)")
    engine.execute("set global TimeZone = 'America/Los_Angeles'")
    outcome = dbtRunner().invoke(
        [
            *("--quiet", "--no-partial-parse", "--no-version-check", "show", "--target", "snowflake", "--threads", "1"),
            *("--inline", "select x, to_varchar({{ record_field('at', 'timestamp') }}) as at from CHURN.RAW.TEXTS"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "kafka"), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps({"landing": "kafka"})),
        ]
    )
    engine.execute("set global TimeZone = 'UTC'")
    table = outcome.result.results[0].agate_table if outcome.result else None
    found = {row[0]: str(row[1]) for row in table.rows} if table else outcome.exception
    tally.record("snowflake kafka: times are UTC in any session", None if found == texts else str(found))


def check_tombstone(tally: Tally, engine) -> None:
    counted = "select count(*) from CHURN.STAGING.{} where account_id = 'taken back'"
    found = [engine.execute(counted.format(name)).fetchone()[0] for name in ("STG_ERASED_ACCOUNTS", "STG_ACCOUNTS")]
    tally.record("snowflake kafka: a tombstone keeps its account out", None if found == [1, 0] else f"{found} rows")


def compare(tally: Tally, landing: str, engine, schemas: set[str] | None = None) -> None:
    """Same rows, duplicates counted; the two engines' integers have other widths."""
    for model in json.loads((PROJECT / "compiled" / "manifest.json").read_text())["models"]:
        schema, name = model["schema"], model["name"]
        if schemas is not None and schema not in schemas:
            continue
        what = f"snowflake {landing}: {schema}.{name}"
        ignored = BY_POSITION.get(name, set()) | {"loaded_at"}
        listed = ", ".join(column for column, _ in columns(engine, schema, name, "engine") if column not in ignored)
        ours = f"select {listed} from engine.{schema}.{name}"
        theirs = f"select {listed} from CHURN.{schema.upper()}.{name.upper()}"
        if name == "stg_erased_accounts":
            theirs += " where account_id <> 'taken back'"
        try:
            rows, only_ours, only_theirs = (
                engine.execute(f"select count(*) from ({query})").fetchone()[0]
                for query in (ours, f"{ours} except all {theirs}", f"{theirs} except all {ours}")
            )
        except Exception as error:
            tally.record(what, str(error).split("\n", 1)[0])
            continue
        differing = only_ours + only_theirs
        tally.record(
            f"{what} ({rows} rows)",
            f"{only_ours} rows only by the embedded engine, {only_theirs} only here" if differing else None,
        )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
