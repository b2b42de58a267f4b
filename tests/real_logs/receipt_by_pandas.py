"""The receipt pack's verdicts, computed with pandas from each rule's label, not from our code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from real_logs.counting import end_of_day, in_time, judged, tally

ZONE = "Europe/Amsterdam"


class Receipt:
    """The log as two tables, one row per application and one per step, in local time."""

    def __init__(self, source: Path) -> None:
        raw = pd.read_csv(source)
        for column in [
            "time:timestamp",
            "case:startdate",
            "case:enddate",
            "case:deadline",
            "case:enddate_planned",
        ]:
            raw[column] = pd.to_datetime(raw[column], utc=True, format="ISO8601").dt.tz_convert(ZONE)
        self.as_of = raw["time:timestamp"].max()
        cases = raw.drop_duplicates("case:concept:name").set_index("case:concept:name")
        self.a = pd.DataFrame(
            {
                "start": cases["case:startdate"],
                "end": cases["case:enddate"],
                "due": cases["case:deadline"],
                "planned": cases["case:enddate_planned"],
                "channel": cases["case:channel"],
                "department": cases["case:department"],
                "group": cases["case:group"],
                "responsible": cases["case:responsible"],
            }
        )
        self.s = pd.DataFrame(
            {
                "case": raw["case:concept:name"],
                "what": raw["concept:name"].str.extract(r"^(T\d\d|Confirmation)", expand=False),
                "who": raw["org:resource"],
                "group": raw["org:group"].where(raw["org:group"] != "EMPTY"),
                "t": raw["time:timestamp"],
            }
        ).sort_values("t", kind="stable", ignore_index=True)

    def steps(self, what: str) -> pd.DataFrame:
        return self.s[self.s.what == what]

    def first(self, what: str, column: str) -> pd.Series:
        return self.steps(what).groupby("case")[column].first().reindex(self.a.index)

    def last(self, what: str, column: str) -> pd.Series:
        return self.steps(what).groupby("case")[column].last().reindex(self.a.index)

    def count(self, what: str) -> pd.Series:
        return self.steps(what).groupby("case").size().reindex(self.a.index, fill_value=0)

    def any_between(self, subjects: pd.DataFrame, what: str) -> pd.Series:
        """Whether the application (column `case`) has such a step from `low` to `high`, both included."""
        pairs = subjects.reset_index(names="subject").merge(self.steps(what), on="case", suffixes=("_s", ""))
        hits = pairs[(pairs.t >= pairs.low) & (pairs.t <= pairs.high)].subject
        return pd.Series(subjects.index.isin(hits), index=subjects.index)


def on_applications(log: Receipt) -> dict[str, pd.Series]:
    a, s = log.a, log.s
    verdicts = {
        "每件恰好确认一次": judged(log.count("Confirmation") == 1),
        "从确认开始": judged(s.groupby("case").what.first().reindex(a.index) == "Confirmation"),
        "计划不晚于期限": judged(a.planned.dt.date <= a.due.dt.date),
        "按期办结": judged(
            (a.end.dt.normalize() <= a.due.dt.normalize()).astype(object).where(a.end.notna())
        ),
        "文书核对不少于修改": judged(log.count("T12") >= log.count("T13")),
        "征询判定不过三次": judged(log.count("T06") <= 3),
        "少换手": judged(s.groupby("case").who.nunique().reindex(a.index) <= 4),
    }

    half = (a.start.dt.tz_localize(None) >= "2011-07-01") & (a.start.dt.tz_localize(None) < "2012-01-01")
    verdicts["小组已登记"] = judged(a.group.notna()).where(half, "notapplicable")

    same_day = a.groupby([a.responsible, a.start.dt.date]).start.transform("size") - 1
    verdicts["责任人不过载"] = judged(same_day <= 5)

    last_step = s.groupby("case").t.max().reindex(a.index)
    days = (
        last_step.dt.tz_localize(None).dt.normalize() - a.start.dt.tz_localize(None).dt.normalize()
    ).dt.days
    verdicts["全程不超期"] = judged(days <= 60)
    verdicts["办结后无步骤"] = judged((last_step < a.end).astype(object).where(a.end.notna()))

    verdicts["可以征询"] = (log.count("T08") > 0).map({True: "pass", False: "notapplicable"})

    own = s.merge(a.responsible, left_on="case", right_index=True).query("who == responsible").case
    verdicts["责任人亲自经办"] = judged(pd.Series(a.index.isin(own), index=a.index))
    return verdicts | deadlines_and_order(log)


def deadlines_and_order(log: Receipt) -> dict[str, pd.Series]:
    a, as_of = log.a, log.as_of
    verdicts = {}
    local = a.start.dt.tz_localize(None)

    deadline = end_of_day(a.start, (local >= "2011-07-01").map({True: 28, False: 42}))
    asked = pd.DataFrame({"case": a.index, "low": a.start, "high": deadline}, index=a.index)
    sent = in_time(log.any_between(asked, "T05"), deadline, as_of)
    sent[local < "2010-11-01"] = "unknown"  # no limit was in force
    verdicts["按期寄出确认书"] = sent.where(a.channel != "Intern", "notapplicable")

    deadline = a.start + pd.Timedelta(hours=24)
    asked = pd.DataFrame({"case": a.index, "low": a.start, "high": deadline}, index=a.index)
    confirmed = in_time(log.any_between(asked, "Confirmation"), deadline, as_of)
    verdicts["电子申请及时确认"] = confirmed.where(a.channel.isin(["Internet", "e-mail"]), "notapplicable")

    determined, checked = log.first("T04", "t"), log.first("T02", "t")
    verdicts["先核对后审定"] = judged(checked <= determined).where(determined.notna(), "notapplicable")

    determined = log.last("T04", "t")
    before = log.steps("T02").merge(determined.rename("limit"), left_on="case", right_index=True)
    checker = before[before.t <= before.limit].groupby("case").who.last().reindex(a.index)
    both = determined.notna() & checker.notna()
    verdicts["审核分离"] = judged(checker != log.last("T04", "who")).where(both, "notapplicable")

    has = a[determined.notna()]
    low = determined[has.index].dt.normalize()
    high = end_of_day(determined[has.index], 0)
    asked = pd.DataFrame({"case": has.index, "low": low, "high": high}, index=has.index)
    sent = in_time(log.any_between(asked, "T05"), high, as_of)
    verdicts["审定当日寄出"] = sent.reindex(a.index, fill_value="notapplicable")

    requests = log.steps("T08")
    latest = log.last("T09", "t").reindex(requests.case).set_axis(requests.index)
    unanswered = requests[~(latest >= requests.t)].case
    answered = judged(pd.Series(~a.index.isin(unanswered), index=a.index))
    verdicts["征询件件有回音"] = answered.where(a.index.isin(requests.case), "notapplicable")
    return verdicts


def on_steps(log: Receipt) -> dict[str, pd.Series]:
    s, as_of = log.s, log.as_of
    verdicts = {
        "步骤有小组": judged(s.group.notna()),
        "不用测试账号": judged(~s.who.str.lower().str.startswith(("test", "admin"))),
        "工作时间办理": judged(s.t.dt.hour.between(7, 19)),
    }
    for rule, asking, asked_for, days in [
        ("修改后重新核对", "T03", "T02", 10),
        ("征询按期答复", "T08", "T09", 28),
    ]:
        subjects = log.steps(asking)[["case", "t"]].rename(columns={"t": "low"})
        subjects["high"] = end_of_day(subjects.low, days)
        verdict = in_time(log.any_between(subjects, asked_for), subjects.high, as_of)
        verdicts[rule] = verdict.reindex(s.index, fill_value="notapplicable")
    return verdicts


def counts(source: Path) -> dict[str, dict[str, int]]:
    """Verdict counts by rule id."""
    log = Receipt(source)
    return {rule: tally(verdicts) for rule, verdicts in (on_applications(log) | on_steps(log)).items()}


def measures(source: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, int, int]]:
    """(measure, group) -> numerator, denominator, undecided; the group () is the whole log."""
    log = Receipt(source)
    a = log.a.assign(
        department=log.a.department.str.lower().str.replace(" ", "_"),
        channel=log.a.channel.str.lower().str.replace("-", "_"),
        month=log.a.start.dt.strftime("%Y-%m"),
        steps=log.s.groupby("case").size(),
        confirmed=log.first("Confirmation", "t"),
    )
    ended = a.end.dt.normalize() <= a.due.dt.normalize()
    found: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, int, int]] = {}
    electronic = a[a.channel.isin(["internet", "e_mail"])]
    soon = (electronic.confirmed >= electronic.start) & (
        electronic.confirmed <= electronic.start + pd.Timedelta(hours=1)
    )
    late = electronic[~soon & (electronic.start + pd.Timedelta(hours=1) > log.as_of)]
    for by, rows in groups(a, ["department", "channel"]):
        found["ended_in_time", by] = (int(ended[rows].sum()), len(rows), int(a.end[rows].isna().sum()))
    for by, rows in groups(electronic, ["month"]):
        found["confirmed_at_once", by] = (int(soon[rows].sum()), len(rows), int(rows.isin(late.index).sum()))
    for by, rows in groups(a, ["channel"]):
        found["steps_per_application", by] = (int(a.steps[rows].sum()), len(rows), 0)
    for by, rows in groups(a, ["channel", "month"]):
        found["applications", by] = (len(rows), len(rows), 0)
    return found


def groups(table: pd.DataFrame, by: list[str]) -> list[tuple[tuple[tuple[str, str], ...], pd.Index]]:
    """The whole table, then every combination of the columns' values that occurs."""
    found: list[tuple[tuple[tuple[str, str], ...], pd.Index]] = [((), table.index)]
    for values, rows in table.groupby(by):
        found.append((tuple(zip(by, values, strict=True)), rows.index))
    return found
