"""Documentation, and the module that makes parts of it from the code."""
