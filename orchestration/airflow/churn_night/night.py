"""Decisions of the night that need no Airflow."""

from collections.abc import Iterable, Mapping
from typing import Any

Report = Mapping[str, Any]


def arguments_of(run_type: str, logical_day: str | None, days: tuple[str | None, str | None], part: str | None) -> list[str]:
    """The arguments of `churn nightly`. A run of a back-fill is about its logical date; named days go before that.

    >>> arguments_of("scheduled", "2026-11-20", (None, None), None)
    []
    >>> arguments_of("backfill", "2026-11-20", (None, None), "1/2")
    ['--from', '2026-11-20', '--to', '2026-11-20', '--part', '1/2']
    """
    first, last = days
    if first is None and last is None and run_type == "backfill":
        first = last = logical_day
    arguments = [] if first is None and last is None else ["--from", first or last, "--to", last or first]
    return arguments if part is None else [*arguments, "--part", part]


def parts(count: int) -> list[str]:
    """
    >>> parts(2)
    ['1/2', '2/2']
    """
    return [f"{part}/{count}" for part in range(1, count + 1)]


def summary(tenants: Iterable[str], reports: Iterable[Report]) -> dict[str, Any]:
    """What became of every tenant, `missing` with the reason. A task that failed left no report, so silence is missing too."""
    landed: set[str] = set()
    skipped: set[str] = set()
    missing: dict[str, str] = {}
    newest: list[str] = []
    for report in reports:
        landed.update(report["landed"])
        skipped.update(report["skipped"])
        missing.update({one["tenantId"]: one["reason"] for one in report["missing"]})
        newest += [report["newest"]["asOf"]] if report["newest"] else []
    for tenant in tenants:
        if tenant not in landed and tenant not in skipped:
            missing.setdefault(tenant, "its task reported nothing")
    return {
        "landed": sorted(landed - missing.keys()),
        "skipped": sorted(skipped - landed - missing.keys()),
        "missing": dict(sorted(missing.items())),
        "newest_day": max(newest, default=None),
    }


def told(missing: Mapping[str, str], listed: int = 20) -> str:
    """
    >>> told({"acme": "no features"})
    '1 tenants did not land: acme (no features)'
    """
    names = [f"{tenant} ({reason})" for tenant, reason in missing.items()]
    rest = f", and {len(names) - listed} more" if len(names) > listed else ""
    return f"{len(names)} tenants did not land: {', '.join(names[:listed])}{rest}"
