# The command and the service. Nothing is compiled at run time, and nothing runs as root.
#
#   docker build -t churn .
#   docker run -p 8080:8080 -e CHURN_JWT_SECRET=… -v churn-home:/home/churn/.churn churn             the service
#   docker run -e CHURN_WAREHOUSE=snowflake … churn score                                            the nightly job

FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY . .
RUN npm run -s build
RUN npm prune --omit=dev --no-audit --no-fund --ignore-scripts

FROM node:20-bookworm-slim
ENV NODE_ENV=production CHURN_HOME=/home/churn/.churn CHURN_HOST=0.0.0.0 CHURN_PORT=8080
RUN useradd --create-home --uid 10001 churn && mkdir -p /home/churn/.churn && chown churn:churn /home/churn/.churn
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
USER churn
VOLUME /home/churn/.churn
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.CHURN_PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve"]
