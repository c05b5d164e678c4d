# The bot. Built for docker-compose.yml, which starts a Chroma server beside it.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --create-home --uid 10001 pullquote \
    && mkdir /data && chown pullquote:pullquote /data
WORKDIR /app

# The dependencies change less often than the code, so they are a layer of their own.
# Give PyTorch's index of CPU builds as --build-arg PIP_EXTRA_INDEX_URL=... to spare gigabytes of CUDA.
ARG PIP_EXTRA_INDEX_URL=""
COPY requirements.lock ./
RUN pip install -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY retrieval retrieval
COPY seeds seeds
RUN pip install --no-deps .

USER pullquote
ENV PULLQUOTE_DATA_DIR=/data PULLQUOTE_SEEDS_DIR=/app/seeds
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["pullquote", "health"]
# A token is required here: without one the container says so and ends.
CMD ["pullquote", "run"]
