"""What an account asked of support."""

from datetime import date, timedelta

from .activity import LOOKBACK
from .known_rows import Account, known_version

HIGH_SEVERITY = {"high", "urgent", "critical", "blocker", "sev1", "p1", "1"}


def support_of(account: Account, as_of: date) -> dict:
    known = [known_version(versions, as_of) for versions in account.tickets.values()]
    opened = [ticket for ticket in known if ticket is not None and ticket["opened_at"].date() < as_of]
    closed = [ticket for ticket in opened if ticket["closed_day"] is not None and ticket["closed_day"] < as_of]
    rated = [
        round(ticket["csat"], 3)
        for ticket in closed
        if ticket["csat"] is not None and ticket["closed_day"] >= as_of - timedelta(LOOKBACK)
    ]
    ago = [(as_of - ticket["opened_at"].date()).days for ticket in opened]
    high = [ticket for ticket in opened if ticket["severity"] in HIGH_SEVERITY]
    return {
        "tickets_opened_28d": len([days for days in ago if days <= 28]),
        "tickets_opened_84d": len([days for days in ago if days <= 84]),
        "tickets_open": len(opened) - len(closed),
        "tickets_high_severity_84d": len([t for t in high if t["opened_at"].date() >= as_of - timedelta(84)]),
        "mean_csat_168d": sum(rated) / len(rated) if rated else None,
        "days_since_last_ticket": min([*ago, LOOKBACK]),
    }
