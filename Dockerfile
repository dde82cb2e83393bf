# The portal as it runs in production: web, worker and beat are this one image with three commands.

FROM python:3.12-slim-bookworm AS base
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
