"""Which wording of a prompt is drawn next, and what reviews teach of it. See docs/prompt-bandit.md.

`policy` is the mathematics and knows no rows; `arm_keys` names an arm, `choosing` gives arms to a request, `learning` counts what
reviews say of them, `arm_summary` tells what has been learnt.
"""
