"""Compiles the dbt project with dbt itself into what the embedded engine runs: one SELECT per model, and a manifest.

    python features/dbt/compile.py [FOLDER]      default: features/dbt/compiled

Loops over kinds of activity and windows stay loops (macros/settings.sql): the engine unrolls them by the platform's own
settings. What dbt makes of them is written down as hashes, to be compared with what the engine makes.

The output is byte-stable: it depends on the project and on dbt's version, not on time, machine or paths.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent
SCRATCH_DATABASE = "churn_compile_scratch"


# Settings other than the defaults, under which dbt and the engine have to agree too.
OTHER_SETTINGS = {
    "activity_kinds": [
        {"activity_kind": "learn", "label": "lessons of the customers' users", "unit": "lessons", "risk_when": "low"},
        {"activity_kind": "leave_2", "label": "good-byes", "unit": "count", "risk_when": "high"},
        {"activity_kind": "other", "label": "other actions", "unit": "count", "risk_when": "either"},
    ],
    "window_days": [28, 35, 84, 112],
}
for kind in OTHER_SETTINGS["activity_kinds"]:
    kind |= {"play_up": "Ask what's up", "play_down": ""}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "compiled"
    settings = default_settings()
    manifest = dbt_manifest({"keep_loops": True})
    nodes = in_dependency_order(manifest)
    files = {f"{node['name']}.sql": select_of(node) for node in nodes}
    features = next(node for node in nodes if node["name"] == "account_features")
    files["manifest.json"] = as_json(
        {
            "dbt_version": manifest["metadata"]["dbt_version"],
            "models": [described(node, manifest, settings) for node in nodes],
            "feature_set": declared_feature_set(features),
        }
    )
    files["settings.json"] = as_json(settings)
    files["unrolled.json"] = as_json([unrolled_by_dbt({}, files), unrolled_by_dbt(OTHER_SETTINGS, files)])
    replace_files(folder, files)
    print(f"{len(nodes)} models, {len(features['columns'])} columns of features: {folder}", file=sys.stderr)


def dbt_manifest(variables: dict) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        return dbt_manifest_in(Path(folder), variables)


def dbt_manifest_in(scratch: Path, variables: dict) -> dict:
    os.environ["CHURN_DUCKDB"] = str(scratch / f"{SCRATCH_DATABASE}.duckdb")
    os.environ["DO_NOT_TRACK"] = "1"
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(
        [
            "--quiet",
            "--no-partial-parse",
            "--no-version-check",
            "compile",
            *("--project-dir", str(PROJECT)),
            *("--profiles-dir", str(PROJECT)),
            *("--target-path", str(scratch / "target")),
            *("--log-path", str(scratch / "logs")),
            *("--vars", json.dumps({"engine": "embedded"} | variables)),
        ]
    )
    if not result.success:
        sys.exit("dbt compile failed")
    return json.loads((scratch / "target" / "manifest.json").read_text())


def unrolled_by_dbt(settings: dict, files: dict[str, str]) -> dict:
    """What dbt makes of each model that has loops, under settings that differ from the defaults."""
    return {
        "settings": settings,
        "sha256": {
            node["name"]: hashlib.sha256(select_of(node).encode()).hexdigest()
            for node in in_dependency_order(dbt_manifest(settings))
            if select_of(node) != files[f"{node['name']}.sql"]
        },
    }


def in_dependency_order(manifest: dict) -> list[dict]:
    """Models and seeds, every one after all that it reads; by name where that leaves a choice."""
    waiting = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    ordered: list[dict] = []
    while waiting:
        ready = [
            unique_id
            for unique_id, node in waiting.items()
            if not any(parent in waiting for parent in node["depends_on"].get("nodes", []))
        ]
        first = min(ready, key=lambda unique_id: waiting[unique_id]["name"])
        ordered.append(waiting.pop(first))
    return ordered


def select_of(node: dict) -> str:
    if node["resource_type"] == "seed":
        return select_of_seed(PROJECT / node["original_file_path"])
    # The embedded engine runs in whatever file it is given, so relations are named without a database.
    sql = node["compiled_code"].replace(f'"{SCRATCH_DATABASE}".', "")
    return "\n".join(line.rstrip() for line in sql.strip().splitlines()) + "\n"


def select_of_seed(file: Path) -> str:
    with file.open(newline="") as lines:
        header, *rows = csv.reader(lines)
    values = ",\n".join("  (" + ", ".join(sql_text(cell) for cell in row) + ")" for row in rows)
    columns = ", ".join(header)
    return f"select {columns}\nfrom (values\n{values}\n) as seed({columns})\n"


def sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def described(node: dict, manifest: dict, settings: dict) -> dict:
    parents = [
        manifest["nodes"].get(parent) or manifest["sources"][parent]
        for parent in node["depends_on"].get("nodes", [])
    ]
    columns = [
        {"name": column["name"], "type": column["data_type"]}
        for column in node["columns"].values()
        if column.get("data_type")
    ]
    feature_set = node["config"].get("meta", {}).get("feature_set")
    return {
        "schema": node["schema"],
        "name": node["name"],
        "as": {"view": "view", "incremental": "incremental"}.get(node["config"]["materialized"], "table"),
        **slices_of(node, manifest),
        **portions_of(node, manifest),
        **unique_columns_of(node, manifest),
        "depends_on": sorted(f"{parent['schema']}.{parent['name']}" for parent in parents),
        "columns": columns if feature_set is None else with_loops(columns, feature_set["repeated"], settings),
    }


def slices_of(node: dict, manifest: dict) -> dict:
    """Which model lists the slices that an incremental one replaces, and the columns that tell them apart."""
    slices = node["config"].get("meta", {}).get("slices")
    if slices is None:
        return {}
    return {"slices": {"relation": relation_of(slices["model"], manifest), "columns": slices["columns"]}}


def portions_of(node: dict, manifest: dict) -> dict:
    """By ranges of which column the engine may build a large table, and whose rows it counts to make them."""
    portions = node["config"].get("meta", {}).get("portions")
    if portions is None:
        return {}
    return {"portions": {"relation": relation_of(portions["model"], manifest), "column": portions["column"]}}


def relation_of(model: str, manifest: dict) -> str:
    node = next(other for other in manifest["nodes"].values() if other["name"] == model)
    return f"{node['schema']}.{node['name']}"


def unique_columns_of(node: dict, manifest: dict) -> dict:
    """Columns of a table that dbt tests to be unique."""
    if node["config"]["materialized"] == "view":
        return {}
    columns = sorted(
        test["column_name"]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and test.get("test_metadata", {}).get("name") == "unique"
        and test["attached_node"] == node["unique_id"]
        and test["column_name"]
    )
    return {"unique_columns": columns} if columns else {}


def with_loops(columns: list[dict], repeated: list[dict], settings: dict) -> list[dict]:
    """Columns that are there for each kind or window, once and as a loop; the others as they are."""
    types = {column["name"]: column["type"] for column in columns}
    names = list(types)
    kept: list[dict] = list(columns)
    for loop in repeated:
        spelt_out = unrolled(loop, settings, {})
        at = names.index(spelt_out[0])
        if names[at : at + len(spelt_out)] != spelt_out:
            there = set(names[at : at + len(spelt_out)])
            missing = [name for name in spelt_out if name not in there]
            sys.exit(
                f"account_features.yml: for the default kinds and windows {len(spelt_out)} columns should follow "
                f"from {spelt_out[0]} on, in the order of `repeated`; missing or misplaced: {missing[:5]}"
            )
        start = kept.index(columns[at])
        kept[start : start + len(spelt_out)] = [typed(loop, types, settings, {})]
    return kept


def unrolled(item: str | dict, settings: dict, parts: dict) -> list[str]:
    if isinstance(item, str):
        return [item.format(**parts)]
    return [
        name
        for value in rounds(item["each"], settings)
        for inner in item["columns"]
        for name in unrolled(inner, settings, parts | {item["each"]: value})
    ]


def rounds(each: str, settings: dict) -> list:
    return settings["window_days"] if each == "window" else [kind["activity_kind"] for kind in settings["activity_kinds"]]


def typed(item: str | dict, types: dict[str, str], settings: dict, first: dict) -> dict:
    """The loop with the type of each column, which is that of its first round."""
    if isinstance(item, str):
        return {"name": item, "type": types[item.format(**first)]}
    first = first | {item["each"]: rounds(item["each"], settings)[0]}
    return {"each": item["each"], "columns": [typed(inner, types, settings, first) for inner in item["columns"]]}


def declared_feature_set(node: dict) -> dict:
    """What the YAML says of the features; features/marts/render-feature-set.ts fills in kinds and windows."""
    declared = node["config"]["meta"]["feature_set"]
    metas = {column["name"]: column["config"].get("meta", {}) for column in node["columns"].values()}
    return {
        "name": declared["name"],
        "version": declared["version"],
        "themes": [{"code": code, "label": label} for code, label in declared["themes"].items()],
        "patterns": declared["patterns"],
        "features": {name: meta["feature"] for name, meta in metas.items() if "feature" in meta},
        "no_features": [name for name, meta in metas.items() if "role" in meta],
    }


def default_settings() -> dict:
    """What a platform may decide otherwise; features/settings reads it."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    with (PROJECT / "seeds" / "default_event_kinds.csv").open(newline="") as lines:
        event_kinds = {row["event_type"]: row["activity_kind"] for row in csv.DictReader(lines)}
    decided = ("activity_kinds", "window_days", "grid_start", "grid_step_days")
    return {**{name: project["vars"][name] for name in decided}, "event_kinds": event_kinds}


def as_json(value: dict) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def replace_files(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        if stale.name not in files:
            shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
