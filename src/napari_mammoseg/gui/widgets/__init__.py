"""Small widgets that docks are made of; none of them computes anything."""
