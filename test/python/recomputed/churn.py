"""Who is scored at an as-of date, and who left after it."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from .activity import first_day
from .billing import subscribed
from .known_rows import DAY, Account, Tenant, World, known_version

GRID_FROM = date(1970, 1, 5)
EVERY = timedelta(14)
HORIZONS = (30, 60, 90)


def as_of_dates(world: World, tenant_id: str) -> list[date]:
    """Every second Monday, the day the data reaches, what was asked for, and a week before each of these."""
    end = world.tenants[tenant_id].data_through
    begins = dense_from(world, tenant_id)
    if end is None or begins is None:
        return []
    first = begins + timedelta(28)
    grid = {day for day in (GRID_FROM + number * EVERY for number in range(10_000)) if first <= day <= end}
    asked = {end, *world.requested}
    return sorted(day for day in {*grid, *asked, *(day - timedelta(7) for day in asked)} if first <= day <= end)


def dense_from(world: World, tenant_id: str) -> date | None:
    """The first day of active accounts, those aside that are few and have a long gap after them."""
    account_days = Counter()
    for (of, _), account in world.accounts.items():
        first_known: dict[date, date] = {}
        for event in account.events if of == tenant_id else []:
            first_known[event.day] = min(event.known, first_known.get(event.day, event.known))
        account_days.update(known - DAY for known in first_known.values())
    days, so_far, outlying = sorted(account_days), 0, None
    for day, later in zip(days, days[1:]):
        so_far += account_days[day]
        if (later - day).days > 84 and 100 * so_far <= account_days.total():
            outlying = day
    history_from = world.tenants[tenant_id].history_from
    dense = [day for day in days if (day >= history_from if history_from else outlying is None or day > outlying)]
    return dense[0] if dense else None


def definition_at(world: World, tenant_id: str, as_of: date) -> str:
    """As the tenant says, else by how many of the accounts known then ever subscribed."""
    said = world.tenants[tenant_id].churn_definition
    if said is not None:
        return said
    known = [
        account
        for (of, _), account in world.accounts.items()
        if of == tenant_id and any(version.known <= as_of for version in account.versions)
    ]
    subscribers = [
        account
        for account in known
        if any(version.known <= as_of for versions in account.subscriptions.values() for version in versions)
    ]
    if not subscribers:
        return "inactivity"
    return "contractual" if 2 * len(subscribers) >= len(known) else "both"


def eligible_as(account: Account, tenant: Tenant, definition: str, as_of: date) -> str | None:
    """The definition by which an account is scored, None where it is not."""
    version = known_version(account.versions, as_of)
    if definition == "none" or version is None or version["created_at"].date() >= as_of:
        return None
    held = subscribed(account, tenant, as_of)
    in_force = [row for row, ends in held if ends.is_in_force(as_of)]
    if definition == "both":
        definition = "contractual" if held else "inactivity"
    if definition == "contractual":
        return definition if in_force else None
    is_active = any(span.start <= as_of < span.eligible_end for span in activity_spans(account, tenant))
    return definition if is_active and (in_force or not held) else None


@dataclass(frozen=True)
class Span:
    """As-of dates at which one active day keeps an account from having churned; eligible ends before or with it."""

    start: date
    end: date
    eligible_end: date


def activity_spans(account: Account, tenant: Tenant) -> list[Span]:
    """Who comes every 35 days is not gone after 30: twice the own mean gap counts where it is longer."""
    first_known: dict[date, date] = {}
    for event in account.events:
        first_known[event.day] = min(first_known.get(event.day, event.known), event.known)
    seen: list[date] = []
    spans = []
    for day, known in sorted(first_known.items(), key=lambda item: (item[1], item[0])):
        seen.append(day)
        silence = 0
        if len(seen) >= 4:
            silence = math.ceil(2 * (max(seen) - min(seen)).days / (len(seen) - 1))
        extra = timedelta(max(silence - tenant.silent_days, 0))
        end = day + DAY + timedelta(tenant.silent_days) + extra
        eligible = day + DAY + timedelta(min(tenant.silent_days, tenant.eligible_days)) + extra
        spans.append(Span(known, end, eligible))
    return spans


def labels_of(account: Account, tenant: Tenant, definition: str, as_of: date) -> dict:
    """churned_30d, churned_60d and churned_90d."""
    if definition == "inactivity":
        spans = activity_spans(account, tenant)

        def is_there(day: date) -> bool:
            return any(span.start <= day < span.end for span in spans)

        def is_open(day: date) -> bool:
            return False
    else:

        def is_there(day: date) -> bool:
            return any(ends.is_in_force(day) for _, ends in subscribed(account, tenant, day))

        def is_open(day: date) -> bool:
            """Whether all that is in force has been cancelled or is overdue."""
            return is_there(day) and not any(ends.is_running(day) for _, ends in subscribed(account, tenant, day))

    churned = first_day(as_of + DAY, as_of + timedelta(max(HORIZONS) + 1), lambda day: not is_there(day))
    labels: dict[str, bool | None] = {}
    for horizon in HORIZONS:
        close = as_of + timedelta(horizon)
        if close > tenant.data_through:
            label = None
        elif churned is not None and churned <= close:
            label = True
        else:
            undecided = first_day(close, tenant.data_through + DAY, lambda day: not is_open(day)) is None
            label = None if undecided else False
        labels[f"churned_{horizon}d"] = label
    return labels
