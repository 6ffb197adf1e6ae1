"""Dockerfiles as teams keep them: several languages, one or several stages, some with care and some without. The same bytes for the same dice.
Half of them are above 500 bytes, as in public repositories."""

WORDS = "api billing cart catalog checkout gateway identity inventory ledger mailer orders payments reports search shipping stock users web worker".split()
PACKAGES = "ca-certificates curl git gnupg jq libpq-dev make openssl procps tini tzdata unzip wget xz-utils".split()


def digest(dice, care):
    return f"@sha256:{dice.getrandbits(256):064x}" if care == 2 else ""


def packages(dice, care):
    names = sorted(dice.sample(PACKAGES, dice.randrange(2, 7)))
    if care == 0: return f"RUN apt-get update\nRUN apt-get install -y {' '.join(names)}\n"
    lines = "".join(f"        {name} \\\n" for name in names)
    return f"RUN apt-get update \\\n    && apt-get install --yes --no-install-recommends \\\n{lines}    && rm -rf /var/lib/apt/lists/*\n"


def labels(dice, word):
    return f"LABEL org.opencontainers.image.title=\"{word}\" \\\n      org.opencontainers.image.source=\"https://git.example.com/shop/{word}\" \\\n      org.opencontainers.image.version=\"{dice.randrange(9)}.{dice.randrange(30)}\"\n"


def tail(dice, care, port, command):
    text = f"EXPOSE {port}\n"
    if care: text += "RUN useradd --system --no-log-init --uid 10001 app\nUSER 10001\n"
    if care == 2: text += f"HEALTHCHECK --interval=30s --timeout=3s --retries=3 \\\n    CMD [\"curl\", \"--fail\", \"http://localhost:{port}/health\"]\n"
    words = ", ".join(f'"{w}"' for w in command.split())
    return text + (f"CMD [{words}]\n" if care else f"CMD {command}\n")


def node(dice, care, word, port):
    base = f"node:{dice.choice((18, 20, 22))}-{dice.choice(('bookworm-slim', 'alpine'))}{digest(dice, care)}"
    install = "RUN --mount=type=cache,target=/root/.npm npm ci" if care == 2 else "RUN npm ci" if care else "RUN npm install"
    text = f"FROM {base} AS build\nWORKDIR /app\nCOPY package.json package-lock.json ./\n{install}\nCOPY . .\nRUN npm run build\n\n"
    return text + f"FROM {base}\nENV NODE_ENV=production \\\n    PORT={port}\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\nCOPY --from=build /app/node_modules ./node_modules\n" + tail(dice, care, port, "node dist/server.js")


def python(dice, care, word, port):
    base = f"python:3.{dice.randrange(10, 14)}-slim-bookworm{digest(dice, care)}"
    install = "RUN pip install --no-cache-dir --requirement requirements.txt" if care else "RUN pip install -r requirements.txt gunicorn"
    return f"FROM {base}\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\n{packages(dice, care)}WORKDIR /srv\nCOPY requirements.txt .\n{install}\nCOPY src ./src\n" + tail(dice, care, port, f"gunicorn --bind 0.0.0.0:{port} src.app:app")


def go(dice, care, word, port):
    text = f"ARG GO_VERSION=1.{dice.randrange(20, 25)}\nFROM golang:${{GO_VERSION}}-alpine AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nARG VERSION=dev\nRUN CGO_ENABLED=0 go build -trimpath -ldflags=\"-s -w -X main.version=${{VERSION}}\" -o /out/{word} ./cmd/{word}\n\n"
    last = "gcr.io/distroless/static-debian12:nonroot" if care else "alpine:latest"
    return text + f"FROM {last}\nCOPY --from=build /out/{word} /usr/local/bin/{word}\nEXPOSE {port}\nENTRYPOINT [\"/usr/local/bin/{word}\"]\n"


def java(dice, care, word, port):
    text = f"FROM maven:3.9-eclipse-temurin-{dice.choice((17, 21))} AS build\nWORKDIR /src\nCOPY pom.xml .\nRUN mvn --batch-mode dependency:go-offline\nCOPY src ./src\nRUN mvn --batch-mode package -DskipTests\n\n"
    return text + f"FROM eclipse-temurin:{dice.choice((17, 21))}-jre{digest(dice, care)}\nWORKDIR /opt/{word}\nCOPY --from=build /src/target/{word}.jar app.jar\nENV JAVA_OPTS=\"-XX:MaxRAMPercentage=75\"\n" + tail(dice, care, port, "java -jar app.jar")


def proxy(dice, care, word, port):
    user = "USER nginx\n" if care else ""
    return f"FROM nginx:{dice.choice(('1.27-alpine', '1.25.5', 'latest' if care == 0 else '1.27'))}{digest(dice, care)}\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nCOPY dist /usr/share/nginx/html\n{user}EXPOSE {port}\n"


def tools(dice, care, word, port):
    release = f"ENV TOOL_VERSION={dice.randrange(1, 9)}.{dice.randrange(20)}.{dice.randrange(9)}\n"
    fetch = "RUN set -eux; \\\n    curl --fail --location --output /tmp/tool.tar.gz \"https://releases.example.com/tool/${TOOL_VERSION}/tool.tar.gz\"; \\\n    tar --extract --file /tmp/tool.tar.gz --directory /usr/local/bin; \\\n    rm /tmp/tool.tar.gz; \\\n    if [ \"$(uname -m)\" = x86_64 ]; then ln -s /usr/local/bin/tool /usr/local/bin/t; fi\n"
    return f"FROM debian:{dice.choice(('12.5-slim', 'bookworm', 'bullseye-slim'))}{digest(dice, care)}\n{packages(dice, care)}{release}{fetch}WORKDIR /work\nCOPY scripts/ /usr/local/lib/{word}/\n" + tail(dice, care, port, f"/usr/local/lib/{word}/run.sh")


def dockerfile(dice, number):
    word, care, port = f"{dice.choice(WORDS)}-{number}", dice.choice((0, 1, 1, 2)), 3000 + dice.randrange(6000)
    text = dice.choice((node, node, python, python, go, java, proxy, tools))(dice, care, word, port)
    if dice.random() < .3: text = "# syntax=docker/dockerfile:1\n" + text
    if dice.random() < .4: text += labels(dice, word)
    return text
