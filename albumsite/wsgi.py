import os

from django.core.wsgi import get_wsgi_application

from albumsite import endings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")
endings.die_with_web_master()
application = get_wsgi_application()
