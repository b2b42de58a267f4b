"""Importing: a log kept as a canonical copy, so that the next check need not read it again.

`import_log` reads a log into Parquet parts and a manifest; `load` of that manifest takes the parts as they
are (`importing.loading`). docs/import.md says what the copy looks like.
"""
