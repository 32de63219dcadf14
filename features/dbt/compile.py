"""Compiles the dbt project with dbt itself into what the embedded engine runs: one SELECT per model, and a manifest.

    python features/dbt/compile.py [FOLDER]      default: features/dbt/compiled

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


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "compiled"
    with tempfile.TemporaryDirectory() as scratch:
        manifest = dbt_manifest(Path(scratch))
    nodes = in_dependency_order(manifest)
    files = {f"{node['name']}.sql": select_of(node) for node in nodes}
    feature_set = rendered_feature_set(
        next(node for node in nodes if node["name"] == "account_features")
    )
    files["manifest.json"] = as_json(
        {
            "dbt_version": manifest["metadata"]["dbt_version"],
            "models": [described(node, manifest) for node in nodes],
            "feature_set_hash": feature_set_hash(feature_set),
            "feature_set": feature_set,
        }
    )
    files["settings.json"] = as_json(default_settings())
    replace_files(folder, files)
    print(f"{len(nodes)} models, {len(feature_set['features'])} features: {folder}", file=sys.stderr)


def dbt_manifest(scratch: Path) -> dict:
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
            *("--vars", json.dumps({"engine": "embedded"})),
        ]
    )
    if not result.success:
        sys.exit("dbt compile failed")
    return json.loads((scratch / "target" / "manifest.json").read_text())


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


def described(node: dict, manifest: dict) -> dict:
    parents = [
        manifest["nodes"].get(parent) or manifest["sources"][parent]
        for parent in node["depends_on"].get("nodes", [])
    ]
    return {
        "schema": node["schema"],
        "name": node["name"],
        "as": {"view": "view", "incremental": "incremental"}.get(node["config"]["materialized"], "table"),
        **slices_of(node, manifest),
        **unique_columns_of(node, manifest),
        "depends_on": sorted(f"{parent['schema']}.{parent['name']}" for parent in parents),
        "columns": [
            {"name": column["name"], "type": column["data_type"]}
            for column in node["columns"].values()
            if column.get("data_type")
        ],
    }


def slices_of(node: dict, manifest: dict) -> dict:
    """Which model lists the slices that an incremental one replaces, and the columns that tell them apart."""
    slices = node["config"].get("meta", {}).get("slices")
    if slices is None:
        return {}
    listing = next(other for other in manifest["nodes"].values() if other["name"] == slices["model"])
    return {"slices": {"relation": f"{listing['schema']}.{listing['name']}", "columns": slices["columns"]}}


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


def rendered_feature_set(node: dict) -> dict:
    declared = node["config"]["meta"]["feature_set"]
    columns = [
        column
        for column in node["columns"].values()
        if column["config"].get("meta", {}).get("role") is None
    ]
    names = {column["name"] for column in columns}
    kinds = {kind["activity_kind"]: kind for kind in default_settings()["activity_kinds"]}
    themes = declared["themes"] | {code: kind["label"] for code, kind in kinds.items()}
    return {
        "name": declared["name"],
        "version": declared["version"],
        "themes": [{"code": code, "label": label} for code, label in themes.items()],
        "features": [rendered_feature(column, declared, kinds, names) for column in columns],
    }


def rendered_feature(column: dict, declared: dict, kinds: dict, names: set[str]) -> dict:
    feature = column["config"].get("meta", {}).get("feature") or from_pattern(
        column["name"], declared, kinds
    )
    plays = feature.get("plays", {})
    related = {key: feature[key] for key in ("twice", "told_by") if feature.get(key) in names}
    return {
        "name": column["name"],
        "type": feature.get("type", "number"),
        "label": feature["label"],
        "unit": feature["unit"],
        "risk_when": feature["risk_when"],
        "theme": feature["theme"],
        "wording": feature.get("wording", {}),
        "plays": {"up": plays.get("up", ""), "down": plays.get("down", "")},
        **related,
    }


def from_pattern(column_name: str, declared: dict, kinds: dict) -> dict:
    """What the one pattern that a column matches says of it, with kind, window and week filled in."""
    names = "|".join(kinds)
    found = []
    for pattern in declared["patterns"]:
        expression = (
            re.escape(pattern["columns"])
            .replace(r"\{kind\}", f"(?P<kind>{names})")
            .replace(r"\{window\}", r"(?P<window>\d+)")
            .replace(r"\{week\}", r"(?P<week>\d+)")
        )
        match = re.fullmatch(expression, column_name)
        if match:
            found.append((pattern, match.groupdict()))
    if len(found) != 1:
        sys.exit(f"account_features.{column_name} matches {len(found)} patterns of the feature set; one is needed")
    pattern, parts = found[0]
    return filled(pattern, parts | words_of_window(parts) | words_of_kind(kinds.get(parts.get("kind"))))


def words_of_window(parts: dict) -> dict:
    if "week" in parts:
        return {"week": str(int(parts["week"]))}
    if "window" not in parts:
        return {}
    days = int(parts["window"])
    return {"span": span_of(days), "double": str(2 * days), "double_span": span_of(2 * days)}


def span_of(days: int) -> str:
    """How a person says it: 28 days are 4 weeks."""
    return f"{days // 7} weeks" if days > 7 and days % 7 == 0 else f"{days} days"


def words_of_kind(kind: dict | None) -> dict:
    if kind is None:
        return {}
    # Quiet is the opposite of busy.
    quiet = {"low": "high", "high": "low", "either": "either"}[kind["risk_when"]]
    return {**kind, "noun": kind["label"], "risk_when_quiet": quiet}


def filled(declared, parts: dict):
    """The same with every {name} filled in that is known here; the others are filled in when a driver is told."""
    if isinstance(declared, dict):
        return {key: filled(value, parts) for key, value in declared.items()}
    if not isinstance(declared, str):
        return declared
    return re.sub(r"\{(\w+)\}", lambda name: parts.get(name[1], name[0]), declared)


def feature_set_hash(feature_set: dict) -> str:
    """The same bytes as featureSetHash in features/contract/feature-set.ts."""
    canonical = [
        feature_set["name"],
        feature_set["version"],
        [[feature["name"], feature["type"]] for feature in feature_set["features"]],
    ]
    text = json.dumps(canonical, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def default_settings() -> dict:
    """What a platform may decide otherwise; features/settings reads it."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    with (PROJECT / "seeds" / "default_event_kinds.csv").open(newline="") as lines:
        event_kinds = {row["event_type"]: row["activity_kind"] for row in csv.DictReader(lines)}
    return {"activity_kinds": project["vars"]["activity_kinds"], "event_kinds": event_kinds}


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
