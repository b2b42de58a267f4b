"""The forms of one object-centric log, made from its JSON."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Log = dict[str, Any]


def write_json(path: Path, log: Log) -> Path:
    path.write_text(json.dumps(log, ensure_ascii=False), encoding="utf-8")
    return path


def write_xml(path: Path, log: Log) -> Path:
    """As the standard's XML: `<object-types>`, `<event-types>`, `<objects>`, `<events>`."""
    root = ElementTree.Element("log")
    for kind in ("object", "event"):
        types = ElementTree.SubElement(root, f"{kind}-types")
        for type_ in log[f"{kind}Types"]:
            at = ElementTree.SubElement(types, f"{kind}-type", name=type_["name"])
            at = ElementTree.SubElement(at, "attributes")
            for each in type_["attributes"]:
                ElementTree.SubElement(at, "attribute", name=each["name"], type=each["type"])
    for kind in ("object", "event"):
        listed = ElementTree.SubElement(root, f"{kind}s")
        for item in log[f"{kind}s"]:
            given = {key: item[key] for key in ("id", "type", "time") if key in item}
            element = ElementTree.SubElement(listed, kind, given)
            attributes = ElementTree.SubElement(element, "attributes")
            for each in item.get("attributes", []):
                named = {key: each[key] for key in ("name", "time") if key in each}
                ElementTree.SubElement(attributes, "attribute", named).text = each["value"]
            related = ElementTree.SubElement(element, "objects")
            for each in item.get("relationships", []):
                relation = {"object-id": each["objectId"], "qualifier": each["qualifier"]}
                ElementTree.SubElement(related, "relationship", relation)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def write_sqlite(path: Path, log: Log) -> Path:
    """As the standard's relational form; times as the JSON writes them."""
    with closing(sqlite3.connect(path)) as database:
        for kind in ("object", "event"):
            database.execute(f"CREATE TABLE {kind}_map_type (ocel_type TEXT, ocel_type_map TEXT)")
            database.execute(f"CREATE TABLE {kind} (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
            for type_ in log[f"{kind}Types"]:
                _table(database, kind, type_)
            for item in log[f"{kind}s"]:
                database.execute(f"INSERT INTO {kind} VALUES (?, ?)", (item["id"], item["type"]))
        for relation, ends in (
            ("event_object", ("event", "object")),
            ("object_object", ("source", "target")),
        ):
            columns = ", ".join(f"ocel_{end}_id TEXT" for end in ends)
            database.execute(f"CREATE TABLE {relation} ({columns}, ocel_qualifier TEXT)")
        for item in log["events"]:
            values = {each["name"]: each["value"] for each in item.get("attributes", [])}
            _insert(database, "event", item, {"ocel_time": item["time"], **values})
            _relate(database, "event_object", item)
        for item in log["objects"]:
            seen: set[str] = set()
            for each in item.get("attributes", []):
                changed = each["name"] if each["name"] in seen else None
                seen.add(each["name"])
                row = {"ocel_time": each["time"], "ocel_changed_field": changed, each["name"]: each["value"]}
                _insert(database, "object", item, row)
            _relate(database, "object_object", item)
        database.commit()
    return path


def _short(type_: str) -> str:
    return re.sub(r"\W", "", type_)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _table(database: sqlite3.Connection, kind: str, type_: dict[str, Any]) -> None:
    fixed = ["ocel_id", "ocel_time", *(["ocel_changed_field"] if kind == "object" else [])]
    columns = ", ".join(
        f"{_quoted(name)} TEXT" for name in [*fixed, *(each["name"] for each in type_["attributes"])]
    )
    database.execute(f'CREATE TABLE "{kind}_{_short(type_["name"])}" ({columns})')
    database.execute(f"INSERT INTO {kind}_map_type VALUES (?, ?)", (type_["name"], _short(type_["name"])))


def _insert(database: sqlite3.Connection, kind: str, item: dict[str, Any], values: dict[str, Any]) -> None:
    row = {"ocel_id": item["id"], **values}
    columns = ", ".join(_quoted(name) for name in row)
    places = ", ".join("?" * len(row))
    database.execute(
        f'INSERT INTO "{kind}_{_short(item["type"])}" ({columns}) VALUES ({places})', tuple(row.values())
    )


def _relate(database: sqlite3.Connection, name: str, item: dict[str, Any]) -> None:
    for each in item.get("relationships", []):
        values = (item["id"], each["objectId"], each["qualifier"])
        database.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", values)
