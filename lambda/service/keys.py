"""The keys of objects; `infra.pipeline` and the page use the same."""

DATA_KEY = "data.json"
RECEIPT_KEY = "receipt.json"
# The request of a run, written before anything else.
REQUEST_KEY = "request.json"
# The job run that a run was handed over to.
JOB_KEY = "job.json"
# Hashes of the ids of customers, with their segments.
MEMBERS_KEY = "members.npz"
# What later runs compare the segments of a run with, before its result is published.
IDENTITIES_KEY = "identities.json"
# The last ids ever given, and the runs that gave some last.
LAST_IDS_KEY = "last_ids.json"
# Secret key of the random rounding, created once.
ROUNDING_KEY = "rounding_key.json"
RUN_PREFIX = "runs/"


def in_run(run_id: str, name: str) -> str:
    """Return the key of an object of a run.

    Parameters
    ----------
    run_id : str
        Id of the run.
    name : str
        Name of the object within the run.
    """
    return f"{RUN_PREFIX}{run_id}/{name}"
