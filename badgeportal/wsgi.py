"""What gunicorn serves. It runs with production's rules unless PORTAL_ENV says `local`."""

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
