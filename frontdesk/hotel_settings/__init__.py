"""The hotel file in the browser: each table a form with the file's own rules and words."""
