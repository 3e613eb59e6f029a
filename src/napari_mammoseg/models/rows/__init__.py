"""The rows of the table of models, one file per task: what there is to say of each network and plain method."""
