from airflow.sdk import Asset

# Its events say that new scores can be read, with who landed and who did not.
SCORES = Asset(name="churn_scores", uri="churn://scores")
