"""What is handed over: the public document, the rows with their segments, receipts."""
