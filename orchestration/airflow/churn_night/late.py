"""What happens when a night misses its deadline. Runs in the triggerer."""

import asyncio
import json
import logging
import urllib.request
from typing import Any

from churn_night import settings

log = logging.getLogger(__name__)


async def night_is_late(context: dict[str, Any] | None = None, **_: Any) -> None:
    """Says which tenants wait, in the triggerer's log and, where CHURN_LATE_WEBHOOK is set, as `{"text": …}` there.

    The run in the context is a dictionary as the REST API has it.
    """
    run = (context or {}).get("dag_run") or {}
    # A back-fill is nobody's breakfast.
    if run.get("run_type") == "backfill":
        return
    text = f"churn: the night of {run.get('dag_run_id', 'an unknown run')} has not landed by its deadline. {await last_night()}"
    log.error("%s", text)
    if settings.LATE_WEBHOOK is not None:
        await asyncio.to_thread(post, settings.LATE_WEBHOOK, text)


async def last_night() -> str:
    """What `churn nightly --check` says."""
    process = await asyncio.create_subprocess_exec(
        *settings.COMMAND, "nightly", "--check", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return said.decode(errors="replace").strip()


def post(address: str, text: str) -> None:
    request = urllib.request.Request(
        address, json.dumps({"text": text}).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30):
        pass
