"""Alerts of two nights through a real Kafka broker, sent by the installed package and read by the vendor's client: all of
them arrive, each once, in order, although the broker is down at first and is killed in between."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient, NewTopic
from kafka.broker import Broker
from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
CLIENT = "@platformatic/kafka@1.35.0"
TOPIC = "churn-alerts"
# What failed once is tried again after a minute.
PAUSE_SECONDS = 61
READ_SECONDS = 30

SETTINGS = """
rules:
  - name: at-risk
    when: {probability_at_least: 0.5}
destinations:
  - name: kafka
    tenants: [acme, globex]
    per_minute: 6000
    to: {kafka: {brokers: ["BROKER"], topic: TOPIC}}
"""


def main() -> None:
    tally = Tally()
    if (missing := [tool for tool in ("java", "mvn") if shutil.which(tool) is None]):
        print(f"skipped: a broker needs {' and '.join(missing)}", flush=True)
        tally.finish()
    with tempfile.TemporaryDirectory(prefix="churn-alerts-") as name:
        folder = Path(name)
        broker = Broker(folder / "broker")
        try:
            check(tally, folder, broker)
        finally:
            broker.remove()
    tally.finish()


def check(tally: Tally, folder: Path, broker: Broker) -> None:
    began = time.monotonic()
    broker.folder.mkdir()
    broker.install()
    installed = time.monotonic()
    program = install_package(folder / "elsewhere")
    home = folder / "home"
    home.mkdir()
    settings = SETTINGS.replace("BROKER", broker.address).replace("TOPIC", TOPIC)
    (home / "alerts.yaml").write_text(settings)
    churn = Churn(program, home)
    ready = time.monotonic()
    print(f"     broker installed in {installed - began:.0f} s, package in {ready - installed:.0f} s")

    score(home, "2026-11-09", "-2")
    first = churn.send(expected=0)
    tally.record("the first night raises nothing", None if first["alerts"] == 0 else f"{first}")

    score(home, "2026-11-16", "3")
    down = churn.send(expected=1)
    waits = down["delivered"] == 0 and down["pending"] > 3 and down["dead"] == 0
    tally.record("alerts wait while the broker is down", None if waits else f"{down}")
    tally.record("alerts of a tenant that no destination names are told", None if down["unheard"] > 0 else f"{down}")

    broker.start()
    create_topic(broker)
    time.sleep(PAUSE_SECONDS)
    sent = churn.send(expected=0)
    due = down["pending"]
    tally.record(f"{due} alerts are delivered", None if sent["delivered"] == due else f"{sent}")

    score(home, "2026-11-16", "5")
    broker.kill()
    lost = churn.send(expected=1)
    waits = lost["alerts"] > 0 and lost["pending"] == lost["alerts"] - lost["unheard"]
    tally.record("alerts wait when the broker is killed", None if waits else f"{lost}")
    broker.start()
    time.sleep(PAUSE_SECONDS)
    churn.send(expected=0)

    outbox = [row for tenant in ("acme", "globex") for row in churn.listed(tenant)]
    events = read_events(broker, len(outbox))
    ids = [event["headers"]["ce_id"] for event in events]
    raised = {row["alert"]["id"] for row in outbox}
    tally.record(
        f"all {len(raised)} alerts are in the topic, each once",
        None if set(ids) == raised and len(ids) == len(raised) else f"{len(ids)} events, {len(set(ids))} ids",
    )
    undelivered = [row for row in outbox if row["status"] != "delivered"]
    tally.record("the outbox says that all are delivered", None if not undelivered else f"{undelivered[0]}")
    tenants = {event["headers"]["ce_tenantid"] for event in events}
    tally.record("no tenant that the destination does not name", None if tenants == {"acme", "globex"} else f"{tenants}")
    tally.record("events have a key, a type and their data", problem_of(events))
    print(f"     Kafka in {time.monotonic() - ready:.0f} s, {2 * PAUSE_SECONDS} s of them pauses")


class Churn:
    def __init__(self, program: Path, home: Path) -> None:
        self.program = program
        self.home = home

    def run(self, *arguments: str, expected: int) -> dict:
        environment = {**os.environ, "CHURN_HOME": str(self.home)}
        command = [self.program, *arguments, "--json"]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
        if done.returncode != expected:
            raise AssertionError(f"churn {' '.join(arguments)} ended with {done.returncode}, not {expected}")
        return json.loads(done.stdout)

    def send(self, expected: int) -> dict:
        return self.run("alerts", "send", expected=expected)

    def listed(self, tenant: str) -> list[dict]:
        return self.run("alerts", "list", "--tenant", tenant, expected=0)["alerts"]


def install_package(folder: Path) -> Path:
    """As its users do: the package, and the client beside it."""
    folder.mkdir()
    subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (package,) = folder.glob("churn-*.tgz")
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", "install", "--prefix", folder, *quiet, package, CLIENT], check=True, stdout=subprocess.DEVNULL)
    return folder / "node_modules" / ".bin" / "churn"


def score(home: Path, as_of: str, bias: str) -> None:
    script = ["node", "--import", "tsx", "test/python/score-small-night.ts", home, as_of, bias]
    subprocess.run(script, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def create_topic(broker: Broker) -> None:
    client = AdminClient({"bootstrap.servers": broker.address})
    client.create_topics([NewTopic(TOPIC, 3, 1)])[TOPIC].result(timeout=60)


def read_events(broker: Broker, count: int) -> list[dict]:
    consumer = Consumer(
        {"bootstrap.servers": broker.address, "group.id": "check", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([TOPIC])
    events: list[dict] = []
    deadline = time.monotonic() + READ_SECONDS
    # A little longer than needed, so that doubles would be seen.
    while time.monotonic() < deadline:
        message = consumer.poll(1.0)
        if message is None:
            if len(events) >= count:
                break
            continue
        if message.error():
            continue
        headers = {name: value.decode() for name, value in message.headers() or []}
        events.append({"headers": headers, "key": message.key().decode(), "data": json.loads(message.value())})
    consumer.close()
    return events


def problem_of(events: list[dict]) -> str | None:
    for event in events:
        headers, alerts = event["headers"], event["data"]["alerts"]
        fits = (
            headers["ce_specversion"] == "1.0"
            and headers["ce_type"] == "churn.alert.raised"
            and headers["content-type"] == "application/json"
            and json.loads(event["key"]) == [headers["ce_tenantid"], alerts[0]["account_id"]]
            and alerts[0]["tenant_id"] == headers["ce_tenantid"]
            and alerts[0]["account"]["probability_90d"] >= 0.5
        )
        if not fits:
            return json.dumps(event)
    return None


if __name__ == "__main__":
    main()
