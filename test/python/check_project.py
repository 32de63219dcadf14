"""Checks how the dbt project is written, on dbt's own manifest and on the tables that it built.

1. Every source, model, seed and column has a description, and no column is described that is not there.
2. Every model has a test of its grain.
3. Every source that is loaded has freshness, and dbt can tell it.
4. Layers read downwards: staging reads sources, intermediate no mart.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
from tally import Tally

PROJECT = Path(__file__).resolve().parents[2] / "features" / "dbt"
GRAIN_TESTS = {"unique_grain", "one_version_at_a_time", "one_row"}
# Producers deliver events more than once, and not all of them have ids.
WITHOUT_GRAIN = {"stg_platform_events"}
# What people and programs write as they go; nothing loads it by the clock.
NOT_LOADED = {
    *("activity_kinds", "as_of_requests", "backfills", "build_thresholds", "erasures", "event_kinds"),
    *("feature_settings", "feature_words"),
    *("imported_files", "quarantined_rows", "tenant_schemas", "tenant_settings"),
}
MAY_READ = {
    "staging": {"source", "seed", "staging"},
    "intermediate": {"source", "seed", "staging", "intermediate"},
    "report": {"source", "seed", "staging", "intermediate", "marts", "report"},
    "marts": {"source", "seed", "staging", "intermediate", "marts", "report"},
    "scores": {"source", "seed", "marts", "scores"},
}


def check_project(tally: Tally, target: Path, database: Path) -> None:
    """`target` is where dbt wrote its manifest, `database` what it built."""
    manifest = json.loads((target / "manifest.json").read_text())
    connection = duckdb.connect(str(database), read_only=True)
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    for node in [*nodes, *manifest["sources"].values()]:
        tally.record(f"described {node['schema']}.{node['name']}", undescribed(node, connection))
    tested = grain_tested(manifest)
    for node in nodes:
        if node["resource_type"] == "model":
            has_grain = node["unique_id"] in tested or node["name"] in WITHOUT_GRAIN
            problem = None if has_grain else f"has none of {', '.join(sorted(GRAIN_TESTS))}"
            tally.record(f"grain test {node['schema']}.{node['name']}", problem)
            tally.record(f"layers {node['schema']}.{node['name']}", reads_upwards(node, manifest))
    for source in manifest["sources"].values():
        tally.record(f"freshness declared {source['schema']}.{source['name']}", lacks_freshness(source))
    connection.close()


def undescribed(node: dict, connection: duckdb.DuckDBPyConnection) -> str | None:
    described = {name for name, column in node["columns"].items() if column["description"].strip()}
    built = {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ?",
            [node["schema"], node["name"]],
        ).fetchall()
    }
    problems = [
        *([] if node["description"].strip() else ["it has no description"]),
        # A table that only some landings have is not there.
        *([f"{name} has no description" for name in sorted((built or node["columns"].keys()) - described)]),
        *([f"{name} is described and not there" for name in sorted(described - built)] if built else []),
    ]
    return "; ".join(problems) or None


def grain_tested(manifest: dict) -> set[str]:
    return {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") in GRAIN_TESTS
    }


def layer_of(node: dict) -> str:
    if node["resource_type"] != "model":
        return node["resource_type"]
    return node["original_file_path"].split("/")[1]


def reads_upwards(node: dict, manifest: dict) -> str | None:
    known = manifest["nodes"] | manifest["sources"]
    parents = [known[parent] for parent in node["depends_on"]["nodes"]]
    wrong = [parent["name"] for parent in parents if layer_of(parent) not in MAY_READ[layer_of(node)]]
    return f"is {layer_of(node)} and reads {', '.join(wrong)}" if wrong else None


def lacks_freshness(source: dict) -> str | None:
    if source["name"] in NOT_LOADED:
        return None
    freshness = source.get("freshness") or {}
    if not any((freshness.get(when) or {}).get("count") for when in ("warn_after", "error_after")):
        return "says neither when to warn nor when to fail"
    return None if source.get("loaded_at_query") or source.get("loaded_at_field") else "does not say when it was loaded"


def check_freshness(tally: Tally, database: Path, folder: Path) -> None:
    """Rows of months ago are stale; what counts is that dbt finds the last loading of every source."""
    command = [
        *(sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-version-check", "source", "freshness"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(folder / "freshness"), "--log-path", str(folder / "logs")),
    ]
    subprocess.run(command, env={**os.environ, "CHURN_DUCKDB": str(database), "DO_NOT_TRACK": "1"})
    results = folder / "freshness" / "sources.json"
    if not results.exists():
        tally.record("source freshness", "dbt could not tell")
        return
    connection = duckdb.connect(str(database), read_only=True)
    for result in json.loads(results.read_text())["results"]:
        table = result["unique_id"].split(".")[-1]
        told = (result.get("max_loaded_at") or "")[:19]
        if "scores" in result["unique_id"]:
            tally.record(f"source freshness {table}", None if result["status"] != "runtime error" else result["error"])
            continue
        latest = connection.execute(f"select max(loaded_at) from raw.{table}").fetchone()[0]
        is_right = told == latest.strftime("%Y-%m-%dT%H:%M:%S") if latest else result["status"] == "pass"
        tally.record(f"source freshness {table}", None if is_right else f"{result}: last loaded {latest}")
    connection.close()
