"""Compares the marts with the second implementation in `recomputed`, column by column.

    python recompute_features.py DATABASE     a DuckDB file with raw rows and built marts; a random choice of rows is recomputed
"""

import math
import random
import sys
from collections import defaultdict
from datetime import date, datetime
from functools import cache
from pathlib import Path

import duckdb
from recomputed.activity import activity_of, compared, counts_to_compare, known_events, seats_used
from recomputed.billing import billing_of
from recomputed.churn import as_of_dates, definition_at, eligible_as, labels_of
from recomputed.known_rows import World, known_version, read_world, records
from recomputed.support import support_of
from tally import Tally

SEED = 20
ROWS = 1500
DAYS_OF_ELIGIBILITY = 100
KEYS = ("tenant_id", "account_id", "as_of_date")


def main() -> None:
    tally = Tally()
    check_recomputed(tally, Path(sys.argv[1]))
    tally.finish()


def check_recomputed(tally: Tally, database: Path) -> None:
    connection = duckdb.connect(str(database), read_only=True)
    world = read_world(connection)
    features = keyed(connection, "analytics.account_features")
    labels = keyed(connection, "analytics.account_churn_labels")
    check_as_of_dates(tally, connection, world)
    check_eligibility(tally, world, labels)
    check_columns(tally, world, features, labels)


def check_as_of_dates(tally: Tally, connection: duckdb.DuckDBPyConnection, world: World) -> None:
    found = defaultdict(list)
    for row in records(connection, "select * from analytics.tenant_as_of_dates order by as_of_date"):
        found[row["tenant_id"]].append(row["as_of_date"])
    tenants = sorted({tenant for (tenant, _), account in world.accounts.items() if account.versions})
    differing = [tenant for tenant in tenants if found[tenant] != as_of_dates(world, tenant)]
    tally.record("recomputed tenant_as_of_dates", f"differ for {', '.join(differing)}" if differing else None)


def check_eligibility(tally: Tally, world: World, labels: dict) -> None:
    """Who is scored, and by which definition, on some dates of some tenants."""
    scored: dict[tuple[str, date], dict[str, str]] = defaultdict(dict)
    for (tenant, account, as_of), row in labels.items():
        scored[tenant, as_of][account] = row["churn_definition"]
    days = random.Random(SEED).sample(sorted(scored), min(DAYS_OF_ELIGIBILITY, len(scored)))
    differing = []
    for tenant, as_of in days:
        definition = definition_at(world, tenant, as_of)
        expected = {
            account: eligible_as(found, world.tenants[tenant], definition, as_of)
            for (of, account), found in world.accounts.items()
            if of == tenant
        }
        for account in expected:
            if expected[account] != scored[tenant, as_of].get(account):
                differing.append(f"{tenant} {account} {as_of}: mart {scored[tenant, as_of].get(account)}, recomputed {expected[account]}")
    summary = f"{len(differing)} differ, as {differing[0]}" if differing else None
    tally.record(f"recomputed eligibility ({len(days)} tenants and dates)", summary)


def check_columns(tally: Tally, world: World, features: dict, labels: dict) -> None:
    """Each column of a random choice of rows, as one check a column."""
    eligible: dict[tuple[str, date], list[str]] = defaultdict(list)
    for tenant, account, as_of in features:
        eligible[tenant, as_of].append(account)

    @cache
    def peers(tenant: str, as_of: date) -> list[dict]:
        """What every account of the tenant that is scored that day did."""
        return [
            counts_to_compare(known_events(world.accounts[tenant, account], as_of), as_of)
            for account in eligible[tenant, as_of]
        ]

    keys = sorted(features)
    chosen = random.Random(SEED).sample(keys, min(ROWS, len(keys)))
    columns = [*next(iter(features.values())), "churned_30d", "churned_60d", "churned_90d"]
    differences: dict[str, list[str]] = {column: [] for column in columns}
    for key in chosen:
        tenant, account, as_of = key
        expected = recomputed_row(world, key, peers(tenant, as_of), labels[key]["churn_definition"])
        row = features[key] | labels[key]
        for column, found in differences.items():
            if column not in expected:
                found.append("it is not recomputed")
            elif not same(row[column], expected[column]):
                found.append(f"{tenant} {account} {as_of}: mart {row[column]}, recomputed {expected[column]}")
    for column, found in differences.items():
        summary = f"{len(found)} of {len(chosen)} rows differ, as {found[0]}" if found else None
        tally.record(f"recomputed {column}", summary)


def recomputed_row(world: World, key: tuple[str, str, date], peers: list[dict], definition: str) -> dict:
    tenant, account_id, as_of = key
    account = world.accounts[tenant, account_id]
    known = known_version(account.versions, as_of)
    created = known["created_at"].date()
    events = known_events(account, as_of)
    billing = billing_of(world, tenant, account, as_of)
    return {
        **dict(zip(KEYS, key, strict=True)),
        "segment": known["segment"],
        "region": known["region"],
        "account_age_days": (as_of - created).days,
        **billing,
        **activity_of(events, created, as_of),
        **compared(counts_to_compare(events, as_of), peers),
        **seats_used(events, billing["seats"], as_of),
        **support_of(account, as_of),
        **labels_of(account, world.tenants[tenant], definition, as_of),
    }


def keyed(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[tuple[str, str, date], dict]:
    return {tuple(row[key] for key in KEYS): row for row in records(connection, f"select * from {relation}")}


def same(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, str | date | datetime):
        return left == right
    return math.isclose(left, right, rel_tol=1e-8, abs_tol=1e-6 if isinstance(left, float) else 0)


if __name__ == "__main__":
    main()
