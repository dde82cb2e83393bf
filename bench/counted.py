"""The portal's own settings, and the count of statements for a request that asks for it."""

from badgeportal.settings import *
from badgeportal.settings import MIDDLEWARE

MIDDLEWARE = ["bench.counting.CountStatements", *MIDDLEWARE]
