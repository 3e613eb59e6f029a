"""What trains any network: a recipe, its steps, the loop over them, its checkpoints and its log."""
