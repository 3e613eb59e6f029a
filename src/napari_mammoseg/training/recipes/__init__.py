"""One file per family of networks, each with `Settings` and `recipe(model, data, settings, split)`."""
