"""One file a network, as its paper prints it: torch.nn only, no files, no images."""
