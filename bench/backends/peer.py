"""Trains the architecture it is told of in PyTorch for some seconds and prints how long each epoch took, as JSON.

Both ways to compute the first layer are tried, and the faster one counts: scaling each submodel's inputs, as the TabM paper's
code does, or scaling the weights, as ours does.
"""

import json
import sys
import time

import torch

told = json.loads(sys.argv[1])
rows, inputs, intervals = told["rows"], told["inputs"], told["intervals"]
submodels, hidden, batch = told["submodels"], told["hidden"], told["batchRows"]
torch.set_num_threads(told["threads"])
torch.manual_seed(1)

features = torch.rand(rows, inputs) * (torch.rand(rows, inputs) < 0.5)
events = (torch.rand(rows, intervals) < 0.2).float()
at_risk = torch.ones(rows, intervals)


def uniform(*shape, fan_in):
    return torch.nn.Parameter((torch.rand(*shape) * 2 - 1) / fan_in**0.5)


def parameters():
    widths = [inputs, *hidden]
    scale = torch.nn.Parameter(torch.randint(0, 2, (submodels, inputs)).float() * 2 - 1)
    weights = [uniform(a, b, fan_in=a) for a, b in zip(widths, widths[1:])]
    biases = [uniform(b, fan_in=a) for a, b in zip(widths, widths[1:])]
    head = uniform(submodels, hidden[-1], intervals, fan_in=hidden[-1])
    head_bias = torch.nn.Parameter(torch.zeros(submodels, 1, intervals))
    return scale, weights, biases, head, head_bias


def first_sums(x, scale, weight, way):
    """rows × inputs → submodels · rows × units, submodel by submodel."""
    if way == "scaled inputs":
        return (x[None] * scale[:, None]).reshape(-1, inputs) @ weight
    wide = (weight[:, None] * scale.t()[:, :, None]).reshape(inputs, -1)
    return (x @ wide).reshape(len(x), submodels, -1).transpose(0, 1).reshape(-1, weight.shape[1])


def train(way):
    scale, weights, biases, head, head_bias = parameters()
    everything = [scale, *weights, *biases, head, head_bias]
    optimizer = torch.optim.AdamW(everything, lr=1e-3, weight_decay=0.1)

    def step(chosen):
        x = features[chosen]
        sums = first_sums(x, scale, weights[0], way) + biases[0]
        for layer in range(1, len(hidden)):
            sums = activate(sums) @ weights[layer] + biases[layer]
        logits = torch.bmm(activate(sums).reshape(submodels, len(x), -1), head) + head_bias
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, events[chosen].expand_as(logits), weight=at_risk[chosen].expand_as(logits), reduction="sum"
        ) / (len(x) * submodels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    def epoch():
        for chosen in torch.randperm(rows).split(batch):
            step(chosen)

    epoch()
    epochs = []
    started = time.perf_counter()
    while time.perf_counter() - started < told["seconds"]:
        wall, processor = time.perf_counter(), time.process_time()
        epoch()
        epochs.append({"seconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - processor})
    return epochs


def activate(sums):
    return torch.nn.functional.dropout(torch.nn.functional.silu(sums), told["dropout"])


epochs = {way: train(way) for way in ("scaled inputs", "scaled weights")}
best = min(epochs, key=lambda way: min(epoch["seconds"] for epoch in epochs[way]))
print(json.dumps({"epochs": epochs[best], "engine": f"PyTorch {torch.__version__}, {best}"}))
