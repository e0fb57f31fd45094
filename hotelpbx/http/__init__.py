"""What every HTTP request passes: checks, headers, health probes."""
