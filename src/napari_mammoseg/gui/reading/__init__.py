"""What a person makes of the findings: verdicts, categories and comments, kept as they are given."""
