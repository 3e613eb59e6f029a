"""What belongs to Peterka 2020 alone."""
