"""Random typed programs and logs, and a shrinker: what both evaluators are compared on.

Everything is drawn from one `random.Random`, so a pair is named by its seed; the shapes favour what goes
wrong in practice: equal instants, month ends, make-up working days, midnight in the log's zone, missing
values, duplicate and dangling keys, empty tables, truncated coverage, records that were not supplied.
"""
