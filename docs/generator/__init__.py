"""What `docs/generate.py` writes; texts that no other file of the project holds stand in `texts/`."""
