"""One file for each thing that the gate looks at, one function a flaw."""
