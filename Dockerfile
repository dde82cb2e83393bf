# The portal as it runs in production: web, worker, mailer, beat and figures are one image with five commands; `backup` is the same
# with PostgreSQL's client programs, and `proxy` is Caddy as an ordinary user.

FROM python:3.12-slim-trixie AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /portal

# Python packages, without the tools of development, the embedded servers and Node.js.
FROM base AS packages
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups

# Static files: Node.js from a wheel compiles them here and stays here.
FROM packages AS assets
RUN uv sync --frozen --no-default-groups --group assets
COPY . .
# Compiling reads no secret; these commands run with the rules of a local machine.
RUN PORTAL_ENV=local .venv/bin/python manage.py build_assets \
 && PORTAL_ENV=local .venv/bin/python manage.py collectstatic --noinput --verbosity=0

# Its files belong to root: the process that serves them cannot change them.
FROM base AS portal
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
 && install --directory --owner=portal --mode=0700 /erasures
COPY --from=packages /portal/.venv .venv
COPY . .
COPY --from=assets /portal/staticfiles staticfiles
# No default for any secret: without them the portal does not start, and says what to set.
ENV PORTAL_ENV=production PATH=/portal/.venv/bin:$PATH
USER portal
EXPOSE 8000
CMD ["gunicorn", "badgeportal.wsgi", "--bind=0.0.0.0:8000", "--worker-class=sync", "--workers=4", "--preload", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--logger-class=badgeportal.logs.QuietGunicornLogger"]

# pg_dump refuses a server that is newer than itself. Debian 13 has version 17, that of the server in docker-compose.yml.
FROM portal AS backup
USER root
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=portal --mode=0700 /backups
USER portal
CMD ["python", "manage.py", "backup", "--to", "/backups"]

FROM caddy:2.10-alpine AS proxy
# The right to open low ports goes: it is not needed, and a program that has it does not start without that right.
RUN setcap -r /usr/bin/caddy \
 && adduser -S -D -H -u 10002 proxy \
 && chown -R proxy /data /config
COPY Caddyfile /etc/caddy/Caddyfile
USER proxy

# What `docker build .` makes when nobody names a part.
FROM portal
