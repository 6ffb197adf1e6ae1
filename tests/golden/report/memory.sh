# A project that remembers: one finding that a decision accepts, one that was met before.
mkdir -p ai_docs/expertise/domain-experts
cat > Dockerfile <<'END'
FROM debian:12.9
LABEL team=core
COPY api /api
CMD ["/api"]
END
cat > ai_docs/expertise/domain-experts/infra.yaml <<'END'
updated_at: "2026-01-09T12:00:00"
tasks_handled: 3
context:
  anti_patterns:
    - "Correr como root en producción"
    - "`team=core`: ese equipo se disolvió, el dueño es payments"
common_files: [Dockerfile, k8s/api.yaml]
decisions:
  - id: INFRA109-001
    context: "Imagen de la API"
    decision: "Sin HEALTHCHECK: los probes están en Kubernetes"
    confidence_score: 0.95
    validated_count: 2
    failed_count: 0
    last_used: "2026-01-09T12:00:00"
    tags: [docker, probes]
    accepts:
      - {check: stage/no-healthcheck, path: Dockerfile}
blockers:
  - id: BLK109-001
    description: "La API no arrancaba con runAsNonRoot"
    symptom: "container corre como root"
    root_cause: "Sin USER en la etapa final"
    solution: "USER 10001, y chown en la etapa de build"
    prevention: "stage/runs-as-root en el pipeline"
    severity: high
    resolved: true
    discovered: "2026-01-09T12:00:00"
    occurrences: 1
    tags: [docker]
END
