"""The raw layer as the point-in-time rule sees it: every row with the first as-of date at which it is known."""

import json
import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

COMPILED = Path(__file__).resolve().parents[3] / "features" / "dbt" / "compiled"
SETTINGS = json.loads((COMPILED / "settings.json").read_text())
OPERATOR = "platform"
DAY = timedelta(1)
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Event:
    known: date
    day: date
    kind: str
    user: str | None
    quantity: Decimal


@dataclass(frozen=True)
class Version:
    """One state of an account, subscription, ticket or rate; `order` says which of two that are known counts."""

    known: date
    order: tuple
    row: dict


@dataclass
class Tenant:
    churn_definition: str | None = None
    eligible_days: int = 28
    silent_days: int = 30
    grace_days: int = 1
    arrival_hours: int = 0
    reporting_currency: str | None = None
    history_from: date | None = None
    data_through: date | None = None


@dataclass
class Account:
    versions: list[Version] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    tickets: dict[str, list[Version]] = field(default_factory=lambda: defaultdict(list))
    subscriptions: dict[str, list[Version]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class World:
    tenants: dict[str, Tenant]
    accounts: dict[tuple[str, str], Account]
    rates: dict[str, list[Version]]
    requested: list[date]
    """Versions of subscriptions by tenant, whoever holds them."""
    billed: dict[str, list[Version]]


def known_version(versions: list[Version], as_of: date) -> dict | None:
    """The last version that is known at an as-of date."""
    known = [version for version in versions if version.known <= as_of]
    return max(known, key=lambda version: version.order).row if known else None


def read_world(connection: duckdb.DuckDBPyConnection) -> World:
    tenants = read_tenants(connection)
    arrival = Arrival(connection, tenants)
    accounts: dict[tuple[str, str], Account] = defaultdict(Account)
    for row in records(connection, "select * from raw.accounts"):
        row["segment"], row["region"] = text(row["segment"]), text(row["region"])
        version = arrival.version("accounts", row, row["created_at"], ("name", "segment", "region", "owner", "created_at"))
        accounts[row["tenant_id"], row["account_id"]].versions.append(version)
    add_events(connection, accounts, arrival)
    for row in records(connection, "select * from raw.support_tickets"):
        row["closed_day"] = day_of(row["closed_at"])
        row["severity"] = row["severity"] and row["severity"].strip().lower()
        ticket = text(row["ticket_id"]) or f"{row['account_id']}/{row['opened_at']}"
        version = arrival.version("support_tickets", row, row["opened_at"], ("closed_day", "severity", "csat"))
        accounts[row["tenant_id"], row["account_id"]].tickets[ticket].append(version)
    billed = defaultdict(list)
    for row in records(connection, "select * from raw.subscriptions"):
        version = subscription_version(row, arrival)
        accounts[row["tenant_id"], row["account_id"]].subscriptions[row["id"]].append(version)
        billed[row["tenant_id"]].append(version)
    rates = defaultdict(list)
    for row in records(connection, "select * from raw.currency_rates"):
        rates[row["currency"].strip().upper()].append(arrival.version("currency_rates", row, EPOCH, ("rate",)))
    requested = [row["as_of_date"] for row in records(connection, "select * from raw.as_of_requests")]
    return World(tenants, dict(accounts), rates, requested, billed)


def subscription_version(row: dict, arrival: "Arrival") -> Version:
    """Names that say nothing are null; without an id, account, product and start identify a subscription."""
    row["product"] = text(row["product"]) or ""
    row["plan"] = text(row["plan"])
    row["currency"] = text(row["currency"]) and row["currency"].strip().upper()
    row["id"] = text(row["subscription_id"]) or f"{row['account_id']}/{row['product']}/{row['started_at']}"
    row["started"], row["renews"] = day_of(row["started_at"]), day_of(row["renews_at"])
    row["cancelled"] = day_of(row["cancelled_at"])
    row["is_dated"] = row["valid_from"] is not None or not arrival.is_backfill("subscriptions", row)
    breaks = ("started_at", "renews_at", "cancelled", "plan", "mrr", "seats")
    version = arrival.version("subscriptions", row, row["started_at"], breaks)
    row["known"] = version.known
    return version


def add_events(
    connection: duckdb.DuckDBPyConnection, accounts: dict[tuple[str, str], Account], arrival: "Arrival"
) -> None:
    kinds = event_kinds(connection)
    for row in first_arrivals(connection, arrival):
        event = Event(
            known=first_known(row["event_time"], row["arrived"]),
            day=row["event_time"].date(),
            kind=kinds.get(row["event_type"].strip().lower(), "other"),
            user=row["user_id"],
            quantity=exact(row["quantity"]),
        )
        accounts[row["tenant_id"], row["account_id"]].events.append(event)
        # What the accounts of a tenant do, the tenant does in the operator's eyes, where it is an account there.
        if row["tenant_id"] != OPERATOR and (OPERATOR, row["tenant_id"]) in accounts:
            accounts[OPERATOR, row["tenant_id"]].events.append(event)


def first_arrivals(connection: duckdb.DuckDBPyConnection, arrival: "Arrival") -> list[dict]:
    """Every event without an id, and of those with the same id in a tenant the copy that arrived first."""
    without_id, first = [], {}
    for row in records(connection, "select * from raw.platform_events"):
        is_backfill = arrival.is_backfill("platform_events", row)
        row["arrived"] = row["event_time"] if is_backfill else arrival.settled(row)
        if row["event_id"] is None or not row["event_id"].strip():
            without_id.append(row)
            continue
        key = (row["tenant_id"], row["event_id"].strip())
        if key not in first or (row["arrived"], row["loaded_at"]) < (first[key]["arrived"], first[key]["loaded_at"]):
            first[key] = row
    return [*without_id, *first.values()]


def event_kinds(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The kinds of the default, and the platform's own before them."""
    own = records(connection, "select * from raw.event_kinds")
    return SETTINGS["event_kinds"] | {
        row["event_type"].strip().lower(): row["activity_kind"].strip().lower() for row in own
    }


def platform_clock(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day of the last event, or a later one that loads after it speak for."""
    arrival = Arrival(connection, {})
    last_event, loads, trails = None, [], []
    for row in records(connection, "select tenant_id, event_time, loaded_at from raw.platform_events"):
        happened, loaded = row["event_time"].date(), row["loaded_at"].date()
        is_sound = row["event_time"] <= row["loaded_at"]
        if is_sound:
            last_event = max(last_event or happened, happened)
        if not arrival.is_backfill("platform_events", row):
            trails.append(max((loaded - happened).days, 0))
            if is_sound:
                loads.append(loaded)
    if not loads:
        return last_event
    usual = sorted(trails)[math.ceil(0.95 * len(trails)) - 1]
    complete = max(loads) - timedelta(max(usual, 1) - 1)
    return complete if last_event <= complete <= last_event + timedelta(5) else last_event


def read_tenants(connection: duckdb.DuckDBPyConnection) -> dict[str, Tenant]:
    settings = records(connection, "select * from raw.tenant_settings")
    declared = [row["data_through"] for row in settings if row["tenant_id"] == "*" and row["data_through"]]
    through = declared[0] if declared else platform_clock(connection)
    tenants: dict[str, Tenant] = defaultdict(lambda: Tenant(data_through=through))
    for row in settings:
        tenant = tenants[row["tenant_id"]]
        for name in ("eligible_days", "silent_days", "grace_days", "arrival_hours", "history_from", "data_through"):
            if row[name] is not None:
                setattr(tenant, name, row[name])
        tenant.churn_definition = row["churn_definition"] and row["churn_definition"].strip().lower()
        tenant.reporting_currency = text(row["reporting_currency"]) and row["reporting_currency"].strip().upper()
    return tenants


class Arrival:
    """When rows arrived: when they were loaded, or in a declared back-fill when they happened."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tenants: dict[str, Tenant]) -> None:
        self.tenants = tenants
        self.backfills = defaultdict(list)
        for row in records(connection, "select * from raw.backfills"):
            self.backfills[row["table_name"], row["tenant_id"]].append((row["loaded_from"], row["loaded_to"]))

    def is_backfill(self, table: str, row: dict) -> bool:
        ranges = [*self.backfills[table, "*"], *self.backfills[table, row.get("tenant_id")]]
        return any(start <= row["loaded_at"] <= end for start, end in ranges)

    def settled(self, row: dict) -> datetime:
        """Rows may arrive some hours after a midnight and still count for it."""
        if "tenant_id" not in row:
            return row["loaded_at"]
        return row["loaded_at"] - timedelta(hours=self.tenants[row["tenant_id"]].arrival_hours)

    def version(self, table: str, row: dict, start: datetime, tie_breakers: tuple[str, ...]) -> Version:
        """A version that does not say from when it holds does so from its arrival, in a back-fill from the start."""
        is_backfill = self.is_backfill(table, row)
        valid_from = row["valid_from"] or (start if is_backfill else self.settled(row))
        arrived = valid_from if is_backfill else self.settled(row)
        ties = [(row[name] is None, row[name]) if row[name] is not None else (True,) for name in tie_breakers]
        return Version(first_known(valid_from, arrived), (valid_from, arrived, row["loaded_at"], *ties), row)


def first_known(happened: datetime, arrived: datetime) -> date:
    """The midnight after both."""
    return max(happened, arrived).date() + DAY


def day_of(time: datetime | None) -> date | None:
    return time and time.date()


def text(value: str | None) -> str | None:
    return (value or "").strip() or None


def exact(quantity: float | None) -> Decimal:
    """Three decimals; what is no usable quantity counts once."""
    if quantity is None or not math.isfinite(quantity) or abs(quantity) >= 1e15:
        return Decimal(1)
    return Decimal(str(quantity)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
