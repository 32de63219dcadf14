"""dbt, as the runbook calls it, with its real Snowflake adapter.

The adapter's client signs in to the test endpoint and takes its row sets, but the endpoint does not understand the SQL of
models. So fakesnow computes, on the tables that the account lets the role see; and every statement is first put to the
account, which refuses what the role may not do. Where dbt succeeds, what it built is handed to the account, owned by the
role.
"""

import json
import logging
import os
import re
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import fakesnow  # noqa: E402
import snowflake.connector  # noqa: E402
from fakesnow.cursor import FakeSnowflakeCursor  # noqa: E402

ROLE = os.environ["SNOWFLAKE_ROLE"].upper()
# fakesnow does not know the parameters that sessions set.
SESSION_PARAMETERS = r"(?i)^alter session set"
BUILT = ("STAGING", "INTERMEDIATE", "ANALYTICS", "REFERENCE", "SCORES")


def main() -> int:
    from dbt.cli.main import dbtRunner

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    sign_in()
    with tempfile.TemporaryDirectory(prefix="churn-dbt-") as folder, fakesnow.patch(nop_regexes=[SESSION_PARAMETERS]):
        connection = snowflake.connector.connect(database="CHURN", schema="PUBLIC")
        engine = connection._duck_conn
        seen = ask(ask="export", role=ROLE, folder=folder)
        for schema in seen["schemas"]:
            engine.execute(f'create schema if not exists CHURN."{schema}"')
        for relation in seen["relations"]:
            schema, name = relation.split(".")
            engine.execute(f"create table CHURN.\"{schema}\".\"{name}\" as from '{folder}/{relation}.parquet'")
        put_every_statement_to_the_account()
        arguments = sys.argv[1:]
        outcome = dbtRunner().invoke(
            ["--quiet", "--no-partial-parse", "--no-version-check", *arguments]
            + ["--threads", "1", "--target-path", f"{folder}/target", "--log-path", f"{folder}/logs"]
        )
        if not outcome.success:
            tell(outcome)
            return 1
        rows = engine.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'CHURN' "
            "union select schema_name, view_name from duckdb_views() where database_name = 'CHURN' and not internal"
        ).fetchall()
        built = [f"{schema}.{name}" for schema, name in rows if schema in BUILT and f"{schema}.{name}" not in seen["relations"]]
        for relation in built:
            schema, name = relation.split(".")
            engine.execute(f"copy (from CHURN.\"{schema}\".\"{name}\") to '{folder}/{relation}.parquet'")
        ask(ask="built", folder=folder, relations=built)
        print(f"{len(built)} relations built")
        return 0


def sign_in() -> None:
    """With the adapter's own client and key, since fakesnow signs anybody in."""
    address = urllib.parse.urlparse(os.environ["SNOWFLAKE_ACCESS_URL"])
    connection = snowflake.connector.connect(
        account=os.environ["SNOWFLAKE_ACCOUNT"],
        user=os.environ["SNOWFLAKE_USER"],
        authenticator="SNOWFLAKE_JWT",
        private_key_file=os.environ["SNOWFLAKE_PRIVATE_KEY_PATH"],
        private_key_file_pwd=os.environ["SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"],
        role=ROLE,
        host=address.hostname,
        port=address.port,
        protocol=address.scheme,
    )
    if connection.cursor().execute('select current_role() as "ROLE"').fetchone() != (ROLE,):
        raise SystemExit(f"the session is not of {ROLE}")
    connection.close()


def tell(outcome) -> None:
    if outcome.result is None:
        print(outcome.exception)
        return
    for result in outcome.result.results:
        if str(result.status) not in ("success", "pass", "no-op", "skipped"):
            print(f"{result.node.unique_id}: {result.message or result.status}")


def put_every_statement_to_the_account() -> None:
    execute = FakeSnowflakeCursor.execute

    def asking(self, command, *args, **kwargs):
        refused = refusal(command)
        if refused is not None:
            raise snowflake.connector.errors.ProgrammingError(msg=refused, errno=2003, sqlstate="02000")
        # The engine below fakesnow knows no temporary view under a full name.
        lasting = re.sub(r"(?i)\bcreate or replace\s+temporary view\b", "create or replace view", command)
        return execute(self, lasting, *args, **kwargs)

    FakeSnowflakeCursor.execute = asking


def refusal(sql: str) -> str | None:
    try:
        ask(ask="authorize", role=ROLE, sql=sql)
    except urllib.error.HTTPError as error:
        return error.read().decode()
    return None


def ask(**question) -> dict:
    request = urllib.request.Request(os.environ["BESIDE_ENDPOINT"], data=json.dumps(question).encode())
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


if __name__ == "__main__":
    sys.exit(main())
