"""Films packed into one file, and windows of them made on the device that trains."""
