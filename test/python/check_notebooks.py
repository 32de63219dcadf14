"""Runs the notebooks as a reader would, on the demo's data: every cell must succeed, every plot and table must show.

    python check_notebooks.py [--home FOLDER] [--out FOLDER]

--home  a CHURN_HOME in which `churn demo` has run; without it the demo's data is made anew, about a minute
--out   where to leave the notebooks with what they printed
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
# What a cell promises by its last statement, and the media type that keeps the promise.
PROMISES = {
    "plot": (re.compile(r"^await plot\w*\(", re.MULTILINE), "image/svg+xml"),
    "table": (re.compile(r"^await table\(", re.MULTILINE), "text/html"),
}
SECONDS_PER_NOTEBOOK = 900
# A busy machine makes the kernel lose what a cell shows, about once in a hundred times (decision 13).
ATTEMPTS = 3


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--home", type=Path)
    options.add_argument("--out", type=Path)
    arguments = options.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="churn-notebooks-") as name:
        folder = Path(name)
        home = arguments.home or make_data(folder / "home")
        environment = {**os.environ, "CHURN_HOME": str(home.resolve()), "DENO_DIR": str(folder / "deno"), "DENO_NO_UPDATE_CHECK": "1"}
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            check_committed(tally, path, notebook)
            running = execute(tally, path, notebook, kernels(folder), environment)
            try:
                asyncio.run(asyncio.wait_for(running, SECONDS_PER_NOTEBOOK))
            except asyncio.TimeoutError:
                tally.record(f"{path.name} in time", f"still running after {SECONDS_PER_NOTEBOOK} s")
            if arguments.out:
                arguments.out.mkdir(parents=True, exist_ok=True)
                nbformat.write(notebook, arguments.out / path.name)
    tally.finish()


def make_data(home: Path) -> Path:
    """The demo's platform and its marts; the notebooks train for themselves."""
    script = ROOT / "test" / "python" / "fill-notebook-home.ts"
    subprocess.run(["node", "--import", "tsx", str(script)], check=True, cwd=ROOT, env={**os.environ, "CHURN_HOME": str(home)})
    return home


def kernels(folder: Path) -> KernelSpecManager:
    """The kernel of this environment and no other, without a trace in the user's Jupyter folders."""
    directory = folder / "kernels" / "deno"
    directory.mkdir(parents=True, exist_ok=True)
    deno = Path(sys.executable).parent / "deno"
    command = [str(deno), "jupyter", "--kernel", "--conn", "{connection_file}"]
    (directory / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Deno", "language": "typescript"}))
    return KernelSpecManager(kernel_dirs=[str(directory.parent)], ensure_native_kernel=False)


def check_committed(tally: Tally, path: Path, notebook: nbformat.NotebookNode) -> None:
    """Outputs hold accounts' rows and go stale: they are not committed."""
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    kept = any(cell.outputs or cell.execution_count for cell in code)
    tally.record(f"{path.name} without outputs", "clear its outputs before committing" if kept else None)
    promised = any(PROMISES["plot"][0].search(cell.source) for cell in code)
    tally.record(f"{path.name} plots something", None if promised else "no cell ends with await plot…(…)")


async def execute(
    tally: Tally, path: Path, notebook: nbformat.NotebookNode, specs: KernelSpecManager, environment: dict[str, str]
) -> None:
    manager = AsyncKernelManager(kernel_name="deno", kernel_spec_manager=specs)
    client = NotebookClient(notebook, km=manager, timeout=SECONDS_PER_NOTEBOOK, resources={"metadata": {"path": str(NOTEBOOKS)}})
    try:
        async with client.async_setup_kernel(env=environment):
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    await run_cell(tally, client, cell, index, f"{path.name} cell {index + 1}")
    except CellExecutionError as error:
        tally.record(f"{path.name} to its end", str(error))
    finally:
        # nbclient leaves a kernel running whose manager it was given.
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)


async def run_cell(tally: Tally, client: NotebookClient, cell: nbformat.NotebookNode, index: int, what: str) -> None:
    for attempt in range(ATTEMPTS):
        await client.async_execute_cell(cell, index)
        if missing(cell) is None:
            break
        print(f"     {what}: {missing(cell)} at attempt {attempt + 1}", flush=True)
    tally.record(what, missing(cell) or complaint(cell))


def missing(cell: nbformat.NotebookNode) -> str | None:
    shown = {media for output in cell.outputs for media in output.get("data", {})}
    for thing, (promise, media) in PROMISES.items():
        if promise.search(cell.source) and media not in shown:
            return f"shows no {thing}"
    return None


def complaint(cell: nbformat.NotebookNode) -> str | None:
    text = "".join(output.text for output in cell.outputs if output.get("name") == "stderr")
    return f"complains: {text}" if text else None


if __name__ == "__main__":
    main()
