# One image for every process; docker-compose.yml says which one runs.
FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/hotelpbx

# The dependencies first: they change seldom.
COPY requirements/main.txt requirements/
RUN pip install --require-hashes --only-binary :all: --requirement requirements/main.txt

COPY . .
RUN useradd --system --no-create-home hotelpbx
USER hotelpbx

EXPOSE 8000 8260
