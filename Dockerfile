# SQLite is C, so the program is built with cgo and runs on the same Debian
# release that it was built on.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=1 go build -trimpath -ldflags='-s -w' -o /menshen ./cmd/menshen

FROM debian:bookworm-slim
# The network's certificates are verified; time zones are in the program.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin menshen \
    && install -d -o menshen -g menshen -m 0700 /data
COPY --from=build /menshen /usr/local/bin/menshen
USER menshen
WORKDIR /data
VOLUME /data
ENV MENSHEN_DATA_DIR=/data MENSHEN_LISTEN=127.0.0.1:9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["menshen", "health"]
ENTRYPOINT ["menshen"]
CMD ["run"]
