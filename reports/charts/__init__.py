"""Charts: what is drawn, the program that draws it, and the pictures that are kept."""
