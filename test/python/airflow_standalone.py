"""Nights by all of Airflow at once: scheduler, triggerer and API on one host. Takes minutes and 2 GB, so CI does not run it.

    python3 test/python/airflow_standalone.py

Unpausing starts one scheduled night, which starts the consumer by its asset and misses a deadline of six seconds; then a back-fill
runs three nights, one after another. Prints what happened with its seconds.
"""

import http.server
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AIRFLOW = ROOT / "orchestration" / "airflow"
DAYS = ("2026-11-16", "2026-11-17", "2026-11-18")
PATIENCE_SECONDS = 900


def main() -> None:
    python = subprocess.run([ROOT / "test" / "python" / "environment", "airflow"], check=True, stdout=subprocess.PIPE, text=True)
    airflow = str(Path(python.stdout.strip()).with_name("airflow"))
    told: list[str] = []
    with tempfile.TemporaryDirectory(prefix="churn-standalone-") as folder:
        configure(Path(folder), webhook=listen(told), port=free_port(), bin_folder=str(Path(airflow).parent))
        fill()
        with (Path(folder) / "standalone.log").open("w") as log:
            started = time.monotonic()
            standalone = subprocess.Popen([airflow, "standalone"], stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_until(is_healthy, "the API is up", started)
            database = Path(folder) / "airflow" / "airflow.db"
            wait_until(lambda: len(query(database, "select dag_id from serialized_dag")) >= 2, "both DAGs are known", started)
            begun = time.monotonic()
            for dag in ("churn_scores_landed", "churn_nightly"):
                subprocess.run([airflow, "dags", "unpause", "--yes", dag], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_until(lambda: ended(database, "churn_nightly", "scheduled") == ["success"], "the scheduled night succeeded", begun)
            wait_until(lambda: ended(database, "churn_scores_landed", "asset_triggered") == ["success"], "its asset started the consumer", begun)
            wait_until(lambda: len(told) == 1, "the missed deadline was told", begun)
            print(f"     {told[0]}", flush=True)
            assert "the night of scheduled__" in told[0], told
            print(f"     resident memory of all processes: {resident_megabytes(standalone.pid):.0f} MB", flush=True)
            begun = time.monotonic()
            days = ["--from-date", DAYS[0], "--to-date", f"{DAYS[-1]}T23:59"]
            create = [airflow, "backfill", "create", "--dag-id", "churn_nightly", *days, "--max-active-runs", "1", "--reprocess-behavior", "none"]
            wait_until(lambda: has_run(create), "the back-fill was asked for", begun)
            wait_until(lambda: ended(database, "churn_nightly", "backfill") == ["success"] * 3, "three nights were filled in", begun)
            wait_until(lambda: len(ended(database, "churn_scores_landed", "asset_triggered")) >= 2, "they started the consumer too", begun)
            scored = published_days()
            assert set(DAYS) <= scored, f"published: {sorted(scored)}"
            assert len(told) == 1, f"a back-fill's deadline was told: {told}"
            print(f"     published days: {', '.join(sorted(scored))}", flush=True)
        except Exception:
            print((Path(folder) / "standalone.log").read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            os.killpg(standalone.pid, signal.SIGTERM)
            standalone.wait(timeout=120)


def configure(folder: Path, webhook: str, port: int, bin_folder: str) -> None:
    os.environ.update(
        PATH=f"{bin_folder}:{os.environ['PATH']}",
        AIRFLOW_HOME=str(folder / "airflow"),
        AIRFLOW__CORE__DAGS_FOLDER=str(AIRFLOW / "dags"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__CORE__PARALLELISM="2",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{folder}/airflow/airflow.db",
        AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
        # Its defaults are every address and 8080; tasks talk to the API, so they must know the port too.
        AIRFLOW__API__HOST="127.0.0.1",
        AIRFLOW__API__PORT=str(port),
        AIRFLOW__API__WORKERS="1",
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"http://127.0.0.1:{port}/execution/",
        PYTHONPATH=str(AIRFLOW),
        CHURN_HOME=str(folder / "home"),
        CHURN_COMMAND=f"node {ROOT / 'cli' / 'churn.mjs'}",
        CHURN_NIGHT_DEADLINE_MINUTES="0.1",
        CHURN_NIGHT_RETRY_SECONDS="5",
        CHURN_LATE_WEBHOOK=webhook,
    )


def fill() -> None:
    script = ROOT / "test" / "python" / "fill-night-home.ts"
    subprocess.run(["node", "--import", "tsx", str(script), "2026-11-20"], check=True, cwd=ROOT)
    train = ["node", str(ROOT / "cli" / "churn.mjs"), "train", "--model", "logistic"]
    subprocess.run(train, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(holds, what: str, since: float) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {PATIENCE_SECONDS} s: {what}")
        time.sleep(1)
    print(f"ok   {what} [{time.monotonic() - since:.0f} s]", flush=True)


def has_run(command: list[str]) -> bool:
    """SQLite turns one writer away while another writes, so it is asked again."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(f"     asked again: {done.stdout.strip().splitlines()[-1:]}", flush=True)
    return done.returncode == 0


def is_healthy() -> bool:
    try:
        address = f"http://127.0.0.1:{os.environ['AIRFLOW__API__PORT']}/api/v2/monitor/health"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return json.load(answer)["scheduler"]["status"] == "healthy"
    except OSError:
        return False


def query(database: Path, sql: str, *values: str) -> list:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10) as connection:
            return connection.execute(sql, values).fetchall()
    except sqlite3.OperationalError:
        return []


def ended(database: Path, dag: str, kind: str) -> list[str]:
    runs = query(database, "select state from dag_run where dag_id = ? and run_type = ?", dag, kind)
    failed = [state for (state,) in runs if state == "failed"]
    assert not failed, f"{len(failed)} {kind} runs of {dag} failed"
    return [state for (state,) in runs if state == "success"]


def published_days() -> set[str]:
    folder = Path(os.environ["CHURN_HOME"]) / "published"
    night = json.loads((folder / "current.json").read_text())["night"]
    return {part["as_of_date"] for part in json.loads((folder / "nights" / f"{night}.json").read_text())["scores"]}


def resident_megabytes(group: int) -> float:
    listed = subprocess.run(["ps", "-o", "rss=", "-g", str(group)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return sum(int(line) for line in listed.split()) / 1024


def listen(told: list[str]) -> str:
    class Sink(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
