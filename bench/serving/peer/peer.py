"""The same list and the same what-if on FastAPI, uvicorn and scikit-learn, from memory, behind the same tokens.

/v1/... is written as the documentation of FastAPI and scikit-learn teaches it: pydantic models in and out, a ColumnTransformer
over a pandas frame. /tuned/... is what one does when that is too slow: no validation of answers, orjson, plain
dictionaries, the same fitted transformers over numpy arrays. Both answer with logistic regression and its contributions.
/boosting/... answers what-if with histogram gradient boosting, tuned as well; it has no contributions to give.
"""

import os
from datetime import datetime
from typing import Annotated, Any, Literal

import duckdb
import jwt
import numpy
import orjson
import pandas
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from pydantic import BaseModel
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

SECRET = os.environ["CHURN_JWT_SECRET"]
SERVED = os.environ["PEER_SERVED_WAREHOUSE"]
WORLD = os.environ["PEER_WORLD_WAREHOUSE"]
HORIZONS = (30, 60, 90)
BANDS = ((0.4, "critical"), (0.25, "high"), (0.1, "medium"), (0.0, "low"))

Band = Literal["low", "medium", "high", "critical"]


class Driver(BaseModel):
    theme: str
    theme_label: str
    feature: str
    label: str
    value: float | str | None
    typical: float | str | None
    before: float | str | None
    contribution: float
    direction: Literal["raises", "lowers"]
    is_unusual: bool
    sentence: str
    play: str


class Account(BaseModel):
    account_id: str
    name: str | None
    segment: str | None
    region: str | None
    owner: str | None
    risk_rank: int
    risk_band: Band
    churn_probability_30d: float
    churn_probability_60d: float
    churn_probability_90d: float
    previous_probability_90d: float | None
    change_90d: float | None
    mrr: float | None
    mrr_at_risk: float | None
    renews_at: str | None
    drivers: list[Driver]


class RiskList(BaseModel):
    tenant_id: str
    as_of_date: str
    model_name: str
    model_version: str
    run_id: str
    total: int
    accounts: list[Account]
    next_cursor: str | None


class WhatIf(BaseModel):
    accounts: list[dict[str, float | str | bool | None]]
    drivers_per_account: int = 5


class ContributionDriver(BaseModel):
    feature: str
    contribution: float
    direction: Literal["raises", "lowers"]


class Prediction(BaseModel):
    churn_probability_30d: float
    churn_probability_60d: float
    churn_probability_90d: float
    risk_band: Band
    drivers: list[ContributionDriver]


class WhatIfAnswer(BaseModel):
    tenant_id: str
    predictions: list[Prediction]


def read_lists() -> tuple[dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Runs and accounts by tenant, most at risk first."""
    connection = duckdb.connect(SERVED, read_only=True)
    rows = connection.execute(
        """
        select s.tenant_id, s.as_of_date, s.model_name, s.model_version, s.run_id, s.account_id, p.name, p.segment,
          p.region, p.owner, s.risk_rank, s.risk_band, s.churn_probability_30d, s.churn_probability_60d,
          s.churn_probability_90d, s.previous_probability_90d, s.mrr, s.mrr_at_risk, s.renews_at, t.drivers
        from scores.account_churn_scores s
        left join analytics.account_profiles p using (tenant_id, account_id)
        join bench.told_drivers t using (tenant_id, account_id)
        where s.as_of_date = (select max(as_of_date) from scores.account_churn_scores)
        order by s.tenant_id, s.risk_rank
        """
    ).fetchall()
    connection.close()
    runs: dict[str, dict[str, Any]] = {}
    accounts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        tenant_id, as_of, model, version, run_id = row[:5]
        runs[tenant_id] = {
            "tenant_id": tenant_id,
            "as_of_date": str(as_of),
            "model_name": model,
            "model_version": version,
            "run_id": run_id,
        }
        p30, p60, p90, previous = row[12:16]
        renews_at: datetime | None = row[18]
        accounts.setdefault(tenant_id, []).append(
            {
                "account_id": row[5],
                "name": row[6],
                "segment": row[7],
                "region": row[8],
                "owner": row[9],
                "risk_rank": row[10],
                "risk_band": row[11],
                "churn_probability_30d": p30,
                "churn_probability_60d": p60,
                "churn_probability_90d": p90,
                "previous_probability_90d": previous,
                "change_90d": None if previous is None else p90 - previous,
                "mrr": row[16],
                "mrr_at_risk": row[17],
                "renews_at": None if renews_at is None else renews_at.isoformat() + "Z",
                "drivers": orjson.loads(row[19]),
            }
        )
    return runs, accounts


class Model:
    """Logistic regression on imputed, scaled and one-hot encoded features, one per horizon over one encoding."""

    def __init__(self) -> None:
        connection = duckdb.connect(WORLD, read_only=True)
        frame = connection.execute(
            """
            select f.* exclude (tenant_id, account_id, as_of_date), l.churned_30d, l.churned_60d, l.churned_90d
            from analytics.account_features f
            join analytics.account_churn_labels l using (tenant_id, account_id, as_of_date)
            where f.tenant_id <> 'platform' and l.churned_90d is not null
            using sample reservoir(20000 rows) repeatable (1)
            """
        ).df()
        connection.close()
        labels = {days: frame.pop(f"churned_{days}d").astype(int) for days in HORIZONS}
        frame = frame.drop(columns=[c for c in frame if str(frame[c].dtype).startswith("datetime")])
        for column in frame:
            if frame[column].dtype == bool:
                frame[column] = frame[column].astype(float)
        self.categories = [c for c in frame if not pandas.api.types.is_numeric_dtype(frame[c])]
        self.numbers = [c for c in frame if c not in self.categories]
        self.columns = [*self.numbers, *self.categories]
        frame[self.numbers] = frame[self.numbers].astype(float)
        frame[self.categories] = frame[self.categories].astype(object).where(frame[self.categories].notna(), "")
        numeric = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
        self.encoding = ColumnTransformer(
            [
                ("number", numeric, self.numbers),
                ("category", OneHotEncoder(handle_unknown="ignore", sparse_output=False), self.categories),
            ]
        )
        encoded = self.encoding.fit_transform(frame[self.columns])
        self.numeric = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
        self.numeric.fit(frame[self.numbers].to_numpy())
        self.one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        self.one_hot.fit(frame[self.categories].to_numpy())
        self.names = [name.split("__", 1)[1] for name in self.encoding.get_feature_names_out()]
        self.typical = encoded.mean(axis=0)
        self.models = {days: LogisticRegression(max_iter=300).fit(encoded, labels[days]) for days in HORIZONS}
        ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=numpy.nan)
        self.codes = ordinal.fit(frame[self.categories].to_numpy())
        native = numpy.hstack([frame[self.numbers].to_numpy(), ordinal.transform(frame[self.categories].to_numpy())])
        is_category = [c in self.categories for c in self.columns]
        boosting = HistGradientBoostingClassifier(categorical_features=is_category, random_state=1)
        self.boosters = {days: clone(boosting).fit(native, labels[days]) for days in HORIZONS}

    def encode(self, accounts: list[dict[str, Any]]) -> numpy.ndarray:
        frame = pandas.DataFrame(accounts, columns=self.columns)
        frame[self.numbers] = frame[self.numbers].astype(float)
        frame[self.categories] = frame[self.categories].astype(object).where(frame[self.categories].notna(), "")
        return self.encoding.transform(frame)

    def encode_arrays(self, accounts: list[dict[str, Any]]) -> numpy.ndarray:
        numeric = numpy.array([[account.get(c) for c in self.numbers] for account in accounts], dtype=float)
        categories = numpy.array([[account.get(c) or "" for c in self.categories] for account in accounts], dtype=object)
        return numpy.hstack([self.numeric.transform(numeric), self.one_hot.transform(categories)])

    def predict_boosting(self, accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        numeric = numpy.array([[account.get(c) for c in self.numbers] for account in accounts], dtype=float)
        categories = numpy.array([[account.get(c) or "" for c in self.categories] for account in accounts], dtype=object)
        native = numpy.hstack([numeric, self.codes.transform(categories)])
        columns = numpy.maximum.accumulate([self.boosters[days].predict_proba(native)[:, 1] for days in HORIZONS])
        return [
            {
                "churn_probability_30d": float(p30),
                "churn_probability_60d": float(p60),
                "churn_probability_90d": float(p90),
                "risk_band": next(band for least, band in BANDS if p90 >= least),
                "drivers": [],
            }
            for p30, p60, p90 in columns.T
        ]

    def predict(self, encoded: numpy.ndarray, drivers: int) -> list[dict[str, Any]]:
        probabilities = {days: model.predict_proba(encoded)[:, 1] for days, model in self.models.items()}
        contributions = (encoded - self.typical) * self.models[90].coef_[0]
        strongest = numpy.argsort(-numpy.abs(contributions), axis=1)[:, :drivers]
        answers = []
        for row in range(len(encoded)):
            p30, p60, p90 = numpy.maximum.accumulate([float(probabilities[days][row]) for days in HORIZONS])
            answers.append(
                {
                    "churn_probability_30d": float(p30),
                    "churn_probability_60d": float(p60),
                    "churn_probability_90d": float(p90),
                    "risk_band": next(band for least, band in BANDS if p90 >= least),
                    "drivers": [
                        {
                            "feature": self.names[at],
                            "contribution": float(contributions[row, at]),
                            "direction": "raises" if contributions[row, at] > 0 else "lowers",
                        }
                        for at in strongest[row]
                    ],
                }
            )
        return answers


RUNS, ACCOUNTS = read_lists()
MODEL = Model()
app = FastAPI()
app.add_middleware(GZipMiddleware, minimum_size=1400, compresslevel=5)


def tenant_of(tenant_id: str, authorization: Annotated[str, Header()]) -> str:
    try:
        claims = jwt.decode(authorization.removeprefix("Bearer "), SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    if tenant_id not in ACCOUNTS or not (claims["tenants"] == "*" or tenant_id in claims["tenants"]):
        raise HTTPException(404)
    return tenant_id


Tenant = Annotated[str, Depends(tenant_of)]


def listed(tenant_id: str, band: Band | None, owner: str | None, limit: int) -> dict[str, Any]:
    accounts = ACCOUNTS[tenant_id]
    if band is not None or owner is not None:
        accounts = [
            account
            for account in accounts
            if (band is None or account["risk_band"] == band) and (owner is None or account["owner"] == owner)
        ]
    more = str(limit) if limit < len(accounts) else None
    return {**RUNS[tenant_id], "total": len(accounts), "accounts": accounts[:limit], "next_cursor": more}


@app.get("/v1/tenants/{tenant_id}/scores")
async def scores(
    tenant_id: Tenant,
    band: Band | None = None,
    owner: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> RiskList:
    return listed(tenant_id, band, owner, limit)  # type: ignore[return-value]


@app.get("/tuned/v1/tenants/{tenant_id}/scores")
async def tuned_scores(
    tenant_id: Tenant,
    band: Band | None = None,
    owner: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    return Response(orjson.dumps(listed(tenant_id, band, owner, limit)), media_type="application/json")


@app.post("/v1/tenants/{tenant_id}/score")
async def score(tenant_id: Tenant, body: WhatIf) -> WhatIfAnswer:
    predictions = MODEL.predict(MODEL.encode(body.accounts), body.drivers_per_account)
    return {"tenant_id": tenant_id, "predictions": predictions}  # type: ignore[return-value]


@app.post("/tuned/v1/tenants/{tenant_id}/score")
async def tuned_score(tenant_id: Tenant, request: Request) -> Response:
    body = orjson.loads(await request.body())
    predictions = MODEL.predict(MODEL.encode_arrays(body["accounts"]), body.get("drivers_per_account", 5))
    return Response(orjson.dumps({"tenant_id": tenant_id, "predictions": predictions}), media_type="application/json")


@app.post("/boosting/v1/tenants/{tenant_id}/score")
async def boosting_score(tenant_id: Tenant, request: Request) -> Response:
    predictions = MODEL.predict_boosting(orjson.loads(await request.body())["accounts"])
    return Response(orjson.dumps({"tenant_id": tenant_id, "predictions": predictions}), media_type="application/json")


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}
