"""The weekly report: figures of a week, in words, tables and pictures, and its way to Slack and by mail. See docs/report.md.

`building` freezes it in a row. Numbers: `figures` collects them from `rating_figures`, `time_figures`, `learning_figures` and
`best_and_worst`. Words: `report_text`, `report_sections`, `learning_sentences`, in the languages of `phrases`. Pictures: `chart` and
`cover_sheet` on a `canvas`: only these load skia, when a report is built. `delivery` sends it.
"""
