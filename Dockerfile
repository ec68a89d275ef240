# The App as an image: nothing but Node, our code and its packages; no shell, no npm, not root.
# Both bases are pinned by tag. To pin them by digest as well, give them as build arguments:
#   --build-arg BUILD_IMAGE=node:24.21.0-slim@sha256:... --build-arg RUN_IMAGE=...@sha256:...
ARG BUILD_IMAGE=node:24.21.0-slim
ARG RUN_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json app.yml ./
COPY scripts/finish-build.ts scripts/
COPY src src
RUN npm run build
# Out go what only development needs, the embedded PostgreSQL (an image is given DATABASE_URL), and
# what no program reads.
RUN npm prune --omit=dev --omit=optional --ignore-scripts
RUN rm -rf node_modules/.bin && find node_modules dist -type f \
    \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' \) -delete

FROM ${RUN_IMAGE}
LABEL org.opencontainers.image.title="Smallbatch" \
      org.opencontainers.image.description="Turns every merged pull request into a small, verified, reversible release." \
      org.opencontainers.image.source="https://github.com/smallbatch/smallbatch" \
      org.opencontainers.image.licenses="Apache-2.0"
# Threads share two pools of memory: with one each, the C library keeps what a page took.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app/package.json /app/app.yml ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
# Alive, not ready: a database that is away for a while is no reason to start the App anew.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "require('http').get({ host: '127.0.0.1', port: process.env.PORT, path: '/livez', agent: false }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# The heap of a process that waits most of the time stays small; what a flood of the largest
# deliveries needs still fits (docs/operations.md).
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=8", "--max-old-space-size=1024", "/app/dist/cli/bin.js"]
CMD ["serve"]
