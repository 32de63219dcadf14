"""Rebuilds the OpenLineage events of a real night with the Python client, which checks them as it builds, and compares the JSON.
Each step must begin and end under one run id, and name what it reads and writes."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from openlineage.client import event_v2, facet_v2
from openlineage.client.facet_v2 import error_message_run, job_type_job, nominal_time_run, parent_run
from openlineage.client.serde import Serde
from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
PARENT = "airflow://host/churn_nightly.night/01941111-1111-7111-8111-111111111111"


def main() -> None:
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="churn-lineage-") as folder:
        good, bad = Path(folder) / "good.jsonl", Path(folder) / "bad.jsonl"
        os.environ.update(CHURN_HOME=str(Path(folder) / "home"), OPENLINEAGE_PARENT_ID=PARENT)
        script = ROOT / "test" / "python" / "fill-night-home.ts"
        subprocess.run(["node", "--import", "tsx", str(script), "2026-11-20"], check=True, cwd=ROOT)
        run("train", "--model", "logistic")
        landing = Path(folder) / "home" / "landing" / "events"
        landing.mkdir(parents=True)
        night(good, expected=0)
        # A file of all tenants that cannot be read ends the night at its import.
        (landing / "day.csv").write_text("tenant_id,account_id,event_type,when\nx,y,login,yesterday\n")
        night(bad, expected=2)
        tally.record("two nights leave their events")
        for name, file in (("done", good), ("failed", bad)):
            check(tally, name, [json.loads(line) for line in file.read_text().splitlines()])
    tally.finish()


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["node", str(ROOT / "cli" / "churn.mjs"), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def night(file: Path, expected: int) -> None:
    os.environ["OPENLINEAGE_FILE"] = str(file)
    ended = run("nightly")
    assert ended.returncode == expected, f"exit status {ended.returncode}: {ended.stderr}"


def check(tally: Tally, name: str, events: list[dict[str, Any]]) -> None:
    told = [(event["eventType"], event["job"]["name"].removeprefix("nightly.")) for event in events]
    expected = (
        [(kind, step) for step in ("import", "build", "gates", "score", "publish") for kind in ("START", "COMPLETE")]
        if name == "done"
        else [("START", "import"), ("FAIL", "import")]
    )
    tally.record(f"openlineage: a night that is {name} tells of each step twice", None if told == expected else str(told))
    ids = [event["run"]["runId"] for event in events]
    paired = ids[0::2] == ids[1::2] and len(set(ids)) == len(ids) / 2
    tally.record(f"openlineage: {name}, the end of a step has the run id of its start", None if paired else str(ids))
    silent = [event["job"]["name"] for event in events if not event["inputs"] or not event["outputs"]]
    tally.record(f"openlineage: {name}, steps name what they read and write", str(silent) if silent else None)
    differing = [(ours, theirs) for event in events if (ours := without_empty(event)) != (theirs := without_empty(rebuilt(event)))]
    tally.record(f"openlineage: {name}, the Python client builds the same {len(events)} events", str(differing[0]) if differing else None)


def rebuilt(event: dict[str, Any]) -> dict[str, Any]:
    """The same facts, in the client's words: its own schema addresses and its own spelling of every field."""
    facet_v2.set_producer(event["producer"])
    given = event["run"]["facets"]
    facets: dict[str, Any] = {"nominalTime": nominal_time_run.NominalTimeRunFacet(nominalStartTime=given["nominalTime"]["nominalStartTime"])}
    namespace, job, run_id = PARENT.rsplit("/", 2)
    facets["parent"] = parent_run.ParentRunFacet(run=parent_run.Run(runId=run_id), job=parent_run.Job(namespace=namespace, name=job))
    if event["eventType"] == "FAIL":
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=given["errorMessage"]["message"], programmingLanguage="TypeScript"
        )
    kind = job_type_job.JobTypeJobFacet(processingType="BATCH", integration="CHURN", jobType="TASK")
    return json.loads(
        Serde.to_json(
            event_v2.RunEvent(
                eventTime=event["eventTime"],
                eventType=event_v2.RunState[event["eventType"]],
                producer=event["producer"],
                run=event_v2.Run(runId=event["run"]["runId"], facets=facets),
                job=event_v2.Job(namespace="churn", name=event["job"]["name"], facets={"jobType": kind}),
                inputs=[event_v2.InputDataset(**dataset) for dataset in event["inputs"]],
                outputs=[event_v2.OutputDataset(**dataset) for dataset in event["outputs"]],
            )
        )
    )


def without_empty(value: Any) -> Any:
    """Empty facets may be left out."""
    if isinstance(value, dict):
        return {key: without_empty(one) for key, one in value.items() if one != {} and one is not None}
    return [without_empty(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
