"""Runs state machines in moto's Step Functions with scripted answers; JSON on stdin, a list of runs for each on stdout.

Given: [{"definition": ..., "runs": [{"input": ..., "answers": {state: [{"value": ...} | {"error": name}]}}]}].
The last answer of a state is given again to all further calls; a state without one answers with nothing.
"""

import json
import sys
import threading
import time

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task import mock_eval_utils
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.mocking.mock_config import MockedResponseReturn, MockedResponseThrow

ROLE = "arn:aws:iam::123456789012:role/nightly"
LONGEST_SECONDS = 120
lock = threading.Lock()
functions = set()
answers = {}
calls = {}


def answer_of(environment):
    """The scripted answer of the state that is evaluated now."""
    state = environment.next_state_name
    with lock:
        call = calls[state] = calls.get(state, 0) + 1
    script = answers.get(state) or [{"value": None}]
    answer = script[min(call, len(script)) - 1]
    if "error" in answer:
        return MockedResponseThrow(0, 0, answer["error"], answer["error"])
    value = answer["value"]
    return MockedResponseReturn(0, 0, {"StatusCode": 200, "Payload": value} if state in functions else value)


def find_functions(machine):
    """Names of the states that call a Lambda function, whose answers come in an envelope."""
    for name, state in machine["States"].items():
        if ":lambda:" in state.get("Resource", ""):
            functions.add(name)
        if "ItemProcessor" in state:
            find_functions(state["ItemProcessor"])


def error_name_of(name):
    """Names that begin with "States." are Step Functions' own, and moto takes them for no other."""
    return StatesErrorName(StatesErrorNameType.from_name(name)) if name.startswith("States.") else CustomErrorName(name)


mock_eval_utils.CustomErrorName = error_name_of
Environment.is_mocked_mode = lambda self: True
Environment.get_current_mocked_response = answer_of


def history(client, arn):
    token = {}
    while True:
        page = client.get_execution_history(executionArn=arn, **token)
        yield from page["events"]
        if "nextToken" not in page:
            return
        token = {"nextToken": page["nextToken"]}


def run(client, machine, number, given):
    answers.clear()
    calls.clear()
    answers.update(given["answers"])
    arn = client.start_execution(
        stateMachineArn=machine, name=f"run-{number}", input=json.dumps(given["input"])
    )["executionArn"]
    end = time.monotonic() + LONGEST_SECONDS
    while (execution := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
        if time.monotonic() > end:
            client.stop_execution(executionArn=arn, error="TooLong")
            break
        time.sleep(0.1)
    visited = [
        event["stateEnteredEventDetails"]["name"]
        for event in history(client, arn)
        if event["type"].endswith("StateEntered")
    ]
    output = json.loads(execution["output"]) if "output" in execution else None
    return {
        "status": execution["status"],
        "visited": visited,
        "calls": dict(calls),
        "output": output,
        "error": execution.get("error"),
    }


def main():
    results = []
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client(
            "stepfunctions", region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local"
        )
        for number, given in enumerate(json.load(sys.stdin)):
            functions.clear()
            find_functions(given["definition"])
            machine = client.create_state_machine(
                name=f"machine-{number}", definition=json.dumps(given["definition"]), roleArn=ROLE
            )["stateMachineArn"]
            results.append([run(client, machine, i, one) for i, one in enumerate(given["runs"])])
    print(json.dumps(results))


main()
