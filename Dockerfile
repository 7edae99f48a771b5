# Comeback in one image: the program, the certificate authorities, and curl for the health check. Everything it keeps is in /data.

FROM rust:1-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev make pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin comeback \
    && cp target/release/comeback /usr/local/bin/comeback

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin comeback \
    && install -d -o comeback -g comeback -m 0750 /data
COPY --from=build /usr/local/bin/comeback /usr/local/bin/comeback
COPY LICENSE LICENSE-APACHE LICENSE-MIT /usr/share/doc/comeback/
USER comeback
WORKDIR /data
VOLUME /data
ENV COMEBACK_SERVER__BIND=0.0.0.0:8080 \
    COMEBACK_DATABASE__URL=sqlite:///data/comeback.db
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["comeback"]
CMD ["serve"]
