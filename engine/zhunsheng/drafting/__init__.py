"""What a drafter of rules works with: tests of rules, how far they reach, and what they overlook."""
