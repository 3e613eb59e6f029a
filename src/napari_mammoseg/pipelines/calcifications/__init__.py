"""Single microcalcifications and their clusters (Valvano 2018)."""
