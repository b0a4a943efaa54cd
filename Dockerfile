# The server as an image: one program in a distroless base, as a user without rights.
#
#   docker build -t douyin .                       without ffmpeg: covers are generated pictures
#   docker build -t douyin --target ffmpeg .       with it: covers are frames of the videos
#
# Everything it writes is below /data: on its own that is the database, the media and the secret; with a database server and
# object storage, only uploads that are coming in.

FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked -p douyin-http \
    && install -D target/release/douyin-http /image/usr/bin/douyin-http \
    && install -d -m 0700 /image/data

# Any address, because a container has an own network; its ports are opened by whoever runs it.
FROM debian:bookworm-slim AS ffmpeg
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build --chown=65532:65532 /image/data /data
COPY --from=build /image/usr /usr
ENV DOUYIN_LISTEN=0.0.0.0:8080 DOUYIN_ADMIN_LISTEN=0.0.0.0:8081 DOUYIN_DATA_DIR=/data DOUYIN_LOG_FORMAT=json
EXPOSE 8080 8081
VOLUME /data
USER 65532:65532
ENTRYPOINT ["/usr/bin/douyin-http"]

# Last, so that it is what a build without --target makes. It has glibc, the root certificates and nothing else: no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build --chown=65532:65532 /image/data /data
COPY --from=build /image/usr /usr
ENV DOUYIN_LISTEN=0.0.0.0:8080 DOUYIN_ADMIN_LISTEN=0.0.0.0:8081 DOUYIN_DATA_DIR=/data DOUYIN_LOG_FORMAT=json
EXPOSE 8080 8081
VOLUME /data
USER 65532:65532
ENTRYPOINT ["/usr/bin/douyin-http"]
