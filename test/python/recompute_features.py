"""A second implementation of the feature mart, from the words of its YAML and not from its SQL.

    python recompute_features.py DATABASE     a DuckDB file with raw rows and built marts; 300 rows are recomputed

It is slow and obvious on purpose: one account and one as-of date at a time, over plain lists of events. Subscription
columns and labels are not recomputed yet.
"""

import json
import math
import random
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import duckdb
from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
SEED = 20
ROWS = 300
OPERATOR = "platform"
WINDOWS = [7, 14, 28, 56, 84]
LOOKBACK = 168
SETTINGS = json.loads((ROOT / "features" / "dbt" / "compiled" / "settings.json").read_text())
KINDS = [kind["activity_kind"] for kind in SETTINGS["activity_kinds"]]
KINDS_OF_USE = [kind["activity_kind"] for kind in SETTINGS["activity_kinds"] if kind["risk_when"] != "high"]
HIGH_SEVERITY = {"high", "urgent", "critical", "blocker", "sev1", "p1", "1"}
SUBSCRIPTION_COLUMNS = {
    *("mrr", "renews_at", "plan", "billing_currency", "seats", "subscription_mrr", "mrr_per_seat"),
    *("days_since_subscription_start", "days_to_renewal", "term_months", "subscription_count", "running_subscription_count", "mrr_contraction_84d"),
    *("seats_change", "mrr_change", "seat_utilisation_28d", "seat_utilisation_change_28d"),
}


@dataclass(frozen=True)
class Event:
    day: date
    kind: str
    user: str | None
    quantity: Decimal


@dataclass
class Account:
    created: date
    segment: str | None
    region: str | None
    events: list[Event] = field(default_factory=list)
    tickets: list[dict] = field(default_factory=list)


def main() -> None:
    tally = Tally()
    check_recomputed(tally, Path(sys.argv[1]))
    tally.finish()


def check_recomputed(tally: Tally, database: Path) -> None:
    """Each column of a random choice of rows, as one check a column."""
    connection = duckdb.connect(str(database), read_only=True)
    accounts = read_accounts(connection)
    mart = records(connection, "select * from analytics.account_features order by tenant_id, account_id, as_of_date")
    eligible: dict[tuple[str, date], list[str]] = defaultdict(list)
    for row in mart:
        eligible[row["tenant_id"], row["as_of_date"]].append(row["account_id"])

    @cache
    def peers(tenant: str, as_of: date) -> list[dict]:
        """What every eligible account of the tenant did, for comparisons with them."""
        return [activity_of(accounts[tenant, account], as_of) for account in eligible[tenant, as_of]]

    chosen = random.Random(SEED).sample(mart, min(ROWS, len(mart)))
    differences: dict[str, list[str]] = {column: [] for column in mart[0] if column not in SUBSCRIPTION_COLUMNS}
    for row in chosen:
        tenant, account, as_of = row["tenant_id"], row["account_id"], row["as_of_date"]
        expected = features_of(accounts[tenant, account], as_of, peers(tenant, as_of))
        expected |= {"tenant_id": tenant, "account_id": account, "as_of_date": as_of}
        for column, found in differences.items():
            if not same(row[column], expected[column]):
                found.append(f"{tenant} {account} {as_of}: mart {row[column]}, recomputed {expected[column]}")
    for column, found in differences.items():
        summary = f"{len(found)} of {len(chosen)} rows differ, as {found[0]}" if found else None
        tally.record(f"recomputed {column}", summary)


def features_of(account: Account, as_of: date, peers: list[dict]) -> dict:
    activity = activity_of(account, as_of)
    row = {
        "segment": account.segment,
        "region": account.region,
        "account_age_days": (as_of - account.created).days,
        **{name: value for name, value in activity.items() if not name.startswith("_")},
        **rhythm_of(account, as_of),
        **support_of(account, as_of),
    }
    now = sum(peer["events_28d"] for peer in peers)
    before = sum(peer["_previous_events_28d"] for peer in peers)
    row["events_vs_tenant_median_28d"] = (1 + activity["events_28d"]) / (
        1 + statistics.median(peer["events_28d"] for peer in peers)
    )
    row["tenant_events_ratio_28d"] = ratio(now, before)
    own = row["events_ratio_28d"]
    row["events_ratio_vs_tenant_28d"] = None if own is None else own / ratio(now, before)
    for kind in KINDS:
        for window in (28, 84):
            name = f"{kind}_active_days_{window}d"
            mean = sum(peer[name] for peer in peers) / len(peers)
            row[f"{kind}_active_days_vs_tenant_{window}d"] = (1 + activity[name]) / (1 + mean)
    return row


def activity_of(account: Account, as_of: date) -> dict:
    """Counts by kind and window. Names with a leading underscore are no columns of the mart."""
    row: dict = {}
    for window in WINDOWS:
        inside = between(account.events, as_of, window, 0)
        row[f"events_{window}d"] = len(inside)
        row[f"active_days_{window}d"] = len({event.day for event in inside})
        row[f"active_users_{window}d"] = users(inside)
        row[f"events_ratio_{window}d"] = ratio(len(inside), len(between(account.events, as_of, 2 * window, window)))
        row[f"kinds_used_{window}d"] = len({event.kind for event in inside if event.kind in KINDS_OF_USE})
        for kind in KINDS:
            ours = [event for event in inside if event.kind == kind]
            row[f"{kind}_events_{window}d"] = len(ours)
            row[f"{kind}_active_days_{window}d"] = len({event.day for event in ours})
            row[f"{kind}_active_users_{window}d"] = users(ours)
    for window in (7, 28, 84):
        row[f"quantity_{window}d"] = float(sum(event.quantity for event in between(account.events, as_of, window, 0)))
    previous = between(account.events, as_of, 56, 28)
    row["_previous_events_28d"] = len(previous)
    for kind in KINDS:
        ours = [event for event in account.events if event.kind == kind]
        row[f"{kind}_events_ratio_28d"] = ratio(
            row[f"{kind}_events_28d"], len([event for event in previous if event.kind == kind])
        )
        row[f"{kind}_days_since_last_event"] = days_since(ours, as_of, 84)
    return row


def rhythm_of(account: Account, as_of: date) -> dict:
    """When it was active, rather than how much."""
    inside = between(account.events, as_of, 84, 0)
    active = sorted({event.day for event in inside})
    silent, longest = 0, 0
    for day in days(max(as_of - timedelta(84), account.created), as_of):
        silent = 0 if day in active else silent + 1
        longest = max(longest, silent)
    weekly = [len(between(account.events, as_of, 7 * week, 7 * (week - 1))) for week in range(1, 13)]
    weekend = [event for event in inside if event.day.weekday() >= 5]
    return {
        "days_since_last_event": days_since(account.events, as_of, LOOKBACK),
        "longest_gap_days_84d": longest,
        "mean_gap_days_84d": (active[-1] - active[0]).days / (len(active) - 1) if len(active) > 1 else None,
        "events_trend_84d": slope([math.log(1 + count) for count in reversed(weekly)]),
        "active_weeks_share_84d": len([count for count in weekly if count > 0]) / 12,
        "weekend_share_84d": len(weekend) / len(inside) if inside else None,
        **{f"events_week_{week:02d}": count for week, count in enumerate(weekly, start=1)},
    }


def support_of(account: Account, as_of: date) -> dict:
    opened = [ticket for ticket in account.tickets if ticket["opened"] < as_of]
    closed = [ticket for ticket in opened if ticket["closed"] is not None and ticket["closed"] < as_of]
    rated = [
        ticket["csat"]
        for ticket in closed
        if ticket["csat"] is not None and ticket["closed"] >= as_of - timedelta(LOOKBACK)
    ]
    lately = [ticket for ticket in opened if ticket["opened"] >= as_of - timedelta(84)]
    last = max((ticket["opened"] for ticket in opened), default=None)
    return {
        "tickets_opened_28d": len([t for t in opened if t["opened"] >= as_of - timedelta(28)]),
        "tickets_opened_84d": len(lately),
        "tickets_open": len(opened) - len(closed),
        "tickets_high_severity_84d": len([t for t in lately if t["severity"] in HIGH_SEVERITY]),
        "mean_csat_168d": float(sum(rated)) / len(rated) if rated else None,
        "days_since_last_ticket": LOOKBACK if last is None else min((as_of - last).days, LOOKBACK),
    }


def read_accounts(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Account]:
    accounts: dict[tuple[str, str], Account] = {}
    for row in records(connection, "select * from raw.accounts"):
        accounts[row["tenant_id"], row["account_id"]] = Account(
            created=row["created_at"].date(), segment=text(row["segment"]), region=text(row["region"])
        )
    kinds = event_kinds(connection)
    for row in records(connection, "select * from raw.platform_events"):
        event = Event(
            day=row["event_time"].date(),
            kind=kinds.get(row["event_type"].strip().lower(), "other"),
            user=row["user_id"],
            quantity=exact(row["quantity"]),
        )
        # What the accounts of a tenant do, the tenant does in the operator's eyes.
        for owner in ((row["tenant_id"], row["account_id"]), (OPERATOR, row["tenant_id"])):
            if owner in accounts and owner != (OPERATOR, OPERATOR):
                accounts[owner].events.append(event)
    for row in records(connection, "select * from raw.support_tickets"):
        if (row["tenant_id"], row["account_id"]) in accounts:
            accounts[row["tenant_id"], row["account_id"]].tickets.append(
                {
                    "opened": row["opened_at"].date(),
                    "closed": row["closed_at"] and row["closed_at"].date(),
                    "severity": (row["severity"] or "").strip().lower(),
                    "csat": row["csat"],
                }
            )
    return accounts


def event_kinds(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    own = records(connection, "select * from raw.event_kinds")
    return SETTINGS["event_kinds"] | {
        row["event_type"].strip().lower(): row["activity_kind"].strip().lower() for row in own
    }


def between(events: list[Event], as_of: date, from_days: int, to_days: int) -> list[Event]:
    first, end = as_of - timedelta(from_days), as_of - timedelta(to_days)
    return [event for event in events if first <= event.day < end]


def days(first: date, end: date) -> list[date]:
    return [first + timedelta(number) for number in range((end - first).days)]


def days_since(events: list[Event], as_of: date, most: int) -> int:
    ago = [(as_of - event.day).days for event in between(events, as_of, most, 0)]
    return min(ago, default=most)


def users(events: list[Event]) -> int:
    return len({event.user for event in events if event.user is not None})


def ratio(now: int, before: int) -> float | None:
    return (now + 1) / (before + 1) if now + before > 0 else None


def slope(values: list[float]) -> float:
    """Least squares over equally spaced points."""
    return statistics.linear_regression(range(len(values)), values).slope


def exact(quantity: float | None) -> Decimal:
    """Three decimals; what is no usable quantity counts once."""
    if quantity is None or not math.isfinite(quantity) or abs(quantity) >= 1e15:
        return Decimal(1)
    return Decimal(str(quantity)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def text(value: str | None) -> str | None:
    return (value or "").strip() or None


def same(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, str | date | datetime):
        return left == right
    return math.isclose(left, right, rel_tol=1e-8, abs_tol=1e-8)


def records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


if __name__ == "__main__":
    main()
