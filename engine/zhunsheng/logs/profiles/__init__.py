"""Profiles: how the tables of a vendor's export become canonical records, and what must be asked first.

`load` reads and checks a profile; `apply` puts it over the tables of an export; `judge` asks the data about
codes that mean different things in different places.
"""

from zhunsheng.logs.profiles.applying import Applied, apply, plan
from zhunsheng.logs.profiles.deciding import decided, settled
from zhunsheng.logs.profiles.files import load, shipped
from zhunsheng.logs.profiles.model import Profile

__all__ = ["Applied", "Profile", "apply", "decided", "load", "plan", "settled", "shipped"]
