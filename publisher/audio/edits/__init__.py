"""What is cut, masked, put in and tightened, and where that leaves every time."""
