import gc
import os

os.environ["PORTAL_PROCESS"] = "web"
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# As the portal's own does.
gc.collect()
gc.freeze()
