"""Customer segmentation by K-Means: from the bytes of a CSV to segments that a person can read.

Six stages, one module each, data flowing one way: `ingest`, `compress`, `cluster`, `interpret`, `assign` and,
outside this package because it knows S3, publishing. `run` chains them; `document` gives the result its public form.
"""

__version__ = "1.0.0"

# The form of the public documents, as their schemas describe it.
# Of data.json and of receipt.json.
SCHEMA_VERSION = 3
RECEIPT_VERSION = 2
