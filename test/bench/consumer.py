"""What loginstamp -c device_type does, in Python.

usage: consumer.py json|orjson|duckdb [--version]
"""
import collections
import sys
import time

BUFFER = 1 << 18
MINUTES = [f"{hour:02}:{minute:02}:"
           for hour in range(24) for minute in range(60)]
SECONDS = [f"{second:02}" for second in range(60)]


def of_records(loads, dumps):
    """loads takes a line of bytes, dumps gives a line of bytes."""
    count = collections.Counter()
    days = {}
    with open(0, "rb", BUFFER) as lines, open(1, "wb", BUFFER) as out:
        for line in lines:
            record = loads(line)
            day, second = divmod(int(record["timestamp"]), 86400)
            if day not in days:
                days[day] = time.strftime("%Y-%m-%d ",
                                          time.gmtime(day * 86400))
            record["datetime"] = (days[day] + MINUTES[second // 60] +
                                  SECONDS[second % 60])
            kind = record.get("device_type")
            count[kind] += 1
            if kind is not None and kind.lower() == "login":
                print(f"Insight: Login from {kind} device", file=sys.stderr)
            out.write(dumps(record))
    print(dict(count), file=sys.stderr)


def in_json():
    import json
    of_records(json.loads, lambda record: (json.dumps(record) + "\n").encode())


def in_orjson():
    import orjson
    of_records(orjson.loads, lambda record: orjson.dumps(
        record, option=orjson.OPT_APPEND_NEWLINE))


def in_duckdb():
    """By its threads; CSV without quotes, so that the text goes out as it is."""
    import duckdb
    base = duckdb.connect()
    base.execute("create temp table logins as "
                 "select json from read_ndjson_objects('/dev/stdin')")
    base.execute(r"""
        copy (select json_merge_patch(json, json_object('datetime', strftime(
            to_timestamp((json->>'timestamp')::bigint) at time zone 'UTC',
            '%Y-%m-%d %H:%M:%S'))) from logins) to '/dev/stdout'
        (format csv, header false, quote '', escape '', delimiter '\x01')""")
    for kind, count in base.execute(
            "select json->>'device_type' as kind, count(*) from logins "
            "group by kind").fetchall():
        print(kind, count, file=sys.stderr)
        if kind is not None and kind.lower() == "login":
            print(f"Insight: Login from {kind} device\n" * count,
                  file=sys.stderr)


def main():
    name = sys.argv[1]
    if sys.argv[2:] == ["--version"]:
        module = __import__(name)
        print("Python " + sys.version.split()[0] if name == "json"
              else f"{name} {module.__version__}")
    else:
        {"json": in_json, "orjson": in_orjson, "duckdb": in_duckdb}[name]()


if __name__ == "__main__":
    main()
