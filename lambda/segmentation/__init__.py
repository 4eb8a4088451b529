"""Customer segmentation by K-Means: from the bytes of a CSV to segments that a person can read.

Data flows one way through the folders: `files` (bytes to records), `schema` (header to roles), `points` and `customers`
(records to weighted points), `clustering`, `describing` and `results`. `pipeline` runs the stages in order; publishing
to S3 is outside this package, in `service`.
"""

__version__ = "1.0.0"

# The form of the public documents, as their schemas describe it.
# Of data.json and of receipt.json.
SCHEMA_VERSION = 3
RECEIPT_VERSION = 2
