"""An exam in the window: its four views hung, the keys that show them, both pipelines on all of them."""
