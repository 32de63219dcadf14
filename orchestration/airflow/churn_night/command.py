"""The `churn` command as Airflow runs it."""

import json
import logging
import subprocess
import tempfile
from typing import Any

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from churn_night import settings

log = logging.getLogger(__name__)


def churn(*arguments: str) -> tuple[int, dict[str, Any] | None]:
    """Runs the command with --json, its notes in the task's log as they come.

    Returns its exit status and its document; None where it printed none.
    """
    command = [*settings.COMMAND, *arguments, "--json"]
    log.info("running %s", " ".join(command))
    # A file, because a document that fills a pipe would wait for a reader who reads the notes.
    with tempfile.TemporaryFile("w+") as document:
        process = subprocess.Popen(command, stdout=document, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            log.info("%s", line.rstrip())
        status = process.wait()
        document.seek(0)
        printed = document.read()
    return status, json.loads(printed) if printed.strip() else None


def raise_for(status: int, what: str) -> None:
    """0 returns. 2 (bad usage or input) and 3 (a gate refused) would end the same way again; all else is tried again, a killed
    process among it."""
    if status == 0:
        return
    meanings = {2: "bad usage or input", 3: "refused by a quality gate"}
    if status in meanings:
        raise AirflowFailException(f"{what} (exit status {status}, {meanings[status]})")
    raise AirflowException(f"{what} (exit status {status})")
