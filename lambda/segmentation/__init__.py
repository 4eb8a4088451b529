"""Customer segmentation by K-Means: from the bytes of a CSV to segments that a person can read.

Data flows one way, through `files`, `schema`, `customers`, `points`, `clustering`, `describing` and `results`;
`pipeline` chains them. Publishing is outside this package, in `service`, because it knows S3.
"""

__version__ = "1.0.0"

# The form of the public documents, as their schemas describe it.
# Of data.json and of receipt.json.
SCHEMA_VERSION = 3
RECEIPT_VERSION = 2
