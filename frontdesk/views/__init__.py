"""The pages: parse a form, call one service, render a template."""
