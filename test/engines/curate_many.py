"""Runs the deployed script's own `main` for many slices in one Spark session: a start of Spark takes longer than a slice."""

import json
import sys

from pyspark import cloudpickle
from pyspark.sql import SparkSession

sys.dont_write_bytecode = True

folder, jobs_file, outcomes_file = sys.argv[1:]
sys.path.insert(0, folder)
import curate  # noqa: E402

# As a job, the script is the main program, whose functions go to the workers by value.
cloudpickle.register_pickle_by_value(curate)

# `main` ends the session of its job; the next one shall find it.
stop = SparkSession.stop
SparkSession.stop = lambda self: None

outcomes = []
for arguments in json.load(open(jobs_file)):
    try:
        curate.main(["curate.py", *arguments])
        outcomes.append(None)
    except Exception as error:  # A slice may fail; the test says whether it should have.
        outcomes.append(f"{type(error).__name__}: {error}"[:2000])
    with open(outcomes_file, "w") as file:
        json.dump(outcomes, file)

stop(SparkSession.active())
