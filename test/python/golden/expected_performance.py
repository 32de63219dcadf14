"""Writes test/golden/expected-performance.json: what the stats room's estimates without outcomes are checked against.

    python test/python/golden/expected_performance.py     # needs nannyml==0.13.1, in an environment of its own

AUC and precision are NannyML's. It has no estimate of log loss and Brier score: these are expectations written out in numpy.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy
from nannyml.performance_estimation.confidence_based.metrics import estimate_precision, estimate_roc_auc
from scipy.stats import chi2, gamma
from sklearn.metrics import brier_score_loss, log_loss


def over_both_outcomes(metric, probabilities):
    """Every row once as a positive, weighing its probability, and once as a negative, weighing the rest."""
    outcomes = np.repeat([1, 0], len(probabilities))
    weights = np.concatenate([probabilities, 1 - probabilities])
    return metric(outcomes, np.tile(probabilities, 2), sample_weight=weights)


def case(name, probabilities):
    top = (probabilities >= np.quantile(probabilities, 0.9)).astype(int)
    return {
        "name": name,
        "probabilities": probabilities.tolist(),
        "top_rows": int(top.sum()),
        "expected": {
            "auc": float(estimate_roc_auc(probabilities, probabilities)),
            "precision_of_top": float(estimate_precision(top, probabilities)),
            "log_loss": float(over_both_outcomes(log_loss, probabilities)),
            "brier": float(over_both_outcomes(brier_score_loss, probabilities)),
        },
    }


def psi(reference, current):
    before, now = ((np.array(counts) + 0.5) / (np.sum(counts) + 0.5 * len(counts)) for counts in (reference, current))
    return float(np.sum((now - before) * np.log(now / before)))


def main():
    random = np.random.default_rng(20261126)
    probabilities = 1 / (1 + np.exp(-random.normal(-2.5, 1.4, 500)))
    counts = [([500, 500], [750, 250]), ([100, 0, 300, 50], [80, 20, 310, 40]), ([10, 20, 30], [100, 200, 300])]
    golden = {
        "source": f"NannyML {version('nannyml')}, scipy {scipy.__version__}; "
        "made by test/python/golden/expected_performance.py",
        "cases": [case("plain", probabilities), case("with ties", np.round(probabilities, 1).clip(0.01, 0.99))],
        "psi": [{"reference": r, "current": c, "expected": psi(r, c)} for r, c in counts],
        "gamma_quantiles": [
            {"shape": shape, "chance": chance, "expected": float(gamma.ppf(chance, shape))}
            for shape in (0.5, 1, 2.5, 40, 1000)
            for chance in (0.005, 0.5, 0.975, 0.9999)
        ],
        "psi_by_chance": [
            {"bins": bins, "sizes": sizes, "chance": chance, "critical": float(sum(1 / n for n in sizes) * chi2.isf(chance, bins - 1))}
            for bins, sizes, chance in ((2, [50, 60], 0.05), (10, [1000, 1000], 0.05), (13, [300, 4000], 1e-4))
        ],
    }
    path = Path(__file__).resolve().parents[2] / "golden" / "expected-performance.json"
    path.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
