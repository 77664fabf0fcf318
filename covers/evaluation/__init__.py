"""Two models side by side: what they draw, how far they differ, the decision rule, and what staff see of it. See docs/evaluation.md.

`evaluation_jobs` asks for a comparison and works at it; `run` is one try: `eval_prompts` (the frozen sets), `side_by_side` (both
draw), `reviewed_covers` (what the judges learn from), `verdicts` (every metric, then the rule), `contact_sheets` (what staff look
at), `work_folders`. `metric_comparison` compares one metric, `decision_rule` decides
from numbers alone, `rule_sentences` says it.
"""
