# A project that has nothing to mend.
mkdir -p .github/workflows kubernetes/base
cat > Dockerfile <<'END'
FROM golang:1.26.1-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY cmd ./cmd
RUN --mount=type=cache,target=/go/pkg/mod go build -o /out/api ./cmd/api

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/api /api
USER 65532
HEALTHCHECK CMD ["/api", "health"]
ENTRYPOINT ["/api"]
END
cat > .github/workflows/cd.yml <<'END'
name: cd
on:
  push: {branches: [main]}
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: {persist-credentials: false}
      - uses: actions/setup-go@3041bf56c941b39c61721a86cd11f3bb1338122a # v5.2.0
        with: {go-version-file: go.mod}
      - run: go test ./...
      - run: govulncheck ./...
  deploy:
    needs: test
    environment: production
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: {persist-credentials: false}
      - run: kubectl apply --kustomize kubernetes/base
      - run: kubectl rollout status deployment/api
      - if: failure()
        run: kubectl rollout undo deployment/api
END
