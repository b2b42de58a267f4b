"""The incident pack's verdicts, computed with pandas from each rule's label, not from our code."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from real_logs.counting import end_of_day, in_time, judged, tally
from real_logs.receipt_by_pandas import groups

ZONE = "Europe/Stockholm"
XES = "{http://www.xes-standard.org/}"


def read(source: Path) -> pd.DataFrame:
    """One row per event, in the order of the file."""
    rows = []
    with gzip.open(source) as stream:
        for _, trace in ElementTree.iterparse(stream):
            if trace.tag != XES + "trace":
                continue
            name = next(a.get("value") for a in trace if a.get("key") == "concept:name")
            for event in trace.iter(XES + "event"):
                rows.append({"case": name} | {str(a.get("key")): a.get("value") for a in event})
            trace.clear()
    return pd.DataFrame(rows)


class Incidents:
    """The log as one row per status change (`e`) and one per incident (`i`), in local time."""

    def __init__(self, source: Path) -> None:
        raw = read(source)
        team = raw["org:group"].astype(object)
        self.e = pd.DataFrame(
            {
                "case": raw["case"],
                "status": raw["concept:name"],
                "sub": raw["lifecycle:transition"],
                "team": team,
                "first_line": [not name.endswith(("2nd", "3rd")) for name in team],
                "owner": raw["org:resource"].where(raw["org:resource"] != "0"),
                "owner_country": raw["resource country"].where(raw["resource country"] != "0"),
                "team_country": raw["organization country"].where(raw["organization country"] != "0"),
                "impact": raw["impact"],
                "product": raw["product"],
                "t": pd.to_datetime(raw["time:timestamp"], utc=True).dt.tz_convert(ZONE),
            }
        )
        self.e["id"] = np.arange(len(self.e))
        self.as_of = self.e.t.max()
        by_case = self.e.groupby("case", sort=False)
        self.i = by_case[["t", "impact", "product"]].first().rename(columns={"t": "opened"})
        self.i["last"] = by_case.t.last()
        self.i["last_status"] = by_case.status.last()

    def count(self, rows: pd.Series) -> pd.Series:
        return self.e[rows].groupby("case").size().reindex(self.i.index, fill_value=0)

    def pairs(self, left: pd.Series, right: pd.Series) -> pd.DataFrame:
        """Every row of the left choice beside every row of the right choice in the same incident."""
        return self.e[left].merge(self.e[right], on="case", suffixes=("", "_2"))


def on_incidents(log: Incidents) -> dict[str, pd.Series]:
    e, i = log.e, log.i
    starts = e.drop_duplicates("case").set_index("case").first_line.reindex(i.index)
    verdicts = {
        "starts_at_first_line": judged(starts),
        "stays_at_first_line": judged(log.count(~e.first_line) == 0),
        "no_ping_pong": judged(pd.Series(~i.index.isin(returned(log)), index=i.index)),
        "at_most_four_teams": judged(e.groupby("case").team.nunique().reindex(i.index) <= 4),
        "queued_not_more_than_accepted": judged(
            log.count(e.status == "Queued") <= log.count(e.status == "Accepted")
        ),
        "ends_completed": judged(i.last_status == "Completed"),
        "waits_for_user_at_most_thrice": judged(log.count(e["sub"] == "Wait - User") <= 3),
        "never_unmatched": judged(log.count(e.status == "Unmatched") == 0),
        "product_coded": judged(i["product"].str.fullmatch(r"PROD\d+")),
    }
    lived = local_day(i["last"]) - local_day(i.opened)
    verdicts["not_too_old"] = judged(lived.dt.days <= 60)
    waited = log.count(e["sub"].isin(["Wait - Vendor", "Wait - Customer"])) > 0
    verdicts["may_wait_for_vendor"] = waited.map({True: "pass", False: "notapplicable"})

    done = e[e.status == "Completed"].groupby("case").t.first().reindex(i.index)
    taken_up = e[e.status.isin(["Accepted", "Queued"])].groupby("case").t.max().reindex(i.index)
    verdicts["not_reopened"] = judged(~(taken_up >= done)).where(done.notna(), "notapplicable")

    deadline = i.opened + pd.Timedelta(hours=120)
    high = i.impact.isin(["High", "Major"])
    verdicts["high_impact_in_time"] = in_time(done <= deadline, deadline, log.as_of).where(
        high, "notapplicable"
    )
    verdicts["no_burst"] = judged(before_within_the_hour(i) <= 5)
    return verdicts


def returned(log: Incidents) -> set[str]:
    """Incidents that some team has held twice with another team in between."""
    moves = log.e[log.e.team != log.e.groupby("case").team.shift()]
    return set(moves[moves.duplicated(["case", "team"])]["case"])


def before_within_the_hour(i: pd.DataFrame) -> pd.Series:
    """How many other incidents of the same product were opened from an hour before up to the same instant."""
    counts = pd.Series(0, index=i.index)
    for _, group in i.groupby("product"):
        times = np.sort(group.opened.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]"))
        own = group.opened.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")
        low = np.searchsorted(times, own - np.timedelta64(1, "h"), side="left")
        counts[group.index] = np.searchsorted(times, own, side="right") - low - 1
    return counts


def on_changes(log: Incidents) -> dict[str, pd.Series]:
    e = log.e
    verdicts = {}
    in_call = e["sub"] == "In Call"
    verdicts["in_call_by_first_line"] = judged(e.first_line).where(in_call, "notapplicable")

    verdict = judged(e.owner_country.notna())
    verdict[(e.owner == "Siebel").fillna(False)] = "notapplicable"
    verdict[e.owner.isna() & e.owner_country.isna()] = "unknown"
    verdicts["owner_country_known"] = verdict

    both = e.owner_country.notna() & e.team_country.notna()
    letters = e.owner_country.str.casefold().map(LETTERS)
    verdicts["team_at_home"] = judged((letters == e.team_country.str.lower()).astype(object).where(both))
    return verdicts | followed_up(log)


def followed_up(log: Incidents) -> dict[str, pd.Series]:
    """The rules that ask for another change in the same incident, before or after."""
    e, as_of = log.e, log.as_of
    verdicts = {}

    queued, accepted = e.status == "Queued", e.status == "Accepted"
    local = e.t.dt.tz_localize(None)
    deadline = end_of_day(e.t, (local >= "2012-05-07").map({True: 1, False: 2}))
    pairs = log.pairs(queued, accepted)
    hits = pairs[
        (pairs.team == pairs.team_2) & (pairs.t_2 >= pairs.t) & (pairs.t_2 <= deadline[pairs.id].array)
    ]
    verdict = in_time(e.id.isin(hits.id), deadline, as_of)
    verdict[local < "2012-01-01"] = "unknown"  # no limit was in force
    verdicts["queued_is_accepted"] = verdict.where(queued, "notapplicable")

    resolved, closed = e["sub"] == "Resolved", e["sub"] == "Closed"
    deadline = end_of_day(e.t, 14)
    pairs = log.pairs(resolved, closed)
    hits = pairs[(pairs.t_2 >= pairs.t) & (pairs.t_2 <= deadline[pairs.id].array)]
    again = log.pairs(resolved, accepted)
    again = again[again.t_2 >= again.t]
    verdict = in_time(e.id.isin(hits.id), deadline, as_of)
    verdicts["resolved_is_closed"] = verdict.where(resolved & ~e.id.isin(again.id), "notapplicable")

    first = local_day(e.t) - pd.Timedelta(days=30)
    pairs = log.pairs(closed, resolved)
    hits = pairs[(pairs.t_2 <= pairs.t) & (pairs.t_2.dt.tz_localize(None) >= first[pairs.id].array)]
    verdict = judged(e.id.isin(hits.id))
    # The log begins on 31 March 2010: what lies before may have been, but was not handed in.
    verdict[~e.id.isin(hits.id) & (first < "2010-03-31")] = "unknown"
    verdicts["closed_was_resolved"] = verdict.where(closed, "notapplicable")

    open_ = e.status != "Completed"
    following = e.groupby("case").t.shift(-1)
    deadline = end_of_day(e.t, 30)
    verdict = in_time(following <= deadline, deadline, as_of)
    verdicts["no_long_silence"] = verdict.where(open_, "notapplicable")
    return verdicts


def local_day(times: pd.Series) -> pd.Series:
    return times.dt.tz_localize(None).dt.normalize()


LETTERS = {
    "argentina": "ar", "australia": "au", "austria": "at", "belgium": "be", "brazil": "br", "canada": "ca",
    "chile": "cl", "china": "cn", "czech republic": "cz", "denmark": "dk", "france": "fr", "germany": "de",
    "india": "in", "indonesia": "id", "italy": "it", "japan": "jp", "korea": "kr", "malaysia": "my",
    "netherlands": "nl", "peru": "pe", "poland": "pl", "romania": "ro", "russian federation": "ru",
    "singapore": "sg", "south africa": "za", "spain": "es", "sweden": "se", "thailand": "th", "turkey": "tr",
    "united kingdom": "gb", "usa": "us",
}  # fmt: skip


def counts(source: Path) -> dict[str, dict[str, int]]:
    """Verdict counts by rule id."""
    log = Incidents(source)
    return {rule: tally(verdicts) for rule, verdicts in (on_incidents(log) | on_changes(log)).items()}


def measures(source: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, int, int]]:
    """(measure, group) -> numerator, denominator, undecided; the group () is the whole log."""
    log = Incidents(source)
    i = log.i.assign(impact=log.i.impact.str.lower(), month=log.i.opened.dt.strftime("%Y-%m"))
    first_line = log.count(~log.e.first_line) == 0
    straight = pd.Series(~i.index.isin(returned(log)), index=i.index)
    teams = log.e.groupby("case").team.nunique()
    changes = log.e.groupby("case").size()
    found: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, int, int]] = {}
    for by, rows in groups(i, ["impact"]):
        found["一线解决率", by] = (int(first_line[rows].sum()), len(rows), 0)
        found["不往返率", by] = (int(straight[rows].sum()), len(rows), 0)
        found["平均团队数", by] = (int(teams[rows].sum()), len(rows), 0)
        found["变更次数", by] = (int(changes[rows].sum()), len(rows), 0)
    for by, rows in groups(i, ["impact", "month"]):
        found["事件件数", by] = (len(rows), len(rows), 0)
    return found
