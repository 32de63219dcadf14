"""What the DAGs of churn's night share. The triggerer imports it too, so it stands on PYTHONPATH and not in the DAG folder."""
