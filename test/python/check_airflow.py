"""Has real Airflow run the night's DAG on a small home, with the real command: a night in one process, the same night again,
a tenant that is refused, one whose model is damaged while parts run by themselves, days filled in, and bad usage."""

import asyncio
import doctest
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
AIRFLOW = ROOT / "orchestration" / "airflow"
CHURN = ["node", str(ROOT / "cli" / "churn.mjs")]
# The operator has no model here, so it is skipped every night.
SKIPPED = ["platform"]


def main() -> None:
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="churn-airflow-") as folder:
        home = Path(folder) / "home"
        configure(Path(folder), home)
        fill()
        tally.record("a small home is filled, and a model trained")
        prepare_airflow()
        tally.record("airflow: the database is made")
        check_decisions(tally)
        nights = Nights(home)
        nights.check_whole(tally)
        nights.check_refused(tally)
        nights.check_backfill(tally)
        nights.check_bad_usage(tally)
        nights.check_parts(tally)
        check_deadline(tally, nights.victim)
    tally.finish()


def configure(folder: Path, home: Path) -> None:
    """Before Airflow is imported: it reads this once."""
    os.environ.update(
        AIRFLOW_HOME=str(folder / "airflow"),
        AIRFLOW__CORE__DAGS_FOLDER=str(AIRFLOW / "dags"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{folder}/airflow/airflow.db",
        AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
        AIRFLOW__LOGGING__LOGGING_LEVEL="CRITICAL",
        CHURN_HOME=str(home),
        CHURN_COMMAND=" ".join(CHURN),
        CHURN_NIGHT_RETRY_SECONDS="0",
    )
    sys.path[:0] = [str(AIRFLOW), str(AIRFLOW / "dags")]


def churn(*arguments: str) -> str:
    return subprocess.run([*CHURN, *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout


def fill() -> None:
    script = ROOT / "test" / "python" / "fill-night-home.ts"
    subprocess.run(["node", "--import", "tsx", str(script), "2026-11-20"], check=True, cwd=ROOT)
    churn("train", "--model", "logistic")


def prepare_airflow() -> None:
    from airflow.utils import db

    Path(os.environ["AIRFLOW_HOME"]).mkdir(exist_ok=True)
    db.upgradedb()


def check_decisions(tally: Tally) -> None:
    from churn_night import night

    failed, tried = doctest.testmod(night)
    tally.record(f"airflow: {tried} examples of the night's decisions", "see above" if failed or not tried else None)


class Nights:
    def __init__(self, home: Path) -> None:
        self.home = home
        plan = json.loads(churn("score", "--plan", "--json"))["tenants"]
        self.last_day = date.fromisoformat(max(tenant["asOf"] for tenant in plan))
        self.tenants = sorted({tenant["tenantId"] for tenant in plan} - set(SKIPPED))
        self.victim = self.tenants[3]
        self.runs = 0

    def run(self, **conf):
        """One run of the DAG by Airflow: its state, each task's state and tries, and what the tasks left."""
        import churn_nightly

        dag = churn_nightly.dag_object
        assert dag.deadline, "the DAG has no deadline"
        # With a deadline `test` fails after the last task: apache/airflow#73428.
        deadline, dag.deadline = dag.deadline, None
        self.runs += 1
        try:
            run = dag.test(
                logical_date=datetime(2026, 1, 1, 2, tzinfo=timezone.utc) + timedelta(days=self.runs), run_conf=conf
            )
        finally:
            dag.deadline = deadline
        return Ran(run)

    def check_whole(self, tally: Tally) -> None:
        first = self.run(mode="whole")
        became = first.xcom("publish")
        tally.record(
            "airflow: a night in one process lands every tenant, and skips the other way of running it",
            differs(
                [first.state, first.tasks, became["landed"], became["skipped"], became["missing"], became["newest_day"]],
                [
                    "success",
                    {
                        "choose": ("success", 1),
                        "night": ("success", 1),
                        "list_parts": ("skipped", 0),
                        "night_of_part": ("skipped", 0),
                        "publish": ("success", 1),
                        "every_tenant_landed": ("success", 1),
                    },
                    *(self.tenants, SKIPPED, {}, str(self.last_day)),
                ],
            ),
        )
        expected = {"landed": len(self.tenants), "missing": [], "newest_day": str(self.last_day)}
        tally.record("airflow: the scores asset has an event that says who landed", differs(asset_events(), [expected]))
        before = published_scores(self.home)
        second = self.run(mode="whole")
        changed = differs([second.state, second.xcom("publish"), published_scores(self.home)], ["success", became, before])
        tally.record(f"airflow: the same night again changes none of {len(before)} files of scores", changed)

    def check_refused(self, tally: Tally) -> None:
        """One tenant's file cannot be taken in, so the command exits with 3."""
        bad = self.home / "landing" / "events" / f"tenant={self.victim}" / "bad.csv"
        bad.parent.mkdir(parents=True)
        bad.write_text("account_id,event_type,when\nnobody,login,yesterday\n")
        ran = self.run(mode="whole")
        shutil.rmtree(self.home / "landing")
        became = ran.xcom("publish")
        tally.record(
            "airflow: a refused tenant fails the night without a retry, is named, and the others are published",
            differs(
                [ran.state, ran.of("night", "publish", "every_tenant_landed"), became["landed"], list(became["missing"])],
                [
                    *("failed", [("failed", 1), ("success", 1), ("failed", 1)]),
                    *([tenant for tenant in self.tenants if tenant != self.victim], [self.victim]),
                ],
            )
            or (None if "its file was not taken in" in became["missing"][self.victim] else str(became["missing"])),
        )
        tally.record("airflow: its event names the missing tenant", differs(asset_events()[-1]["missing"], [self.victim]))

    def check_backfill(self, tally: Tally) -> None:
        days = [str(self.last_day - timedelta(days=back)) for back in (4, 3)]
        ran = self.run(**{"mode": "whole", "from": days[0], "to": days[1]})
        scored = {day for day, _ in published_scores(self.home)}
        tally.record(
            "airflow: two days are filled in",
            differs([ran.state, ran.xcom("publish")["newest_day"], set(days) <= scored], ["success", days[1], True]),
        )

    def check_bad_usage(self, tally: Tally) -> None:
        later = str(self.last_day + timedelta(days=400))
        ran = self.run(**{"mode": "whole", "from": later, "to": later})
        tally.record(
            "airflow: a day without data fails without a retry, and publishes nothing",
            differs(
                [ran.state, ran.of("night", "publish", "every_tenant_landed")[0], ran.tasks["publish"][0]],
                ["failed", ("failed", 1), "failed"],
            ),
        )

    def check_parts(self, tally: Tally) -> None:
        """The victim's own champion is damaged, so its part exits with 1 and is tried again."""
        churn("train", "--model", "logistic", "--name", "own")
        churn("models", "promote", "own", "--scope", f"tenant:{self.victim}", "--reason", "a test", "--force")
        weights = next((self.home / "models" / "own").rglob("weights.bin"))
        weights.write_bytes(weights.read_bytes()[:-1])
        ran = self.run(mode="parts", parts=2)
        became = ran.xcom("publish")
        parts = ran.of("night_of_part")
        tally.record(
            "airflow: of two mapped parts one is tried three times and fails, and the others' tenants are published",
            differs(
                [ran.state, sorted(parts), ran.of("night", "publish", "every_tenant_landed")],
                [
                    *("failed", [("failed", 3), ("success", 1)]),
                    [("skipped", 0), ("success", 1), ("failed", 1)],
                ],
            ),
        )
        tally.record(
            "airflow: the tenant that failed is named",
            differs(
                [became["landed"], list(became["missing"])],
                [[tenant for tenant in self.tenants if tenant != self.victim], [self.victim]],
            ),
        )


class Ran:
    def __init__(self, run) -> None:
        self.run = run
        self.state = str(run.state)
        self.instances = sorted(run.get_task_instances(), key=lambda instance: instance.map_index)

    @property
    def tasks(self) -> dict:
        return {instance.task_id: (str(instance.state), instance.try_number) for instance in self.instances}

    def of(self, *tasks: str) -> list:
        return [
            (str(instance.state), instance.try_number)
            for task in tasks
            for instance in self.instances
            if instance.task_id == task
        ]

    def xcom(self, task: str):
        from airflow.models.xcom import XComModel
        from airflow.settings import Session

        rows = Session().query(XComModel).filter_by(run_id=self.run.run_id, task_id=task, key="return_value").all()
        assert len(rows) == 1, f"{task} left {len(rows)} results"
        return XComModel.deserialize_value(rows[0])


def asset_events() -> list[dict]:
    from airflow.models.asset import AssetEvent
    from airflow.settings import Session

    return [event.extra for event in Session().query(AssetEvent).order_by(AssetEvent.id).all()]


def published_scores(home: Path) -> dict:
    """Of each day and tenant group the hash of the rows that services read."""
    folder = home / "published"
    night = json.loads((folder / "current.json").read_text())["night"]
    scores = json.loads((folder / "nights" / f"{night}.json").read_text())["scores"]
    return {
        (part["as_of_date"], part["tenant_group"]): hashlib.sha256((folder / part["file"]).read_bytes()).hexdigest()
        for part in scores
    }


def check_deadline(tally: Tally, victim: str) -> None:
    """The callback is called as the triggerer calls it, with somebody to tell."""
    from airflow._shared.module_loading import import_string
    from churn_night import settings

    import churn_nightly

    (alert,) = churn_nightly.dag_object.deadline
    late = import_string(alert.callback.path)
    told: list[str] = []

    class Sink(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.LATE_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
    for kind in ("backfill", "scheduled"):
        asyncio.run(late(context={"dag_run": {"run_type": kind, "dag_run_id": f"{kind}__night"}}))
    server.shutdown()
    right = len(told) == 1 and "scheduled__night has not landed" in told[0] and ": 12 of 12 tenants" in told[0]
    tally.record("airflow: a deadline that is missed is told, with what has landed; a back-fill's is not", None if right else str(told))


def differs(found, expected) -> str | None:
    return None if found == expected else f"found {found}, expected {expected}"


if __name__ == "__main__":
    main()
