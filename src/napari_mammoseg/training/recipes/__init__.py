"""One file a training, each with `Settings` and `recipe(data, settings, split)`."""
