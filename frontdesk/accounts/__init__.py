"""Staff logins: roles, sessions, sign-in attempts."""
