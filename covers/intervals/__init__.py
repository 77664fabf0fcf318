"""How sure a number is, four ways; each fits another kind of number.

`bootstrap`: the mean of any values, looked at once (differences of a metric between two models). `student`: a mean of ratings of which
some are one person's (the weekly report). `wilson`: a share (how an arm of the bandit was rated). `betting`: a mean that is looked at
again and again while more comes in (a trial). They import nothing of the site; `bootstrap` and `betting` need numpy, so pages import
them in functions.
"""
