"""The front desk: the browser's pages, the commands, and the hotel file."""
