# The product in one image: web, background work and imports under one supervisor.
FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui fonts-liberation2 \
    tesseract-ocr tesseract-ocr-vie && rm -rf /var/lib/apt/lists/*
RUN useradd --system --home /data --create-home iso
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN python -m qms.catalogues
USER iso
ENV QMS_ENV=production QMS_DATA=/data PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=5)"
CMD ["python", "manage.py", "up"]
