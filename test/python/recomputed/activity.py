"""What an account did in the windows before an as-of date."""

import math
import statistics
from collections.abc import Callable
from datetime import date, timedelta

from .known_rows import SETTINGS, Account, Event

WINDOWS = [7, 14, 28, 56, 84]
LOOKBACK = 168
KINDS = [kind["activity_kind"] for kind in SETTINGS["activity_kinds"]]
KINDS_OF_USE = [kind["activity_kind"] for kind in SETTINGS["activity_kinds"] if kind["risk_when"] != "high"]


def known_events(account: Account, as_of: date) -> list[Event]:
    """Those of the lookback that are known; an event of the as-of date or later never is."""
    first = as_of - timedelta(LOOKBACK)
    return [event for event in account.events if event.known <= as_of and event.day >= first]


def activity_of(events: list[Event], created: date, as_of: date) -> dict:
    row: dict = {}
    for window in WINDOWS:
        inside = between(events, as_of, window, 0)
        row[f"events_{window}d"] = len(inside)
        row[f"active_days_{window}d"] = len({event.day for event in inside})
        row[f"active_users_{window}d"] = users(inside)
        row[f"events_ratio_{window}d"] = ratio(len(inside), len(between(events, as_of, 2 * window, window)))
        row[f"kinds_used_{window}d"] = len({event.kind for event in inside if event.kind in KINDS_OF_USE})
        for kind in KINDS:
            ours = [event for event in inside if event.kind == kind]
            row[f"{kind}_events_{window}d"] = len(ours)
            row[f"{kind}_active_days_{window}d"] = len({event.day for event in ours})
            row[f"{kind}_active_users_{window}d"] = users(ours)
    for window in (7, 28, 84):
        row[f"quantity_{window}d"] = float(sum(event.quantity for event in between(events, as_of, window, 0)))
    for kind in KINDS:
        ours = [event for event in events if event.kind == kind]
        row[f"{kind}_events_ratio_28d"] = ratio(
            len(between(ours, as_of, 28, 0)), len(between(ours, as_of, 56, 28))
        )
        row[f"{kind}_days_since_last_event"] = days_since(ours, as_of, 84)
    return row | rhythm_of(events, created, as_of)


def rhythm_of(events: list[Event], created: date, as_of: date) -> dict:
    """When it was active, rather than how much."""
    inside = between(events, as_of, 84, 0)
    active = sorted({event.day for event in inside})
    silent, longest = 0, 0
    for day in days(max(as_of - timedelta(84), created), as_of):
        silent = 0 if day in active else silent + 1
        longest = max(longest, silent)
    weekly = [len(between(events, as_of, 7 * week, 7 * (week - 1))) for week in range(1, 13)]
    weekend = [event for event in inside if event.day.weekday() >= 5]
    return {
        "days_since_last_event": days_since(events, as_of, LOOKBACK),
        "longest_gap_days_84d": longest,
        "mean_gap_days_84d": (active[-1] - active[0]).days / (len(active) - 1) if len(active) > 1 else None,
        "events_trend_84d": slope([math.log(1 + count) for count in reversed(weekly)]),
        "active_weeks_share_84d": len([count for count in weekly if count > 0]) / 12,
        "weekend_share_84d": len(weekend) / len(inside) if inside else None,
        **{f"events_week_{week:02d}": count for week, count in enumerate(weekly, start=1)},
    }


def counts_to_compare(events: list[Event], as_of: date) -> dict:
    """What is compared across the accounts of a tenant."""
    row = {"now": len(between(events, as_of, 28, 0)), "before": len(between(events, as_of, 56, 28))}
    for window in (28, 84):
        active = {(event.kind, event.day) for event in between(events, as_of, window, 0)}
        for kind in KINDS:
            row[kind, window] = len([None for of, _ in active if of == kind])
    return row


def compared(own: dict, peers: list[dict]) -> dict:
    """An account against all accounts of its tenant that are scored that day, itself among them."""
    now, before = sum(peer["now"] for peer in peers), sum(peer["before"] for peer in peers)
    change, tenant_change = ratio(own["now"], own["before"]), ratio(now, before)
    row = {
        "events_vs_tenant_median_28d": (1 + own["now"]) / (1 + statistics.median(peer["now"] for peer in peers)),
        "tenant_events_ratio_28d": tenant_change,
        "events_ratio_vs_tenant_28d": None if change is None else change / tenant_change,
    }
    for window in (28, 84):
        for kind in KINDS:
            mean = sum(peer[kind, window] for peer in peers) / len(peers)
            row[f"{kind}_active_days_vs_tenant_{window}d"] = (1 + own[kind, window]) / (1 + mean)
    return row


def seats_used(events: list[Event], seats: int | None, as_of: date) -> dict:
    if not seats or seats < 0:
        return {"seat_utilisation_28d": None, "seat_utilisation_change_28d": None}
    now, before = users(between(events, as_of, 28, 0)), users(between(events, as_of, 56, 28))
    return {"seat_utilisation_28d": now / seats, "seat_utilisation_change_28d": (now - before) / seats}


def between(events: list[Event], as_of: date, from_days: int, to_days: int) -> list[Event]:
    first, end = as_of - timedelta(from_days), as_of - timedelta(to_days)
    return [event for event in events if first <= event.day < end]


def days(first: date, end: date) -> list[date]:
    return [first + timedelta(number) for number in range((end - first).days)]


def first_day(start: date, end: date, holds: Callable[[date], bool]) -> date | None:
    """The first day from `start` on and before `end` for which something holds."""
    return next((day for day in days(start, end) if holds(day)), None)


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
