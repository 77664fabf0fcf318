"""What a picture is drawn from, as plain data: the brief, what covers have in common, what is wished for and what is not."""
