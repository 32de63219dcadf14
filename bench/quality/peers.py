"""Trains one peer at its defaults on one split and writes its predictions.

    peers.py MODEL SEED THREADS TRAIN.parquet TEST.parquet OUT.json

OUT: {"model", "version", "seconds", "probabilities"}; seconds are those of fitting alone, without imports and reading.
Everything but the label, the account and the as-of date is a feature. Text is a category, the way each library documents
it: native where it has one. A word that training never saw is missing.
"""

import json
import sys
import time

import numpy as np
import pandas as pd

LABEL = "churned"
NOT_FEATURES = [LABEL, "account_id", "as_of_date"]


def read(file):
    table = pd.read_parquet(file)
    features = table.drop(columns=[name for name in NOT_FEATURES if name in table])
    return features, table[LABEL].to_numpy(dtype="float64")


def typed(features, train):
    """Numbers as they are, words as categories of those that training saw."""
    columns = {}
    for name in train:
        column = features[name]
        # Columns without any value say nothing, and some libraries refuse them.
        if train[name].notna().any():
            if pd.api.types.is_numeric_dtype(train[name]):
                columns[name] = column.astype("float64")
            else:
                known = sorted(train[name].dropna().unique())
                columns[name] = pd.Categorical(column.where(column.isin(known)), categories=known)
    return pd.DataFrame(columns)


def categories(features):
    return [name for name in features if isinstance(features[name].dtype, pd.CategoricalDtype)]


def logistic(seed, threads, named):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
    )
    encoder = ColumnTransformer(
        [("categories", OneHotEncoder(handle_unknown="ignore"), named)], remainder=numbers
    )
    return make_pipeline(encoder, LogisticRegression(max_iter=2000, random_state=seed))


def hist_gradient_boosting(seed, threads, named):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=seed)


def xgboost(seed, threads, named):
    from xgboost import XGBClassifier

    return XGBClassifier(enable_categorical=True, n_jobs=threads, random_state=seed)


def lightgbm(seed, threads, named):
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_jobs=threads, random_state=seed, verbose=-1)


def catboost(seed, threads, named):
    from catboost import CatBoostClassifier

    return CatBoostClassifier(
        cat_features=named, thread_count=threads, random_seed=seed, verbose=False, allow_writing_files=False
    )


PEERS = {
    "logistic-regression": ("sklearn", logistic),
    "hist-gradient-boosting": ("sklearn", hist_gradient_boosting),
    "xgboost": ("xgboost", xgboost),
    "lightgbm": ("lightgbm", lightgbm),
    "catboost": ("catboost", catboost),
}


def main():
    model, seed, threads, train_file, test_file, out = sys.argv[1:]
    library, build = PEERS[model]
    train_read, labels = read(train_file)
    test_read, _ = read(test_file)
    train, test = typed(train_read, train_read), typed(test_read, train_read)
    named = categories(train)
    if model == "catboost":
        # CatBoost hashes the words themselves and takes no missing ones.
        for frame in (train, test):
            for name in named:
                frame[name] = frame[name].astype("object").where(frame[name].notna(), "missing").astype(str)
    classifier = build(int(seed), int(threads), named)
    version = __import__(library).__version__
    started = time.perf_counter()
    classifier.fit(train, labels)
    seconds = time.perf_counter() - started
    probabilities = classifier.predict_proba(test)[:, 1]
    assert np.isfinite(probabilities).all()
    with open(out, "w", encoding="utf-8") as file:
        json.dump(
            {"model": model, "version": version, "seconds": seconds, "probabilities": probabilities.tolist()}, file
        )


main()
