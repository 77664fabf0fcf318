"""The weekly report: what happened in figures, in the words of one language, as a chart and as a contact sheet.

`figures` asks the database, `words` turns the answer into sentences and tables, `chart` and `sheet` draw, and `building` freezes
all four in one row. Only `chart` and `sheet` load skia, and only when a report is built.
"""
