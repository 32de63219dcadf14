"""The night as a DAG: one `churn nightly`, or one per part of the tenants at the same time.

whole    one process does it all; for the embedded warehouse, which one process holds at a time
parts    `churn nightly --part k/n` in mapped tasks; for Snowflake
"""

from datetime import datetime, timedelta, timezone

from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from churn_night import settings
from churn_night.assets import SCORES
from churn_night.command import churn, raise_for
from churn_night.night import arguments_of, parts, summary, told

DATE = {"type": ["null", "string"], "format": "date"}


def run_nightly(part: str | None = None) -> None:
    """Leaves the report as an XCom also where the night failed, so that those who landed are known."""
    context = get_current_context()
    run, params = context["dag_run"], context["params"]
    day = None if run.logical_date is None else f"{run.logical_date:%Y-%m-%d}"
    status, report = churn("nightly", *arguments_of(run.run_type, day, (params["from"], params["to"]), part))
    if report is None:
        raise_for(status or 1, "the night ended without a report")
    context["ti"].xcom_push("report", {key: report[key] for key in ("landed", "skipped", "missing", "newest")})
    missing = {one["tenantId"]: one["reason"] for one in report["missing"]}
    if status == 1 and not missing and report["late"]:
        raise AirflowFailException(f"{len(report['late'])} tenants landed after the deadline; there is nothing to repeat")
    raise_for(status, told(missing))


@dag(
    dag_id="churn_nightly",
    schedule=settings.SCHEDULE,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=settings.RETRY_SECONDS)},
    params={
        "mode": Param(settings.MODE, enum=["whole", "parts"], description="one process, or one per part of the tenants"),
        "parts": Param(8, type="integer", minimum=1, maximum=1000),
        "from": Param(None, **DATE, description="score every day from this one; empty: each tenant's latest"),
        "to": Param(None, **DATE),
    },
    # From being queued: every run of a back-fill is late by its logical date at once.
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=settings.DEADLINE_MINUTES),
        callback=AsyncCallback("churn_night.late.night_is_late"),
    ),
    tags=["churn"],
    doc_md=__doc__,
)
def churn_nightly():
    @task.branch
    def choose(params: dict) -> str:
        return "night" if params["mode"] == "whole" else "list_parts"

    @task
    def night() -> None:
        run_nightly()

    @task
    def list_parts(params: dict) -> list[str]:
        return parts(params["parts"])

    @task
    def night_of_part(part: str) -> None:
        run_nightly(part)

    @task(trigger_rule="all_done", outlets=[SCORES])
    def publish(*, outlet_events, ti) -> dict:
        """Tells consumers that scores landed, whoever is missing; nothing landed is a failure."""
        status, plan = churn("score", "--plan")
        raise_for(status, "the tenants cannot be listed")
        reports = ti.xcom_pull(task_ids=["night", "night_of_part"], key="report")
        became = summary((one["tenantId"] for one in plan["tenants"]), (report for report in reports if report))
        if not became["landed"]:
            raise AirflowFailException(told(became["missing"]))
        outlet_events[SCORES].extra = {
            "landed": len(became["landed"]),
            "missing": sorted(became["missing"]),
            "newest_day": became["newest_day"],
        }
        return became

    @task(retries=0)
    def every_tenant_landed(became: dict) -> None:
        """Fails the run, and so alerts people, once consumers have what there is."""
        if became["missing"]:
            raise AirflowFailException(told(became["missing"]))

    chosen, whole, in_parts = choose(), night(), list_parts()
    chosen >> [whole, in_parts]
    became = publish()
    [whole, night_of_part.expand(part=in_parts)] >> became
    every_tenant_landed(became)


dag_object = churn_nightly()
