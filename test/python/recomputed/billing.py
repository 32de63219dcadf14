"""What an account subscribes to, and when that ends."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .known_rows import DAY, Account, Tenant, Version, World, known_version

LAPSE_SILENCE = timedelta(28)
SUBSCRIPTIONS_TO_TELL_A_TERM = 5


@dataclass(frozen=True)
class Ends:
    """First as-of dates of what becomes of one version of a subscription; None where it does not happen."""

    passed: date | None
    ended: date | None
    went_on: date | None
    churned: date | None

    def is_in_force(self, as_of: date) -> bool:
        return self.churned is None or as_of < self.churned

    def is_running(self, as_of: date) -> bool:
        """Neither cancelled nor overdue, or worked on since the renewal date."""
        is_due = self.passed is not None and self.passed <= as_of
        return self.is_in_force(as_of) and (not is_due or (self.went_on is not None and self.went_on <= as_of))


def ends_of(row: dict, account: Account, tenant: Tenant) -> Ends:
    grace = DAY + timedelta(tenant.grace_days)
    if row["cancelled"] is not None:
        ended = row["cancelled"] + DAY
        return Ends(ended, ended, None, row["cancelled"] + grace)
    if row["renews"] is None:
        return Ends(None, None, None, None)
    renews, lapse = row["renews"], row["renews"] + LAPSE_SILENCE
    worked = [event.known for event in account.events if renews < event.day < lapse and event.known <= lapse]
    went_on = min(worked, default=None)
    successors = [
        (start, known)
        for start, known in starts_of(account, row)
        if start >= row["started_at"] and start.date() <= lapse and known <= lapse
    ]
    if successors:
        ended = max(renews, min(start.date() for start, _ in successors))
        ended_known = max(renews + DAY, min(known for _, known in successors))
        return Ends(renews + DAY, ended_known, went_on, max(ended + grace, ended_known))
    return Ends(renews + DAY, None, went_on, None if went_on else max(lapse, renews + grace))


def starts_of(account: Account, row: dict) -> list[tuple[datetime, date]]:
    """When the account's other subscriptions of a product started, and from when that is known."""
    starts = []
    for subscription, versions in account.subscriptions.items():
        ours = [version for version in versions if version.row["product"] == row["product"]]
        if ours and subscription != row["id"]:
            starts.append((min(v.row["started_at"] for v in ours), min(v.known for v in ours)))
    return starts


def subscribed(account: Account, tenant: Tenant, as_of: date) -> list[tuple[dict, Ends]]:
    """Every subscription that had started, in the version known then."""
    known = [known_version(versions, as_of) for versions in account.subscriptions.values()]
    return [(row, ends_of(row, account, tenant)) for row in known if row is not None and row["started"] < as_of]


def billing_of(world: World, tenant_id: str, account: Account, as_of: date) -> dict:
    tenant = world.tenants[tenant_id]
    held = subscribed(account, tenant, as_of)
    in_force = [(row, ends) for row, ends in held if ends.is_in_force(as_of)]
    if not in_force:
        return NOTHING_BILLED
    running = [(row, ends) for row, ends in in_force if ends.ended is None or as_of < ends.ended]
    speaking = [row for row, _ in running or in_force]
    main = max(speaking, key=lambda row: (revenue_to_rank_by(world, row, as_of), row["started_at"], row["id"]))
    currency = tenant.reporting_currency or main["currency"]

    def converted(amount: float | None, of: str | None) -> float | None:
        if amount is None or of is None or of == currency:
            return amount
        rate, target = rate_of(world, of, as_of), rate_of(world, currency, as_of)
        return None if rate is None or target is None else amount * (rate / target)

    seats = [row["seats"] for row in speaking if row["seats"] is not None]
    billed = [(row["mrr"], converted(row["mrr"], row["currency"])) for row in speaking if row["mrr"] is not None]
    is_known = billed and all(amount is not None for _, amount in billed)
    mrr = sum(amount for _, amount in billed) if is_known else None
    total = sum(seats) if seats else None
    previous = before_last_change(account, main)
    term = plan_term(world, tenant_id, main["plan"], as_of) if running else None
    renewal = renewal_of(account, main, term, as_of) if running else None
    foreseen = renewal or (main["renews"] if main["renews"] is not None and main["renews"] >= as_of else None)
    return {
        "plan": main["plan"],
        "billing_currency": currency,
        "seats": total,
        "mrr": mrr,
        "subscription_mrr": mrr,
        "mrr_per_seat": mrr / total if mrr is not None and total is not None and total > 0 else None,
        "days_since_subscription_start": (as_of - main["started"]).days,
        "days_to_renewal": (renewal - as_of).days if renewal else None,
        "term_months": term,
        "subscription_count": len(held),
        "running_subscription_count": len(running),
        "seats_change": difference(main["seats"], previous["seats"]),
        "mrr_change": converted(difference(main["mrr"], previous["mrr"]), main["currency"]),
        "mrr_contraction_84d": contraction(account, tenant, as_of, converted),
        "renews_at": foreseen and datetime(foreseen.year, foreseen.month, foreseen.day),
    }


NOTHING_BILLED = {
    **dict.fromkeys(("plan", "billing_currency", "seats", "mrr", "subscription_mrr", "mrr_per_seat")),
    **dict.fromkeys(("days_since_subscription_start", "days_to_renewal", "term_months", "seats_change")),
    **dict.fromkeys(("mrr_change", "mrr_contraction_84d", "renews_at")),
    "subscription_count": 0,
    "running_subscription_count": 0,
}


def revenue_to_rank_by(world: World, row: dict, as_of: date) -> float:
    """What has no price comes last; what has no rate counts as it stands."""
    rate = rate_of(world, row["currency"], as_of)
    return -1 if row["mrr"] is None else row["mrr"] * (1 if rate is None else rate)


def rate_of(world: World, currency: str | None, as_of: date) -> float | None:
    rate = known_version(world.rates.get(currency, []), as_of)
    return rate and rate["rate"]


def renewal_of(account: Account, main: dict, term: int | None, as_of: date) -> date | None:
    """The next renewal of what runs, or the one that passed in silence."""
    renews = main["renews"]
    if renews is not None and renews < as_of <= renews + LAPSE_SILENCE:
        if not any(event.day > renews and event.known <= as_of for event in account.events):
            return renews
    if renews is not None and renews >= as_of:
        # In a back-fill of today's state a date further away than a term has moved since.
        if main["is_dated"] or (term is not None and renews < add_months(as_of, term)):
            return renews
    if term is None:
        return None
    terms = 1
    while add_months(main["started"], terms * term) < as_of:
        terms += 1
    return add_months(main["started"], terms * term)


def plan_term(world: World, tenant_id: str, plan: str | None, as_of: date) -> int | None:
    """The longest term that fits all subscriptions of a plan; untold from fewer than five."""
    fits: dict[str, set[int]] = {}
    for version in world.billed[tenant_id]:
        row = version.row
        months = round((row["renews"] - row["started"]).days / 30.4375) if row["renews"] else 0
        if version.known <= as_of and (row["plan"] or "") == (plan or "") and months >= 1:
            longest = next((term for term in (12, 6, 4, 3, 2) if months % term == 0), 1)
            fits.setdefault(row["id"], set()).add(longest)
    if len(fits) < SUBSCRIPTIONS_TO_TELL_A_TERM:
        return None
    longest = set().union(*fits.values())
    return next((term for term in (12, 6, 4, 3, 2) if all(of % term == 0 for of in longest)), 1)


@dataclass(frozen=True)
class Step:
    """One version of a product's subscriptions, and what was billed before the change that it belongs to."""

    version: Version
    is_change: bool
    seats: int | None
    mrr: float | None


def steps_of(account: Account, product: str) -> list[Step]:
    """The versions of a product in the order in which they became known, save those superseded as they arrived."""

    def order(version: Version) -> tuple:
        row = version.row
        billed = [(row[name] is None, *([] if row[name] is None else [row[name]])) for name in ("plan", "mrr", "seats")]
        return (version.known, row["started_at"], *billed, row["id"])

    seen = [v for of in account.subscriptions.values() for v in of if known_version(of, v.known) is v.row]
    versions = sorted((version for version in seen if version.row["product"] == product), key=order)
    steps: list[Step] = []
    for before, version in zip([None, *versions], versions, strict=False):
        if before is None:
            steps.append(Step(version, True, None, None))
        elif all(before.row[name] == version.row[name] for name in ("id", "seats", "mrr", "currency")):
            steps.append(Step(version, False, steps[-1].seats, steps[-1].mrr))
        else:
            same_currency = before.row["currency"] == version.row["currency"]
            steps.append(Step(version, True, before.row["seats"], before.row["mrr"] if same_currency else None))
    return steps


def before_last_change(account: Account, row: dict) -> dict:
    step = next(step for step in steps_of(account, row["product"]) if step.version.row is row)
    return {"seats": step.seats, "mrr": step.mrr}


def contraction(account: Account, tenant: Tenant, as_of: date, converted) -> float:
    """Revenue given up within 84 days: by a lower price, and by the end of a product that nothing followed."""
    since = as_of - timedelta(84)
    lost = 0.0
    for product in {version.row["product"] for versions in account.subscriptions.values() for version in versions}:
        steps = [step for step in steps_of(account, product) if step.version.known <= as_of]
        for step in steps:
            row = step.version.row
            if step.is_change and step.version.known > since and step.mrr is not None and row["mrr"] is not None:
                lost += converted(max(step.mrr - row["mrr"], 0), row["currency"]) or 0
            ended = ends_of(row, account, tenant).ended
            is_latest = step is steps[-1] and known_version(account.subscriptions[row["id"]], as_of) is row
            if is_latest and ended is not None and since < ended <= as_of:
                lost += converted(row["mrr"], row["currency"]) or 0
    return lost


def difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def add_months(day: date, months: int) -> date:
    """Past the end of a short month it is that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
