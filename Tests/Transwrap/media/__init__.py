"""What browsers, phones and programs record, sent through a real proxy, and what comes out of it."""
