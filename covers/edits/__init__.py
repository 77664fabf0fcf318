"""What a maker changes in a cover that is there, as data and in words: picture, type, what is said of it."""
