"""A real PostgreSQL and a real Valkey from wheels, for a machine that has nothing but Python.

`folder` names where everything lies, `services` starts, shares and stops the two servers, `run` is `make run`.
"""
