# Three stages: the front end, the Python packages, and a slim image that has both and neither's tools.

FROM node:24-bookworm-slim AS frontend
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt constraints.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt -c constraints.txt

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MARKAZ_HOST=0.0.0.0 \
    MARKAZ_SMTP_HOST=0.0.0.0 \
    MARKAZ_DATA_DIR=/data
RUN groupadd --gid 1000 markaz && useradd --uid 1000 --gid 1000 --home-dir /data --create-home markaz
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=frontend /build/dist frontend/dist
# The account that runs it may not write here: what is compiled now is not compiled at every start.
RUN python -m compileall -q .
USER 1000:1000
VOLUME /data
EXPOSE 8080 2525
# Python asks, for a slim image has no curl. /live says that the process runs; /ready is for the load balancer.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/live', timeout=4)"]
CMD ["python", "server.py"]
