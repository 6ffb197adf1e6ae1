# A project whose files can't all be read.
mkdir -p k8s
cat > Dockerfile <<'END'
FROM debian:12
RUN <<SCRIPT
apt-get update
END
cat > k8s/api.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: api
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.acme.example/api:1.4.2
END
printf 'FROM debian:12\n\000\001\002\n' > worker.Dockerfile
