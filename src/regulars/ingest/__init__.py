"""How data enters: from a file as people have it to raw rows, typed, numbered and never counted twice."""
