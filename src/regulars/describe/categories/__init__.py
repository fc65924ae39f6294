"""What kind of thing a product is: as the shop says, else learned from the words of its description."""
