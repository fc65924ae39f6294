"""What is worth saying: findings, each a sentence with its numbers, money, uncertainty and the rows behind it."""
