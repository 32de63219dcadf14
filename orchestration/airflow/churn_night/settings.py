"""What a deployment may set, as environment variables of the scheduler, the workers and the triggerer."""

import os
import shlex

COMMAND: list[str] = shlex.split(os.environ.get("CHURN_COMMAND", "churn"))
SCHEDULE: str = os.environ.get("CHURN_NIGHT_SCHEDULE", "0 2 * * *")
DEADLINE_MINUTES: float = float(os.environ.get("CHURN_NIGHT_DEADLINE_MINUTES", "240"))
RETRY_SECONDS: float = float(os.environ.get("CHURN_NIGHT_RETRY_SECONDS", "300"))
# One process holds DuckDB at a time; Snowflake takes as many as there are.
MODE: str = os.environ.get("CHURN_NIGHT_MODE") or (
    "parts" if os.environ.get("CHURN_WAREHOUSE") == "snowflake" else "whole"
)
LATE_WEBHOOK: str | None = os.environ.get("CHURN_LATE_WEBHOOK")
