"""Profiles: how the tables of a vendor's export become canonical records, and what must be asked first.

`load` reads and checks a profile; `fit` asks the data about codes that mean different things in different
places and maps the tables; `apply` maps without asking.
"""

from zhunsheng.logs.profiles.applying import Applied, apply, plan
from zhunsheng.logs.profiles.conflicts import Judgement, judge
from zhunsheng.logs.profiles.files import load, shipped
from zhunsheng.logs.profiles.fitting import Fitted, fit, with_decisions
from zhunsheng.logs.profiles.model import Profile

__all__ = [
    "Applied",
    "Fitted",
    "Judgement",
    "Profile",
    "apply",
    "fit",
    "judge",
    "load",
    "plan",
    "shipped",
    "with_decisions",
]
