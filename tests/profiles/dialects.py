# ruff: noqa: E501  (a row of an export is one line)
"""A small export in each ready dialect: names, codes and times as that system writes them, invented values."""

from __future__ import annotations

from profiles.exports import Rows

UNIT = "11330000002482XYZ1"
TASK = "11330000002482XYZ14330101234567"


def interface(**changes: str | None) -> tuple[Rows, Rows]:
    """Ratings and services as the national interface names them: 24 ratings of 24 services, levels 5 to 1."""
    ratings, services = [], []
    for number in range(24):
        level = "54215432"[number % 8]
        case = f"37{number:06d}"
        option = {"5": "510,513", "4": "406", "3": "309", "2": "209", "1": "110"}[level]
        ratings.append(
            {
                "projectNo": case, "assessNumber": "1", "satisfaction": level, "evalDetail": option,
                "assessTime": f"2026-03-{number % 27 + 1:02d} 10:00:00", "pf": str(number % 4 + 1),
                "writingEvaluation": "办得慢" if level in "12" else None, "areaCode": "330100000000",
                "orgName": "市人力社保局", "userName": "张三", "mobile": "13800000000",
            }
        )  # fmt: skip
        services.append(
            {
                "projectNo": case, "serviceNumber": "1", "serviceTime": f"2026-03-{number % 27 + 1:02d} 09:00:00",
                "taskCode": TASK, "taskName": "社保卡申领", "taskType": "07", "areaCode": "330100000000",
                "orgcode": UNIT, "orgName": "市人力社保局", "proStatus": "3",
                "applydate": f"2026-03-{number % 27 + 1:02d} 08:30:00", "acceptDate": f"2026-03-{number % 27 + 1:02d} 08:40:00",
                "resultDate": f"2026-03-{number % 27 + 1:02d} 09:00:00", "projectType": "1", "userProp": "1",
                "userName": "张三", "userPageType": "111", "certKey": "ab12cd34", "mobile": "13800000000",
            }
        )  # fmt: skip
    for row in (*ratings, *services):
        row.update({name: value for name, value in changes.items() if name in row})
    return ratings, services


def zhejiang() -> dict[str, Rows]:
    ratings, services = interface()
    for row in services:
        row["promiseTime"] = "2"  # immediate, as Zhejiang numbers them
        row.pop("projectType")
    ratings += [{**ratings[0], "assessNumber": "2", "assessTime": "2026-03-28 10:00:00"}]
    ratings += [{**ratings[1], "projectNo": "37000099", "pf": "7", "satisfaction": "5", "evalDetail": None,
                 "writingEvaluation": None}]  # fmt: skip
    services += [{**services[1], "projectNo": "37000099"}]
    return {"evaluation_202603": ratings, "service_202603": services}


def shandong() -> dict[str, Rows]:
    ratings, services = interface()
    for row in services:
        row.update(promiseDay="0", promiseType="1", proChannel="2", serviceName="申报", userProp="5")
    ratings = [{**row, "isdefault": "0", "answer": None, "answerdate": None} for row in ratings]
    ratings[2].update(answer="已改进", answerdate="2026-03-04 09:00:00")
    ratings += [{**ratings[0], "assessNumber": "2"}]
    services += [{**services[0], "serviceNumber": "2", "serviceName": "签收"}]
    return {"好差评评价": ratings, "好差评服务": services}


def beijing() -> dict[str, Rows]:
    ratings, services = interface()
    return {"evaluate": ratings, "service": services}


def fujian() -> dict[str, Rows]:
    ratings, services = interface()
    ratings = [{**row, "evaluateType": "1"} for row in ratings]
    for row in ratings:
        row.pop("assessNumber")
    ratings += [{**ratings[0], "evaluateType": "2", "pf": "7"}]
    unknown = {"serviceNumber", "projectType", "userProp"}  # of which the public part says nothing
    services = [{name: cell for name, cell in row.items() if name not in unknown} for row in services]
    return {"T_EVALUATE": ratings, "T_PROJECT": services}


def guangdong() -> dict[str, Rows]:
    ratings, services = interface()
    digits = str.maketrans("", "", "-: ")
    ratings = [
        {
            "affairDealNo": row["projectNo"], "evalProcess": "2", "satisfaction": row["satisfaction"],
            "evalDetail": row["evalDetail"], "assessTime": str(row["assessTime"]).translate(digits),
            "pf": row["pf"],
        }
        for row in ratings
    ]  # fmt: skip
    services = [
        {
            "affairDealNo": row["projectNo"], "affairCode": TASK, "affairSerialNo": row["projectNo"],
            "evalProcess": "2", "userType": "0", "serviceTime": str(row["serviceTime"]).translate(digits),
            "affairHandleItem": f"{TASK}01",
        }
        for row in services
    ]  # fmt: skip
    return {"evaluate": ratings, "affair": services}


def gbt39046() -> dict[str, Rows]:
    words = {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
    channels = ("PC端", "移动服务端", "二维码", "短信")
    rows = [
        {
            "办件编号": row["projectNo"], "评价渠道": channels[number % 4], "评价人": "张三",
            "评价时间": str(row["assessTime"]).replace("-", "").replace(" ", "T").replace(":", ""),
            "评价次数": "1", "满意度": words[str(row["satisfaction"])],
            "满意度代码": str(6 - int(str(row["satisfaction"]))), "文字评价": row["writingEvaluation"],
            "行政区划": "330100",
        }
        for number, row in enumerate(interface()[0])
    ]  # fmt: skip
    return {"政务服务绩效评价": rows}


EXPORTS = {
    "zhejiang": zhejiang, "shandong": shandong, "beijing": beijing, "fujian": fujian,
    "guangdong": guangdong, "gbt39046": gbt39046,
}  # fmt: skip
