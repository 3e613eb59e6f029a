"""What networks that learned from ImageNet expect of a picture: RGB in 0…1, less the mean, in deviations."""

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
