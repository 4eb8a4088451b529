"""The life of a run, the same for the function and for the job on Spark. It knows S3, Glue and the clock."""
