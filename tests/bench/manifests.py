"""Kubernetes manifests as teams keep them: applications of several kinds of objects, some well kept, some careless, one object a file or
all of them in one. The same bytes for the same dice. Half of the files are below 700 bytes, a tenth above 2 KB, as in public repositories."""

import textwrap

WORDS = "alpha billing cart catalog checkout customer gateway identity inventory invoice ledger mailer notify orders payments people pricing quote recommend reports returns search session shipping stock tracker users wallet worker".split()
TEAMS = "commerce data finance growth identity logistics ops platform risk support".split()
REGISTRIES = ("registry.example.com", "ghcr.io/example", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "docker.io/example")


class App:
    """What all files of one application agree on. `care` is 2 (well kept), 1 (usual) or 0 (careless)."""

    def __init__(self, dice, number):
        self.dice = dice
        self.name = f"{dice.choice(WORDS)}-{dice.choice(WORDS)}-{number}"
        self.team = TEAMS[number % len(TEAMS)]
        self.space = f"{self.team}-{dice.choice(('prod', 'staging', 'dev'))}"
        self.care = dice.choice((0, 1, 1, 1, 2, 2))
        self.port = dice.choice((3000, 5000, 8000, 8080, 8443, 9000)) + number % 50
        self.version = f"{number % 9}.{dice.randrange(30)}.{dice.randrange(12)}"
        self.kind = dice.choice(("Deployment",) * 8 + ("StatefulSet", "DaemonSet"))
        self.registry = dice.choice(REGISTRIES)

    def image(self, what=None):
        tag = "latest" if self.care == 0 and self.dice.random() < .4 else f"v{self.version}"
        digest = f"@sha256:{self.dice.getrandbits(256):064x}" if self.care == 2 and self.dice.random() < .5 else ""
        return f"{self.registry}/{self.team}/{what or self.name}:{tag}{digest}"

    def head(self, version, kind, suffix="", more="", space=True):
        labels = f"    app.kubernetes.io/name: {self.name}\n    app.kubernetes.io/part-of: {self.team}\n" if self.care else f"    app: {self.name}\n"
        if self.care == 2:
            labels += f"    app.kubernetes.io/version: {self.version}\n    app.kubernetes.io/managed-by: platform\n"
        where = f"  namespace: {self.space}\n" if space and self.care else ""
        return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {self.name}{suffix}\n{where}  labels:\n{labels}{more}"

    def label(self):
        return f"app.kubernetes.io/name: {self.name}" if self.care else f"app: {self.name}"


def lines(text, depth):
    return textwrap.indent(textwrap.dedent(text).strip("\n") + "\n", " " * depth)


# ---- pods ----

def environment(app):
    dice, out = app.dice, []
    for name in dice.sample(("LOG_LEVEL", "REGION", "CACHE_TTL", "FEATURE_FLAGS", "OTEL_SERVICE_NAME", "HTTP_TIMEOUT", "WORKERS", "BASE_URL"), dice.randrange(2, 7)):
        out.append(f"- name: {name}\n  value: \"{dice.choice(('info', 'eu-west-1', '30', 'true', 'https://' + app.name + '.internal', app.name))}\"")
    for name in dice.sample(("DATABASE_URL", "API_TOKEN", "SMTP_PASSWORD", "SIGNING_KEY"), dice.randrange(3)):
        out.append(f"- name: {name}\n  valueFrom:\n    secretKeyRef:\n      name: {app.name}-secrets\n      key: {name.lower()}")
    if dice.random() < .4:
        out.append("- name: POD_NAME\n  valueFrom:\n    fieldRef:\n      fieldPath: metadata.name")
    return "env:\n" + textwrap.indent("\n".join(out), "  ") + "\n"


def probes(app):
    way = app.dice.choice((f"httpGet:\n    path: /healthz\n    port: {app.port}", "httpGet:\n    path: /ready\n    port: http", f"tcpSocket:\n    port: {app.port}", "exec:\n    command: [\"/bin/grpc_health_probe\", \"-addr=:8080\"]"))
    out = f"readinessProbe:\n  {way}\n  initialDelaySeconds: {app.dice.randrange(1, 20)}\n  periodSeconds: 10\n"
    return out + (f"livenessProbe:\n  {way}\n  failureThreshold: {app.dice.randrange(2, 6)}\n" if app.dice.random() < .7 else "")


def resources(app):
    cpu, memory = app.dice.choice((50, 100, 250, 500)), app.dice.choice((64, 128, 256, 512, 1024))
    limits = f"  limits:\n    cpu: {cpu * 4}m\n    memory: {memory * 2}Mi\n" if app.care == 2 else f"  limits:\n    memory: {memory * 2}Mi\n"
    return f"resources:\n  requests:\n    cpu: {cpu}m\n    memory: {memory}Mi\n{limits}"


HARDENED = "securityContext:\n  allowPrivilegeEscalation: false\n  readOnlyRootFilesystem: true\n  runAsNonRoot: true\n  runAsUser: 10001\n  capabilities:\n    drop: [\"ALL\"]\n"
MOUNTS = "volumeMounts:\n  - name: config\n    mountPath: /etc/app\n    readOnly: true\n  - name: tmp\n    mountPath: /tmp\n"


def container(app, name, main=True):
    text = f"name: {name}\nimage: {app.image(None if main else name)}\n"
    if app.care or app.dice.random() < .3: text += f"imagePullPolicy: {app.dice.choice(('IfNotPresent', 'Always'))}\n"
    if main:
        if app.dice.random() < .4: text += "args:\n  - --config=/etc/app/config.yaml\n" + f"  - --listen=:{app.port}\n"
        text += f"ports:\n  - name: http\n    containerPort: {app.port}\n" + ("  - name: metrics\n    containerPort: 9102\n" if app.care else "")
    text += environment(app)
    if app.care or app.dice.random() < .5: text += resources(app)
    if main and (app.care == 2 or app.dice.random() < .5): text += probes(app)
    if app.care == 2 or (app.care and app.dice.random() < .3): text += HARDENED
    elif app.dice.random() < .1: text += "securityContext:\n  privileged: true\n"
    if main: text += MOUNTS
    return "- " + textwrap.indent(text, "  ")[2:]


def pod(app, depth, extra=""):
    text = "" if app.care == 0 else f"serviceAccountName: {app.name}\n"
    if app.care == 2: text += "automountServiceAccountToken: false\nsecurityContext:\n  runAsNonRoot: true\n  fsGroup: 10001\n  seccompProfile:\n    type: RuntimeDefault\n"
    if app.care == 2 and app.dice.random() < .5:
        text += f"topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: topology.kubernetes.io/zone\n    whenUnsatisfiable: ScheduleAnyway\n    labelSelector:\n      matchLabels:\n        {app.label()}\n"
    if app.dice.random() < .15: text += "initContainers:\n" + textwrap.indent(container(app, "migrate", False), "  ")
    text += "containers:\n" + textwrap.indent(container(app, app.name.split("-")[0]), "  ")
    if app.dice.random() < .2: text += textwrap.indent(container(app, app.dice.choice(("proxy", "log-shipper", "exporter")), False), "  ")
    text += f"volumes:\n  - name: config\n    configMap:\n      name: {app.name}-config\n  - name: tmp\n    emptyDir: {{}}\n"
    if app.care == 0 and app.dice.random() < .1: text += "  - name: docker\n    hostPath:\n      path: /var/run/docker.sock\n"
    return textwrap.indent(text + extra, " " * depth)


# ---- objects ----

def workload(app):
    more = "  annotations:\n    prometheus.io/scrape: \"true\"\n    prometheus.io/port: \"9102\"\n" if app.dice.random() < .3 else ""
    text = app.head("apps/v1", app.kind, more=more) + "spec:\n"
    if app.kind != "DaemonSet": text += f"  replicas: {app.dice.randrange(1, 6)}\n"
    if app.kind == "StatefulSet": text += f"  serviceName: {app.name}\n"
    if app.kind == "Deployment" and app.care: text += "  revisionHistoryLimit: 5\n  strategy:\n    type: RollingUpdate\n    rollingUpdate:\n      maxSurge: 25%\n      maxUnavailable: 0\n"
    return text + f"  selector:\n    matchLabels:\n      {app.label()}\n  template:\n    metadata:\n      labels:\n        {app.label()}\n        team: {app.team}\n    spec:\n" + pod(app, 6)


def service(app):
    kind = app.dice.choice(("ClusterIP", "ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"))
    return app.head("v1", "Service") + f"spec:\n  type: {kind}\n  selector:\n    {app.label()}\n  ports:\n    - name: http\n      port: 80\n      targetPort: {app.dice.choice(('http', app.port))}\n      protocol: TCP\n"


def config_map(app):
    data = "".join(f"  {key}: \"{app.dice.randrange(1000)}\"\n" for key in app.dice.sample(("cache.ttl", "http.timeout", "pool.size", "retries", "page.size", "batch.size"), app.dice.randrange(1, 6)))
    body = "".join(f"    {key}:\n      enabled: {app.dice.choice(('true', 'false'))}\n      url: https://{key}.{app.team}.internal:{8000 + app.dice.randrange(900)}\n" for key in app.dice.sample(WORDS, app.dice.randrange(1, 8)))
    return app.head("v1", "ConfigMap", "-config") + f"data:\n{data}  config.yaml: |\n    # Rendered for {app.name}\n{body}"


def autoscaler(app):
    low = app.dice.randrange(1, 4)
    return app.head("autoscaling/v2", "HorizontalPodAutoscaler") + f"spec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: {app.kind}\n    name: {app.name}\n  minReplicas: {low}\n  maxReplicas: {low * 4}\n  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n        target:\n          type: Utilization\n          averageUtilization: {app.dice.choice((60, 70, 80))}\n"


def disruption_budget(app):
    return app.head("policy/v1", "PodDisruptionBudget") + f"spec:\n  {app.dice.choice(('minAvailable: 1', 'maxUnavailable: 1', 'minAvailable: 50%'))}\n  selector:\n    matchLabels:\n      {app.label()}\n"


def network_policy(app):
    return app.head("networking.k8s.io/v1", "NetworkPolicy") + f"spec:\n  podSelector:\n    matchLabels:\n      {app.label()}\n  policyTypes: [Ingress, Egress]\n  ingress:\n    - from:\n        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: ingress\n      ports:\n        - port: {app.port}\n  egress:\n    - to:\n        - ipBlock:\n            cidr: 10.{app.dice.randrange(200)}.0.0/16\n"


def ingress(app):
    host = f"{app.name}.{app.team}.example.com"
    tls = f"  tls:\n    - hosts: [{host}]\n      secretName: {app.name}-tls\n" if app.care else ""
    more = "  annotations:\n    cert-manager.io/cluster-issuer: letsencrypt\n    nginx.ingress.kubernetes.io/proxy-body-size: 8m\n" if app.care else ""
    return app.head("networking.k8s.io/v1", "Ingress", more=more) + f"spec:\n  ingressClassName: nginx\n{tls}  rules:\n    - host: {host}\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: {app.name}\n                port:\n                  name: http\n"


def account(app):
    return app.head("v1", "ServiceAccount", more=f"  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/{app.name}\n" if app.dice.random() < .5 else "")


def role(app):
    verbs = app.dice.choice(("[get, list, watch]", "[get]", "[\"*\"]" if app.care == 0 else "[get, list, watch, patch]"))
    return app.head("rbac.authorization.k8s.io/v1", "Role") + f"rules:\n  - apiGroups: [\"\"]\n    resources: [{app.dice.choice(('configmaps', 'pods', 'endpoints, services', 'secrets'))}]\n    verbs: {verbs}\n"


def binding(app):
    return app.head("rbac.authorization.k8s.io/v1", "RoleBinding") + f"roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: {app.name}\nsubjects:\n  - kind: ServiceAccount\n    name: {app.name}\n    namespace: {app.space}\n"


def cron_job(app):
    return app.head("batch/v1", "CronJob", "-cleanup") + f"spec:\n  schedule: \"{app.dice.randrange(60)} {app.dice.randrange(24)} * * *\"\n  concurrencyPolicy: Forbid\n  successfulJobsHistoryLimit: 1\n  jobTemplate:\n    spec:\n      backoffLimit: 2\n      template:\n        spec:\n" + pod(app, 10, "restartPolicy: OnFailure\n")


def service_monitor(app):
    return app.head("monitoring.coreos.com/v1", "ServiceMonitor") + f"spec:\n  selector:\n    matchLabels:\n      {app.label()}\n  endpoints:\n    - port: metrics\n      interval: 30s\n"


def external_secret(app):
    keys = "".join(f"    - secretKey: {key}\n      remoteRef:\n        key: {app.team}/{app.name}\n        property: {key}\n" for key in app.dice.sample(("database_url", "api_token", "smtp_password", "signing_key"), 2))
    return app.head("external-secrets.io/v1beta1", "ExternalSecret", "-secrets") + f"spec:\n  refreshInterval: 1h\n  secretStoreRef:\n    kind: ClusterSecretStore\n    name: vault\n  target:\n    name: {app.name}-secrets\n  data:\n{keys}"


def certificate(app):
    return app.head("cert-manager.io/v1", "Certificate", "-tls") + f"spec:\n  secretName: {app.name}-tls\n  dnsNames:\n    - {app.name}.{app.team}.example.com\n  issuerRef:\n    kind: ClusterIssuer\n    name: letsencrypt\n"


PARTS = ((workload, 1), (service, .95), (config_map, .8), (autoscaler, .5), (disruption_budget, .4), (network_policy, .4), (ingress, .4), (account, .6),
         (role, .3), (binding, .3), (cron_job, .15), (service_monitor, .3), (external_secret, .3), (certificate, .15))

POLICY = """apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {name}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: ["{group}"]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [{resources}]
  validations:
    - expression: "{expression}"
      message: {message}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {name}
spec:
  policyName: {name}
  validationActions: [Deny]
"""
POLICIES = (("replicas", "apps", "deployments", "object.spec.replicas <= 10", "at most ten replicas"),
            ("owned", "apps", "deployments, statefulsets, daemonsets", "has(object.metadata.labels) && ('team' in object.spec.template.metadata.labels)", "pods name their team"),
            ("registries", "apps", "deployments", "object.spec.template.spec.containers.all(c, !c.image.startsWith('docker.io/library/'))", "images come from our registries"),
            ("tokens", "apps", "deployments", "!has(object.spec.template.spec.hostNetwork) || !object.spec.template.spec.hostNetwork", "no host network"),
            ("services", "", "services", "object.spec.type != 'NodePort' || object.metadata.namespace.endsWith('-dev')", "no node ports but in dev"))


def policies():
    for name, group, resources, expression, message in POLICIES:
        yield f"cluster/policies/{name}.yaml", POLICY.format(name=name, group=group, resources=resources, expression=expression, message=message)


def manifests(dice, count):
    """(path, text) of exactly `count` files."""
    made = list(policies())[:count]
    number = 0
    while len(made) < count:
        app, number = App(dice, number), number + 1
        objects = [(part.__name__, part(app)) for part, chance in PARTS if dice.random() < chance]
        folder = f"teams/{app.team}/{app.name}"
        if dice.random() < .15:
            made.append((f"{folder}.yaml", "---\n".join(text for _, text in objects)))
            continue
        if dice.random() < .3: objects = [("app", objects[0][1] + "---\n" + objects[1][1])] + objects[2:] if len(objects) > 1 else objects
        made += [(f"{folder}/{name}.yaml", (f"# {app.name}: owned by {app.team}\n" if dice.random() < .2 else "") + text) for name, text in objects]
    return made[:count]
