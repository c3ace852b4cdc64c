"""What the authors wrote: models, and loading with every problem reported at once."""
