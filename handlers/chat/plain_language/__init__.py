"""Lines in plain language: understood, proposed as a change, and done once their owner says so."""
