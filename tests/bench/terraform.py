"""Terraform as teams keep it: roots that call local modules, modules with variables, locals, resources, data and outputs. The same bytes
for the same dice."""

WORDS = "alpha billing cart catalog checkout customer gateway identity inventory ledger mailer orders payments reports search shipping stock users worker".split()
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "sa-east-1")


def tags(name):
    return f"  tags = merge(local.tags, {{\n    Name = \"{name}-${{var.environment}}\"\n  }})\n"


def bucket(dice, n):
    out = f"resource \"aws_s3_bucket\" \"{n}\" {{\n  bucket = \"${{var.name}}-{n}-${{var.environment}}\"\n\n{tags(n)}}}\n"
    if dice.random() < .7: out += f"\nresource \"aws_s3_bucket_public_access_block\" \"{n}\" {{\n  bucket                  = aws_s3_bucket.{n}.id\n  block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  restrict_public_buckets = {dice.choice(('true', 'true', 'var.restrict'))}\n}}\n"
    if dice.random() < .5: out += f"\nresource \"aws_s3_bucket_versioning\" \"{n}\" {{\n  bucket = aws_s3_bucket.{n}.id\n\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
    return out


def firewall(dice, n):
    ports = dice.sample((22, 80, 443, 5432, 6379, 8080), dice.randrange(1, 4))
    rules = "".join(f"\n  ingress {{\n    description = \"port {p}\"\n    from_port   = {p}\n    to_port     = {p}\n    protocol    = \"tcp\"\n    cidr_blocks = {dice.choice(('[var.network_cidr]', '[var.network_cidr]', chr(91) + chr(34) + '0.0.0.0/0' + chr(34) + chr(93)))}\n  }}\n" for p in ports)
    return f"resource \"aws_security_group\" \"{n}\" {{\n  name        = \"${{var.name}}-{n}\"\n  description = \"{n}\"\n  vpc_id      = var.vpc_id\n{rules}\n  egress {{\n    from_port   = 0\n    to_port     = 0\n    protocol    = \"-1\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n\n{tags(n)}}}\n"


def database(dice, n):
    extra = "  storage_encrypted       = true\n  deletion_protection     = var.environment == \"prod\"\n  backup_retention_period = 7\n" if dice.random() < .6 else ""
    return f"resource \"aws_db_instance\" \"{n}\" {{\n  identifier              = \"${{var.name}}-{n}\"\n  engine                  = \"postgres\"\n  engine_version          = \"{dice.choice(('14.12', '15.7', '16.3'))}\"\n  instance_class          = var.instance_class\n  allocated_storage       = {dice.choice((20, 50, 100))}\n  username                = \"app\"\n  password                = var.password\n{extra}\n{tags(n)}}}\n"


def role(dice, n):
    action = dice.choice(("s3:GetObject", "sqs:SendMessage", "dynamodb:Query", "s3:*"))
    return f"data \"aws_iam_policy_document\" \"{n}\" {{\n  statement {{\n    actions   = [\"{action}\"]\n    resources = [\"arn:aws:s3:::${{var.name}}-*/*\"]\n  }}\n}}\n\nresource \"aws_iam_role\" \"{n}\" {{\n  name = \"${{var.name}}-{n}\"\n  assume_role_policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [{{\n      Action    = \"sts:AssumeRole\"\n      Effect    = \"Allow\"\n      Principal = {{ Service = \"{dice.choice(('ec2', 'lambda', 'ecs-tasks'))}.amazonaws.com\" }}\n    }}]\n  }})\n}}\n\nresource \"aws_iam_role_policy\" \"{n}\" {{\n  name   = \"{n}\"\n  role   = aws_iam_role.{n}.id\n  policy = data.aws_iam_policy_document.{n}.json\n}}\n"


def queue(dice, n):
    return f"resource \"aws_sqs_queue\" \"{n}\" {{\n  for_each = toset(var.queues)\n\n  name                      = \"${{var.name}}-${{each.key}}\"\n  message_retention_seconds = {dice.choice((345600, 1209600))}\n  kms_master_key_id         = {dice.choice(('var.key_arn', 'null'))}\n{tags(n)}}}\n"


def logs(dice, n):
    return f"resource \"aws_cloudwatch_log_group\" \"{n}\" {{\n  name              = \"/app/${{var.name}}/{n}\"\n  retention_in_days = lookup(local.retention, var.environment, 30)\n}}\n"


def instance(dice, n):
    disk = "\n  metadata_options {\n    http_tokens = \"required\"\n  }\n\n  root_block_device {\n    encrypted = true\n  }\n" if dice.random() < .5 else ""
    return f"resource \"aws_instance\" \"{n}\" {{\n  count         = var.replicas\n  ami           = data.aws_ami.base.id\n  instance_type = var.instance_class\n  subnet_id     = element(var.subnet_ids, count.index)\n{disk}\n{tags(n)}}}\n"


def storage_account(dice, n):
    return f"resource \"azurerm_storage_account\" \"{n}\" {{\n  name                     = \"{n.replace('_', '')[:20]}\"\n  resource_group_name      = var.group\n  location                 = var.region\n  account_tier             = \"Standard\"\n  account_replication_type = \"{dice.choice(('LRS', 'GRS'))}\"\n  min_tls_version          = \"{dice.choice(('TLS1_2', 'TLS1_0'))}\"\n}}\n"


def cloud_bucket(dice, n):
    return f"resource \"google_storage_bucket\" \"{n}\" {{\n  name                        = \"{n}-bucket\"\n  location                    = \"EU\"\n  uniform_bucket_level_access = {dice.choice(('true', 'false'))}\n}}\n"


RESOURCES = (bucket, firewall, database, role, queue, logs, instance, storage_account, cloud_bucket)
INPUTS = (("name", "string", None), ("environment", "string", '"dev"'), ("region", "string", '"eu-west-1"'), ("vpc_id", "string", None), ("subnet_ids", "list(string)", "[]"), ("network_cidr", "string", '"10.0.0.0/8"'),
          ("instance_class", "string", '"t3.small"'), ("replicas", "number", "2"), ("queues", "list(string)", '["events", "retries"]'), ("key_arn", "string", "null"), ("password", "string", None), ("restrict", "bool", "true"), ("group", "string", '"main"'))


def variable(name, kind, default):
    value = f"  default     = {default}\n" if default else ""
    secret = "  sensitive   = true\n" if name == "password" else ""
    return f"variable \"{name}\" {{\n  description = \"The {name.replace('_', ' ')} of this component\"\n  type        = {kind}\n{value}{secret}}}\n"


LOCALS = "locals {\n  retention = { prod = 365, staging = 60 }\n  tags = {\n    Team        = \"platform\"\n    Environment = var.environment\n    ManagedBy   = \"terraform\"\n  }\n}\n"
VERSIONS = "terraform {\n  required_version = \">= 1.6\"\n\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = \"~> 5.40\"\n    }\n  }\n}\n"
AMI = "data \"aws_ami\" \"base\" {\n  most_recent = true\n  owners      = [\"amazon\"]\n\n  filter {\n    name   = \"name\"\n    values = [\"al2023-ami-*-x86_64\"]\n  }\n}\n"


def module(dice, files):
    """The texts of one module, by file name; `files` of them hold resources."""
    made = {"variables.tf": "\n".join(variable(*v) for v in INPUTS), "versions.tf": VERSIONS, "locals.tf": LOCALS + "\n" + AMI}
    outputs = []
    for n, word in enumerate(dice.sample(WORDS, files)):
        parts = [(part, f"{word}_{i}") for i, part in enumerate(dice.choices(RESOURCES, k=dice.randrange(1, 5)))]
        made[f"{word}.tf"] = "\n".join(part(dice, name) for part, name in parts)
        outputs += [name for part, name in parts if part is bucket]
    made["outputs.tf"] = "\n".join(f"output \"{n}_arn\" {{\n  description = \"ARN of {n}\"\n  value       = aws_s3_bucket.{n}.arn\n}}\n" for n in outputs) + "\noutput \"name\" {\n  description = \"The name\"\n  value       = var.name\n}\n"
    return made


def call(name, source, values):
    return f"module \"{name}\" {{\n  source = \"{source}\"\n\n" + "".join(f"  {k} = {v}\n" for k, v in values.items()) + "}\n"


def tree(dice, modules=300):
    """Ten files a module: 240 modules, called by 60 roots of four calls each."""
    called = modules * 4 // 5
    for n in range(called):
        for name, text in module(dice, 6).items():
            yield f"modules/{WORDS[n % len(WORDS)]}-{n}/{name}", text
    for n in range(modules - called):
        files = module(dice, 4)
        calls = [call(f"part_{i}", f"../../modules/{WORDS[i % len(WORDS)]}-{i}", {"name": f'"{dice.choice(WORDS)}-{i}"', "environment": "var.environment", "vpc_id": "var.vpc_id", "password": "var.password", "replicas": dice.randrange(1, 4)}) for i in range(n * 4, n * 4 + 4)]
        files["main.tf"] = "\n".join(calls)
        files["providers.tf"] = f"provider \"aws\" {{\n  region = \"{dice.choice(REGIONS)}\"\n}}\n"
        for name, text in files.items():
            yield f"live/{n}/{name}", text


def nest(depth=20):
    """Each module calls the next, with a value that comes from the root."""
    for n in range(depth + 1):
        inner = call("inner", f"./inner", {"name": "\"${var.name}-%d\"" % n, "password": "var.password"}) if n < depth else bucket_of_name()
        yield "inner/" * n + "main.tf", variable("name", "string", '"root"') + variable("password", "string", None) + inner


def bucket_of_name():
    return "resource \"aws_s3_bucket\" \"last\" {\n  bucket = var.name\n}\n"


def wide(elements=10000):
    """One resource for each of a list that is written out."""
    names = "".join(f"    \"bucket-{n}\",\n" for n in range(elements))
    return f"locals {{\n  names = [\n{names}  ]\n}}\n\nresource \"aws_s3_bucket\" \"many\" {{\n  for_each = toset(local.names)\n  bucket   = each.key\n}}\n"
