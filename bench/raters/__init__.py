"""A made-up taste to prove the loop by: what simulated people like, what they see, how far a model follows them."""
