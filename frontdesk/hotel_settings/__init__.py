"""The hotel file in the browser: each table is a form with the rules and messages of the file."""
