"""A second implementation of features, eligibility and labels, from the words of the dbt project's YAML.

It is slow and obvious on purpose: one account and one date at a time, over plain lists. `known_rows` says which rows are
known when, `activity`, `billing` and `support` what features are made of, `churn` who is scored and who left.
"""
