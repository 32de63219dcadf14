"""Has two clients of the Open Inference Protocol talk to the running service, as their users would: NVIDIA's tritonclient,
which sends tensors as JSON or as bytes behind it and names no content type, and the client that is generated from the
protocol's own OpenAPI document."""

import json
import subprocess
import traceback
import urllib.request
from pathlib import Path

import httpx
import numpy as np
import tritonclient.http as triton
from open_inference.openapi.client import OpenInferenceClient
from open_inference.openapi.core.api_error import ApiError
from open_inference.openapi.errors import BadRequestError
from open_inference.openapi.types import InferenceRequest, RequestInput
from tally import Tally
from tritonclient.utils import InferenceServerException

ROOT = Path(__file__).resolve().parents[2]
MODEL = "small"
ACTIVE_DAYS = [3.0, 20.0, float("nan")]
TICKETS = [2, 0, 1]
PLANS = ["basic", "plus", "basic"]


class Service:
    """The service on small marts, with a token for all of its tenants."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", "--import", "tsx", "test/python/serve-small-marts.ts"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url, token = self.process.stdout.readline().split()
        self.token = token

    @property
    def headers(self) -> dict[str, str]:
        """Anew each time: tritonclient adds its own to what it is given."""
        return {"Authorization": f"Bearer {self.token}"}

    def stop(self) -> None:
        # It serves until its input ends.
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def what_if(self, tenant: str) -> list[float]:
        """What the domain API says of the same accounts."""
        accounts = [
            {"active_days_28d": None if days != days else days, "open_tickets": tickets, "plan": plan}
            for days, tickets, plan in zip(ACTIVE_DAYS, TICKETS, PLANS)
        ]
        request = urllib.request.Request(
            f"{self.url}/v1/tenants/{tenant}/score",
            data=json.dumps({"accounts": accounts}).encode(),
            headers={**self.headers, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            return [one["churn_probability_90d"] for one in json.load(response)["predictions"]]


def triton_inputs(binary: bool) -> list[triton.InferInput]:
    columns = {
        "active_days_28d": ("FP64", np.array(ACTIVE_DAYS)),
        "open_tickets": ("INT64", np.array(TICKETS)),
        "plan": ("BYTES", np.array(PLANS, dtype=np.object_)),
    }
    inputs = []
    for name, (datatype, values) in columns.items():
        # JSON has no NaN; there the tensor is left out, which is unknown too.
        if not binary and name == "active_days_28d":
            continue
        one = triton.InferInput(name, list(values.shape), datatype)
        one.set_data_from_numpy(values, binary_data=binary)
        inputs.append(one)
    return inputs


def triton_is_told_of_server_and_model(service: Service) -> None:
    with triton.InferenceServerClient(service.url.removeprefix("http://")) as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready(MODEL, headers=service.headers)
        assert not client.is_model_ready("nobodys", headers=service.headers)
        assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
        metadata = client.get_model_metadata(MODEL, headers=service.headers)
        assert [one["name"] for one in metadata["inputs"]] == ["active_days_28d", "open_tickets", "plan"], metadata


def triton_infers_with_bytes_as_by_default(service: Service) -> None:
    with triton.InferenceServerClient(service.url.removeprefix("http://")) as client:
        result = client.infer(
            MODEL, triton_inputs(binary=True), headers=service.headers, parameters={"tenant_id": "acme"}
        )
    probabilities = result.as_numpy("churn_probability_90d")
    assert probabilities.dtype == np.float64
    assert probabilities.tolist() == service.what_if("acme"), probabilities
    bands = [band.decode() for band in result.as_numpy("risk_band")]
    assert len(bands) == 3 and set(bands) <= {"low", "medium", "high", "critical"}, bands


def triton_infers_with_json(service: Service) -> None:
    wanted = ["churn_probability_90d", "drivers"]
    with triton.InferenceServerClient(service.url.removeprefix("http://")) as client:
        results = [
            client.infer(
                MODEL,
                triton_inputs(binary=False),
                outputs=[triton.InferRequestedOutput(name, binary_data=binary) for name in wanted],
                headers=service.headers,
                request_id="42",
            )
            for binary in (False, True)
        ]
    as_json, as_bytes = results
    assert as_json.get_response()["id"] == "42"
    for name in wanted:
        assert as_json.get_output(name).get("data") is not None
        assert as_bytes.get_output(name).get("data") is None
    assert as_json.as_numpy(wanted[0]).tolist() == as_bytes.as_numpy(wanted[0]).tolist()
    drivers = [json.loads(text) for text in as_bytes.as_numpy("drivers")]
    assert drivers == [json.loads(text) for text in as_json.as_numpy("drivers")]
    assert drivers[0][0]["sentence"], drivers


def triton_reads_errors(service: Service) -> None:
    with triton.InferenceServerClient(service.url.removeprefix("http://")) as client:

        def refused(wanted: str, status: str, **options: object) -> None:
            try:
                client.infer(**{"model_name": MODEL, "headers": service.headers, **options})
            except InferenceServerException as error:
                assert wanted in error.message(), error.message()
                assert error.status() == status, error.status()
                return
            raise AssertionError(f"not refused: {wanted}")

        inputs = triton_inputs(binary=True)
        refused("No such model", "404", model_name="nobodys", inputs=inputs)
        refused("A valid bearer token is needed", "401", headers={}, inputs=inputs)
        refused("is there more than once", "400", inputs=[*inputs, inputs[0]])
        refused("there is no logits", "400", inputs=inputs, outputs=[triton.InferRequestedOutput("logits")])
        short = triton.InferInput("open_tickets", [3], "INT64")
        short.set_data_from_numpy(np.array(TICKETS))
        short._raw_data = short._raw_data[:-4]
        short._parameters["binary_data_size"] -= 4
        refused("no whole INT64 values", "400", inputs=[short])


def generated_client_is_told_and_infers(service: Service) -> None:
    with httpx.Client(headers=service.headers) as connection:
        client = OpenInferenceClient(base_url=service.url, httpx_client=connection)
        client.check_server_liveness()
        client.check_server_readiness()
        client.check_model_readiness(MODEL)
        assert client.read_server_metadata().name == "churn"
        version = client.read_model_metadata(MODEL).versions[0]
        client.check_model_version_readiness(MODEL, version)
        request = InferenceRequest(
            parameters={"tenant_id": "acme"},
            inputs=[
                # Its types have no null, so it cannot ask about the account without active days.
                RequestInput(name="active_days_28d", shape=[2], datatype="FP64", data=ACTIVE_DAYS[:2]),
                RequestInput(name="open_tickets", shape=[2, 1], datatype="INT64", data=[[one] for one in TICKETS[:2]]),
                RequestInput(name="plan", shape=[2], datatype="BYTES", data=PLANS[:2]),
            ],
        )
        for response in (
            client.model_infer(MODEL, request=request),
            client.model_version_infer(MODEL, version, request=request),
        ):
            data = {output.name: output.data for output in response.outputs}
            assert data["churn_probability_90d"].__root__ == service.what_if("acme")[:2], data


def generated_client_reads_errors(service: Service) -> None:
    with httpx.Client(headers=service.headers) as connection:
        client = OpenInferenceClient(base_url=service.url, httpx_client=connection)
        tickets = RequestInput(name="open_tickets", shape=[3], datatype="INT64", data=TICKETS)
        try:
            client.model_infer(MODEL, request=InferenceRequest(inputs=[tickets, tickets]))
            raise AssertionError("twice the same input was not refused")
        except BadRequestError as error:
            assert "more than once" in error.body["error"], error.body
        try:
            client.read_model_metadata("nobodys")
            raise AssertionError("a model of nobody was described")
        except ApiError as error:
            assert error.status_code == 404, error
            assert "No such model" in error.body["error"], error.body


CHECKS = {
    "tritonclient is told of the server and the model": triton_is_told_of_server_and_model,
    "tritonclient infers with bytes, as by default": triton_infers_with_bytes_as_by_default,
    "tritonclient infers with JSON, and takes outputs either way": triton_infers_with_json,
    "tritonclient reads errors": triton_reads_errors,
    "open-inference-openapi is told of the server and the model, and infers": generated_client_is_told_and_infers,
    "open-inference-openapi reads errors": generated_client_reads_errors,
}


def main() -> None:
    tally = Tally()
    service = Service()
    try:
        for what, check in CHECKS.items():
            try:
                check(service)
                tally.record(what)
            except Exception:
                tally.record(what, traceback.format_exc())
    finally:
        service.stop()
    tally.finish()


if __name__ == "__main__":
    main()
