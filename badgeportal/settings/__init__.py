"""The portal's settings, by subject. Each module says in its docstring what it holds; names are read here as one."""

from badgeportal.settings.environment import *  # isort: skip
from badgeportal.settings.accounts import *
from badgeportal.settings.applications import *
from badgeportal.settings.background import *
from badgeportal.settings.csp import *
from badgeportal.settings.environment import refuse_to_start_when_something_is_missing
from badgeportal.settings.logs import *
from badgeportal.settings.mail import *
from badgeportal.settings.portal import *
from badgeportal.settings.security import *
from badgeportal.settings.storage import *

refuse_to_start_when_something_is_missing()
