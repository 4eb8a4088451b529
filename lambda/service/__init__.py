"""The life cycle of a run, the same for the function and for the job on Spark; uses S3, Glue and the clock."""
