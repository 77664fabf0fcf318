"""What a model's pictures are judged by: each metric alone behind one small protocol, with the terms of its weights."""
