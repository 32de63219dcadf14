"""Checks the dbt project with dbt itself, against what is committed and against the embedded engine.

1. dbt compiles the project to exactly what features/dbt/compiled holds.
2. `dbt build`: seeds, models, contracts, unit tests and data tests, on a simulated platform.
3. The embedded engine builds the same tables from the same raw rows, row for row.
4. A second implementation, from the words of the YAML, finds the same features, labels and eligible accounts.
5. How the project is written: descriptions, grain tests, freshness and layers.
"""

import filecmp
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from check_project import check_freshness, check_project
from recompute_features import check_recomputed
from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "features" / "dbt"
COMPILED = PROJECT / "compiled"


def main() -> None:
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="churn-marts-") as folder:
        check_compiled(tally, Path(folder) / "compiled")
        by_engine, by_dbt = fill_warehouses(Path(folder))
        check_build(tally, by_dbt, Path(folder))
        check_identical(tally, by_engine, by_dbt)
        check_recomputed(tally, by_engine)
        check_project(tally, Path(folder) / "target", by_dbt)
        check_freshness(tally, by_dbt, Path(folder))
    tally.finish()


def check_compiled(tally: Tally, folder: Path) -> None:
    """Compiles anew and compares byte for byte."""
    subprocess.run([sys.executable, str(PROJECT / "compile.py"), str(folder)], check=True)
    names = sorted({file.name for side in (COMPILED, folder) for file in side.iterdir()})
    same, differing, missing = filecmp.cmpfiles(COMPILED, folder, names, shallow=False)
    for name in same:
        tally.record(f"compiled/{name}")
    for name in differing + missing:
        tally.record(f"compiled/{name}", "differs from what dbt compiles; run npm run dbt:compile and commit it")


def fill_warehouses(folder: Path) -> tuple[Path, Path]:
    """The same raw rows twice: with the marts of the embedded engine, and without any."""
    by_engine, by_dbt = folder / "by_engine.duckdb", folder / "by_dbt.duckdb"
    script = ROOT / "test" / "python" / "fill-warehouses.ts"
    subprocess.run(["node", "--import", "tsx", str(script), str(by_engine), str(by_dbt)], check=True, cwd=ROOT)
    return by_engine, by_dbt


def check_build(tally: Tally, database: Path, folder: Path) -> None:
    """Every model, seed and test of `dbt build` counts as one check."""
    target = folder / "target"
    command = [
        *(sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-version-check", "build"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(target), "--log-path", str(folder / "logs")),
    ]
    subprocess.run(command, env={**os.environ, "CHURN_DUCKDB": str(database), "DO_NOT_TRACK": "1"})
    results = target / "run_results.json"
    if not results.exists():
        tally.record("dbt build", "did not run")
        return
    for result in json.loads(results.read_text())["results"]:
        kind, _, name = result["unique_id"].split(".", 2)
        if result["status"] in ("success", "pass"):
            tally.record(f"dbt {kind} {name}")
        elif result["status"] != "no-op":
            tally.record(f"dbt {kind} {name}", result.get("message") or result["status"])


def check_identical(tally: Tally, by_engine: Path, by_dbt: Path) -> None:
    """Same columns, same types, same rows, duplicates counted."""
    connection = duckdb.connect()
    connection.execute(f"attach '{by_engine}' as engine (read_only)")
    connection.execute(f"attach '{by_dbt}' as dbt (read_only)")
    for model in json.loads((COMPILED / "manifest.json").read_text())["models"]:
        relation = f"{model['schema']}.{model['name']}"
        if model["as"] == "view":
            continue
        columns = {
            side: connection.execute(
                "select column_name, data_type from duckdb_columns() "
                "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
                [side, model["schema"], model["name"]],
            ).fetchall()
            for side in ("engine", "dbt")
        }
        if not columns["dbt"] or columns["engine"] != columns["dbt"]:
            tally.record(f"identical {relation}", "the columns differ")
            continue
        rows, only_engine, only_dbt = (
            connection.execute(f"select count(*) from ({query})").fetchone()[0]
            for query in (
                f"select * from engine.{relation}",
                f"select * from engine.{relation} except all select * from dbt.{relation}",
                f"select * from dbt.{relation} except all select * from engine.{relation}",
            )
        )
        differing = only_engine + only_dbt
        tally.record(
            f"identical {relation} ({rows} rows)",
            f"{only_engine} rows only by the engine, {only_dbt} only by dbt" if differing else None,
        )


if __name__ == "__main__":
    main()
