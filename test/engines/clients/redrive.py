"""Mends what a night failed for, redrives it, and reads the catalog, all with boto3; prints what it saw as JSON."""

import json
import sys
import time

import boto3

machine, raw_bucket, bad_key, good_key = sys.argv[1:]
states = boto3.client("stepfunctions")
s3 = boto3.client("s3")
glue = boto3.client("glue")


def until_ended(arn):
    while True:
        described = states.describe_execution(executionArn=arn)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.2)


arn = states.start_execution(stateMachineArn=machine, name="mended", input="{}")["executionArn"]
failed = until_ended(arn)

# The header was wrong: the same rows under the right one.
body = s3.get_object(Bucket=raw_bucket, Key=bad_key)["Body"].read().decode()
header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session"
s3.put_object(Bucket=raw_bucket, Key=good_key, Body="\n".join([header, *body.split("\n")[1:]]).encode())
s3.get_waiter("object_exists").wait(Bucket=raw_bucket, Key=good_key)
s3.delete_object(Bucket=raw_bucket, Key=bad_key)

redriven = states.redrive_execution(executionArn=arn)
succeeded = until_ended(arn)
try:
    states.redrive_execution(executionArn=arn)
    refused = None
except states.exceptions.ExecutionNotRedrivable as error:
    refused = error.response["Error"]["Code"]

pages = glue.get_paginator("get_tables").paginate(DatabaseName="ecommerce_lake", PaginationConfig={"PageSize": 5})
tables = {table["Name"]: table for page in pages for table in page["TableList"]}
curated = tables["ecomm_user_activity_parquet"]
partitions = glue.get_paginator("get_partitions").paginate(
    DatabaseName="ecommerce_lake",
    TableName=curated["Name"],
    Expression="category_id = 2053013555631882655",
)
events = states.get_paginator("get_execution_history").paginate(
    executionArn=arn, PaginationConfig={"PageSize": 50}
)
json.dump(
    {
        "failed": {name: failed.get(name) for name in ("status", "error", "cause", "redriveStatus")},
        "redriven": redriven["redriveDate"].timestamp() >= failed["stopDate"].timestamp(),
        "succeeded": {name: succeeded[name] for name in ("status", "redriveCount", "redriveStatus")},
        "refused": refused,
        "types": [event["type"] for page in events for event in page["events"] if "Execution" in event["type"]],
        "tables": sorted(tables),
        "columns": {column["Name"]: column["Type"] for column in curated["StorageDescriptor"]["Columns"]},
        "keys": [key["Name"] for key in curated["PartitionKeys"]],
        "partitions": [partition["Values"] for page in partitions for partition in page["Partitions"]],
        "versions": [
            version["VersionId"]
            for version in glue.get_table_versions(DatabaseName="ecommerce", TableName="sales_per_day")["TableVersions"]
        ],
    },
    sys.stdout,
)
