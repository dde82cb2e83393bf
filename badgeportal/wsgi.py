"""What gunicorn serves. It runs with production's rules unless PORTAL_ENV says `local`."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")
# Only web processes keep a pool of database connections: a worker forks, and a pool does not survive that.
os.environ["PORTAL_PROCESS"] = "web"

try:
    application = get_wsgi_application()
except ImproperlyConfigured as fault:
    sys.exit(str(fault))

# What was loaded stays until the process ends: no garbage collection walks through it again, in the middle of somebody's
# page, and the processes that gunicorn forks go on sharing its memory.
gc.collect()
gc.freeze()
