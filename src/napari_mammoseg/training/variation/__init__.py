"""How pictures vary from one batch to the next: place, size, turn and grey values."""
