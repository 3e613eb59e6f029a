"""How real synthetic masses look on a data set, and whether they help a classifier that is trained on them."""
