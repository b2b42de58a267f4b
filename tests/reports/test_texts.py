"""Both languages have every text, with the same placeholders."""

import re
from pathlib import Path

import pytest

from zhunsheng.cli.words import TEXTS
from zhunsheng.reports.wording import REPORT_TEXTS, wording
from zhunsheng.spread.parts import TEXTS as SPREAD_TEXTS
from zhunsheng.verdicts.model import Reason, Verdict


def _flat(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _flat(value, f"{prefix}{name}.")


@pytest.mark.parametrize("folder", [REPORT_TEXTS, TEXTS, SPREAD_TEXTS], ids=["reports", "cli", "spread"])
def test_both_languages_have_the_same_texts_with_the_same_placeholders(folder: Path):
    zh, en = (dict(_flat(wording(language, folder).tree)) for language in ("zh", "en"))
    assert zh.keys() == en.keys()
    different = [
        name for name in zh if set(re.findall(r"{(\w+)}", zh[name])) != set(re.findall(r"{(\w+)}", en[name]))
    ]
    assert different == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_verdict_and_every_reason_has_words(language):
    words = wording(language)
    assert all(words.find(f"verdict.{verdict.value}") for verdict in Verdict)
    assert all(words.find(f"reason.{reason.value}") for reason in Reason)


def test_no_chinese_stands_in_the_english_texts():
    for folder in (REPORT_TEXTS, TEXTS):
        assert [
            name for name, text in _flat(wording("en", folder).tree) if re.search("[\u4e00-\u9fff]", text)
        ] == []


def test_nobody_is_called_guilty():
    """Verdicts are about records, not about people."""
    texts = " ".join(text for language in ("zh", "en") for _, text in _flat(wording(language).tree))
    assert not re.search("违法|有罪|违规人员|guilty|violator|offender", texts)
