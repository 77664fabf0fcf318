"""What this site does not draw, and whom it does not show: words (`text`, `people`) and pictures (`picture_check`).

Light: nothing here brings a network or a model into a web process. `text`, `people` and `folding` know neither database nor settings.
"""
