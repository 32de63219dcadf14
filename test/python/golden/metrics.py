"""Writes test/golden/metrics.json: metric values that the stats room is checked against.

    python test/python/golden/metrics.py     # needs scikit-learn and numpy
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score


def lift_at(labels, scores, fraction):
    """Only for a cut between rows and without ties there: that much everybody agrees on."""
    top = np.argsort(-scores, kind="stable")[: round(fraction * len(labels))]
    return labels[top].mean() / labels.mean()


def calibration_error(labels, probabilities, bins):
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, bins)
    return sum(len(p) * abs(probabilities[p].mean() - labels[p].mean()) for p in parts) / len(labels)


def case(name, labels, probabilities, weights=None):
    unit = np.ones(len(labels), dtype=int) if weights is None else weights
    repeated = np.repeat(np.arange(len(labels)), unit)
    logits = np.log(probabilities) - np.log1p(-probabilities)
    line = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    line.fit(logits.reshape(-1, 1), labels, sample_weight=unit)
    return {
        "name": name,
        "labels": labels.tolist(),
        "probabilities": probabilities.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "expected": {
            "auc": roc_auc_score(labels, probabilities, sample_weight=unit),
            "average_precision": average_precision_score(labels, probabilities, sample_weight=unit),
            "log_loss": log_loss(labels, probabilities, sample_weight=unit),
            "brier": brier_score_loss(labels, probabilities, sample_weight=unit),
            "ks": ks_2samp(
                probabilities[repeated][labels[repeated] == 1], probabilities[repeated][labels[repeated] == 0]
            ).statistic,
            "calibration_slope": float(line.coef_[0, 0]),
            "calibration_intercept": float(line.intercept_[0]),
            "ece": calibration_error(labels, probabilities, 10) if weights is None else None,
            "lift_at_10": lift_at(labels, probabilities, 0.1) if name == "plain" else None,
        },
    }


def main():
    random = np.random.default_rng(20240607)
    logits = random.normal(-2, 1.5, 400)
    labels = (random.random(400) < 1 / (1 + np.exp(-0.7 * logits - 0.2))).astype(float)
    probabilities = 1 / (1 + np.exp(-logits))
    tied = np.round(probabilities, 1).clip(0.05, 0.95)
    weights = random.poisson(1, 400)
    golden = {
        "source": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}; made by test/python/golden/metrics.py",
        "cases": [
            case("plain", labels, probabilities),
            case("with ties", labels, tied),
            case("weighted", labels, probabilities, weights),
            case("weighted with ties", labels, tied, weights),
        ],
        "quantiles": {
            "values": logits[:25].tolist(),
            "fractions": [0, 0.1, 0.25, 0.5, 0.9, 1],
            "expected": np.quantile(logits[:25], [0, 0.1, 0.25, 0.5, 0.9, 1]).tolist(),
        },
    }
    path = Path(__file__).resolve().parents[2] / "golden" / "metrics.json"
    path.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
