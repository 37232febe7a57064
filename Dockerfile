# Small and non-root. Build: docker build -t mimi .   Run: see compose.yaml.
FROM python:3.12-slim AS build
WORKDIR /srv
COPY requirements.lock .
RUN python -m venv /srv/venv \
    && /srv/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home mimi
WORKDIR /srv
COPY --from=build /srv/venv /srv/venv
COPY bot bot
COPY handlers handlers
COPY knowledge knowledge
COPY guardrail guardrail
COPY web web
ENV PATH=/srv/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    MIMI_HOST=0.0.0.0 MIMI_PORT=8080
USER mimi
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
