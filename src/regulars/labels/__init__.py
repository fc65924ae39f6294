"""What happened next: labels from the events of a complete window at or after a cut-off."""
