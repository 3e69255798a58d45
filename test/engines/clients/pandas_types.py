"""Reads views into pandas with PyAthena and awswrangler; prints types and values as JSON."""

import json
import sys

import awswrangler as wr
import pandas
from pyathena import connect
from pyathena.pandas.cursor import PandasCursor

workgroup, database = sys.argv[1:]
EVENTS = """select event_time, product_id, category_id, brand, price, user_id, user_session
  from user_activity where user_id > 9007199254740992 order by user_id"""
# Every type of the views once, a null beside it, and numbers that a double can't hold.
EDGES = """select cast(9007199254740993 as bigint) as id, cast(null as bigint) as no_id,
  cast(12345678.90 as decimal(10,2)) as money, cast(null as decimal(10,2)) as no_money,
  timestamp '2019-10-01 00:00:01.123456' as at, cast(null as timestamp) as never,
  date '2019-10-01' as day, cast(1.5 as double) as share, cast(null as varchar) as no_text, true as flag
  union all
  select -9007199254740993, 1, 0.10, 0.10, timestamp '2019-10-01 00:00:02', timestamp '2019-10-01 00:00:02',
  date '2019-10-02', 2, 'ü "quoted", and a comma', false"""
LONG = "select range as id from range(5000) order by 1"


def frame(df):
    """Types by column, and values as text, so that nothing is rounded on the way."""
    return {
        "types": {column: str(kind) for column, kind in df.dtypes.items()},
        "classes": {column: sorted({type(value).__name__ for value in df[column]}) for column in df},
        "rows": [["" if pandas.isna(value) else str(value) for value in row] for row in df.astype(object).itertuples(index=False)],
    }


connection = connect(work_group=workgroup, schema_name=database)
pandas_cursor = connection.cursor(PandasCursor)
cursor = connection.cursor()

rows = cursor.execute(LONG).fetchall()
chunks = wr.athena.read_sql_query(LONG, database=database, workgroup=workgroup, ctas_approach=False, chunksize=1000)
parameters = cursor.execute(
    "select ? as name, ? as number", ["'it''s'", "9007199254740993"], paramstyle="qmark"
).fetchall()

json.dump(
    {
        "pyathena": {
            "events": frame(pandas_cursor.execute(EVENTS).as_pandas()),
            "edges": frame(pandas_cursor.execute(EDGES).as_pandas()),
            "tuples": [[str(value) for value in row] for row in cursor.execute(EDGES).fetchall()],
        },
        "awswrangler": {
            name: {
                "events": frame(wr.athena.read_sql_query(EVENTS, database=database, workgroup=workgroup, **options)),
                "edges": frame(wr.athena.read_sql_query(EDGES, database=database, workgroup=workgroup, **options)),
            }
            for name, options in {"csv": {"ctas_approach": False}, "parquet": {"ctas_approach": True}}.items()
        },
        "long": {
            "count": len(rows),
            "ids": [rows[0][0], rows[999][0], rows[1000][0], rows[-1][0]],
            "chunks": [len(chunk) for chunk in chunks],
        },
        "parameters": [[str(value) for value in row] for row in parameters],
        "table": wr.catalog.get_table_types(database=database, table="sales_per_day"),
        "metadata": [column.name for column in cursor.get_table_metadata("sales_per_day", schema_name=database).columns],
        "databases": sorted(item.name for item in cursor.list_databases("AwsDataCatalog")),
    },
    sys.stdout,
)
