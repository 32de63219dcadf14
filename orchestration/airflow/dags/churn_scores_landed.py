"""An example of a consumer: starts whenever a night has published scores."""

from datetime import datetime, timezone

from airflow.sdk import dag, task

from churn_night.assets import SCORES
from churn_night.command import churn


@dag(
    dag_id="churn_scores_landed",
    schedule=[SCORES],
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    tags=["churn"],
    doc_md=__doc__,
)
def churn_scores_landed():
    @task
    def say(*, triggering_asset_events) -> dict:
        """Reports what the events say beside what the published scores say."""
        status, check = churn("nightly", "--check")
        events = [event.extra for event in triggering_asset_events[SCORES]]
        return {"events": events, "landed": status == 0, "newest_day": None if check is None else check["newestAsOf"]}

    say()


dag_object = churn_scores_landed()
