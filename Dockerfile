# Small and non-root. Build: docker build -t mimi .   Run: see compose.yaml. tests/test_image.py follows it line by line.
FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.lock deploy/trim.py deploy/compile.py ./
RUN python -m venv --without-pip /srv/venv \
    && python -m pip --python /srv/venv/bin/python install --no-cache-dir --no-compile --require-hashes --no-deps -r requirements.lock \
    && python trim.py /srv/venv
WORKDIR /srv
COPY bot bot
COPY handlers handlers
COPY knowledge knowledge
COPY guardrail guardrail
COPY web web
COPY LICENSE THIRD-PARTY-NOTICES.md ./
RUN /srv/venv/bin/python /build/compile.py bot handlers knowledge guardrail web

FROM python:3.12-slim
# The one folder that is written to: the socket of the process that reads meaning, which web and worker share.
RUN useradd --system --uid 10001 --no-create-home mimi && install -d -m 1777 /run/mimi
WORKDIR /srv
COPY --from=build /srv /srv
ENV PATH=/srv/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 OPENBLAS_NUM_THREADS=1 MALLOC_ARENA_MAX=2 \
    MIMI_HOST=0.0.0.0 MIMI_PORT=8080 MIMI_RUNTIME_DIR=/run/mimi
USER mimi
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"MIMI_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
