"""What deploy/ and compose.yaml promise: read as their own programs read them, with what the docs say of them."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from bot.settings import REQUIRED, Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DOCS = ("README.md", "docs/deploy.md", "docs/line-setup.md", "docs/scaling.md")
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
HEARTBEAT_SECONDS = 15


class Composed(yaml.SafeLoader):
    """YAML with Compose's own tags, whose effect is Compose's affair."""


Composed.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_sequence(node))


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    read: dict[str, Any] = yaml.load((ROOT / name).read_text(), Loader=Composed)
    return read


SERVICES = compose()["services"]


def documents() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text())


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {document["metadata"]["name"]: document for document in documents() if document["kind"] == kind}


def pod(role: str) -> dict[str, Any]:
    spec: dict[str, Any] = of_kind("Deployment")[f"mimi-{role}"]["spec"]["template"]["spec"]
    return spec


def container(role: str) -> dict[str, Any]:
    [one] = pod(role)["containers"]
    return dict(one)


def test_the_site_has_one_port_of_loopback_and_nothing_else_is_published() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8080:8080"], "caddy": ["80:80", "443:443", "443:443/udp"]}
    assert SERVICES["caddy"]["profiles"] == ["tls"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_held_in_memory_processes_rights_and_log(name: str) -> None:
    service = SERVICES[name]
    assert service["mem_limit"].endswith(("g", "m"))
    assert 0 < service["pids_limit"] <= 512
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["logging"]["options"]["max-size"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "mongo"])
def test_what_others_wait_for_has_a_health_check_with_time_to_start(name: str) -> None:
    health = SERVICES[name]["healthcheck"]
    assert health["test"]
    assert int(health["start_period"].removesuffix("s")) >= 60


def test_images_are_pinned_to_a_full_version() -> None:
    images = [service["image"] for service in SERVICES.values() if "image" in service]
    assert images
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?", image) for image in images)


def test_mongodb_lets_nobody_in_without_a_password_that_no_file_here_holds() -> None:
    start = (DEPLOY / "compose/mongo-start.sh").read_text()
    assert "--auth --keyFile" in start
    assert SERVICES["mongo"]["entrypoint"] == ["sh", "/deploy/mongo-start.sh"]
    uri = SERVICES["web"]["environment"]["MONGODB_URI"]
    assert uri.startswith("mongodb://mimi:${MONGO_PASSWORD:?")
    given = [
        str(value)
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|TOKEN|KEY", name)
    ]
    assert given
    assert all(value.startswith("${") for value in given)


def test_web_and_worker_share_the_folder_where_they_meet_and_have_it_to_themselves() -> None:
    folder = SERVICES["web"]["environment"]["MIMI_RUNTIME_DIR"]
    for role in ("web", "worker"):
        assert f"runtime:{folder}" in SERVICES[role]["volumes"]
    assert "mode=0700" in compose()["volumes"]["runtime"]["driver_opts"]["o"]


def test_every_volume_that_is_used_is_declared_and_every_mounted_folder_exists() -> None:
    declared = compose()["volumes"]
    for service in SERVICES.values():
        for source in (mount.split(":")[0] for mount in service.get("volumes", [])):
            assert source in declared or (source.startswith("./") and (ROOT / source).exists()), source


def test_several_containers_of_the_site_do_not_fight_for_the_port() -> None:
    assert compose("deploy/compose/scaled.yaml") == {"services": {"web": {"ports": []}}}
    assert SERVICES["caddy"]["environment"]["MIMI_UPSTREAM"] == "web:8080"


def test_a_new_env_has_all_that_serve_needs_secrets_of_its_own_and_is_never_overwritten(tmp_path: Path) -> None:
    copy = shutil.copytree(DEPLOY, tmp_path / "deploy")
    (copy / "compose/found.js").chmod(0o600)
    script, target = copy / "compose/new-env.sh", tmp_path / ".env"
    subprocess.run(["sh", script, target], check=True, capture_output=True)
    written = target.read_text()
    values = dict(line.split("=", 1) for line in written.splitlines() if "=" in line)
    from_compose = set(SERVICES["web"]["environment"])
    assert {*REQUIRED, "MIMI_PUBLIC_URL"} - from_compose <= set(values)
    assert set(values) - {field.alias for field in Settings.model_fields.values()} == {"MONGO_PASSWORD"}
    secrets = [values[name] for name in ("MIMI_SECRET_KEY", "MIMI_METRICS_TOKEN", "MONGO_PASSWORD")]
    assert len(set(secrets)) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", secret) for secret in secrets), "part of a URI: nothing to escape"
    assert target.stat().st_mode & 0o077 == 0
    assert (copy / "compose/found.js").stat().st_mode & 0o004, "MongoDB's user reads it, whatever the umask was"
    again = subprocess.run(["sh", script, target], check=False, capture_output=True)
    assert again.returncode == 1
    assert target.read_text() == written


def test_env_files_and_secrets_stay_out_of_git_and_of_the_image() -> None:
    assert ".env" in (ROOT / ".dockerignore").read_text().split()
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {".env", "deploy/kubernetes/secret.yaml"} <= set(ignored)


def directives(text: str, name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.*?);?(?: \{{)?$", text, re.MULTILINE)


def test_nginx_passes_streams_on_at_once_and_only_its_own_word_on_addresses() -> None:
    text = (DEPLOY / "nginx/mimi.conf").read_text()
    assert directives(text, "proxy_buffering") == ["off"]
    assert int(directives(text, "proxy_read_timeout")[0].removesuffix("s")) > 2 * HEARTBEAT_SECONDS
    assert directives(text, "proxy_set_header X-Forwarded-For") == ["$remote_addr"]
    assert "event-stream" not in directives(text, "gzip_types")[0]
    assert "fullchain.pem" in directives(text, "ssl_certificate")[0]
    assert directives(text, "proxy_http_version") == ["1.1"]


def test_caddy_passes_streams_on_at_once_and_only_its_own_word_on_addresses() -> None:
    text = (DEPLOY / "caddy/Caddyfile").read_text()
    assert directives(text, "flush_interval") == ["-1"]
    assert directives(text, "header_up X-Forwarded-For") == ["{remote_host}"]
    assert "not header Accept *text/event-stream*" in text
    assert SERVICES["caddy"]["volumes"][0] == "./deploy/caddy:/etc/caddy:ro"


@pytest.mark.parametrize("role", ["web", "worker"])
def test_pods_are_unprivileged_with_a_read_only_root_and_limits(role: str) -> None:
    context, one = pod(role)["securityContext"], container(role)
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] == 10001
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert one["resources"]["limits"]["memory"]
    assert one["resources"]["requests"]["cpu"]
    assert one["args"] == ["serve", "--role", role]
    mounted = {mount["name"] for mount in one["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod(role)["volumes"]}


@pytest.mark.parametrize("role", ["web", "worker"])
async def test_probes_restart_who_is_frozen_and_nobody_whose_store_is_away(
    role: str, aiohttp_server: AiohttpServer
) -> None:
    """The liveness command of the manifest, run against pages that say 503, and against nobody."""
    one = container(role)
    assert one["readinessProbe"]["httpGet"]["path"] == one["startupProbe"]["httpGet"]["path"] == "/readyz"
    drained = pod(role)["terminationGracePeriodSeconds"] - int(one["lifecycle"]["preStop"]["exec"]["command"][1])
    assert drained > 8, "bot/program.py, DRAIN_SECONDS"

    async def store_is_away(_: web.Request) -> web.Response:
        return web.Response(status=503, text="store")

    app = web.Application()
    app.router.add_get("/healthz", store_is_away)
    server = await aiohttp_server(app)
    _, flag, program = one["livenessProbe"]["exec"]["command"]
    asked = program.replace("8080", str(server.port))
    assert await exit_code(flag, asked) == 0
    await server.close()  # which forgets the port
    assert await exit_code(flag, asked) == 1


async def exit_code(*arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=asyncio.subprocess.DEVNULL)
    return await process.wait()


@pytest.mark.parametrize("kind", ["PodDisruptionBudget", "HorizontalPodAutoscaler"])
def test_each_role_may_lose_one_pod_at_a_time_and_grows(kind: str) -> None:
    assert set(of_kind(kind)) == {"mimi-web", "mimi-worker"}


def test_what_selects_pods_finds_them() -> None:
    pods = {name: each["spec"]["template"]["metadata"]["labels"] for name, each in of_kind("Deployment").items()}
    for name, deployment in of_kind("Deployment").items():
        assert deployment["spec"]["selector"]["matchLabels"] == pods[name]
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert budget["spec"]["selector"]["matchLabels"] == pods[name]
    for name, scaler in of_kind("HorizontalPodAutoscaler").items():
        assert scaler["spec"]["scaleTargetRef"]["name"] == name
    assert of_kind("Service")["mimi-web"]["spec"]["selector"] == pods["mimi-web"]


def test_the_ingress_leads_to_services_that_are_there_without_buffering() -> None:
    ingress = of_kind("Ingress")["mimi"]
    notes = {key.rpartition("/")[2]: value for key, value in ingress["metadata"]["annotations"].items()}
    assert notes["proxy-buffering"] == "off"
    assert int(notes["proxy-read-timeout"]) > 2 * HEARTBEAT_SECONDS
    [rule] = ingress["spec"]["rules"]
    backends = {path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert backends <= set(of_kind("Service"))
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]


def test_the_secrets_template_has_all_that_serve_needs_and_no_secret() -> None:
    template = of_kind("Secret")["mimi"]["stringData"]
    assert set(template) >= {*REQUIRED, "MIMI_PUBLIC_URL"}
    assert [name for name, value in template.items() if value] == ["MIMI_PUBLIC_URL"]
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())["resources"]
    assert "secret.example.yaml" not in listed
    assert all((DEPLOY / "kubernetes" / name).exists() for name in listed)


def test_the_systemd_unit_runs_unprivileged_with_limits() -> None:
    unit = (DEPLOY / "systemd/mimi@.service").read_text()
    lines = dict(line.split("=", 1) for line in unit.splitlines() if re.match(r"[A-Z]\w+=", line))
    assert lines["User"] == "mimi"
    assert lines["ProtectSystem"] == "strict"
    assert lines["NoNewPrivileges"] == "yes"
    assert lines["CapabilityBoundingSet"] == ""
    assert lines["ExecStart"].endswith("-m bot serve --role %i")
    assert lines["MemoryMax"]
    assert lines["TasksMax"]
    example = (DEPLOY / "systemd/env.example").read_text()
    assert set(re.findall(r"^(\w+)=", example, re.MULTILINE)) >= {*REQUIRED, "MIMI_PUBLIC_URL", "MIMI_TRUSTED_PROXY"}


def test_a_shell_reads_the_example_of_settings_as_systemd_does() -> None:
    """docs/deploy.md gives doctor the settings by a shell, to which a bare & ends a line."""
    example = DEPLOY / "systemd/env.example"
    sourced = subprocess.run(
        ["sh", "-c", f"set -a; . {example}; exec env"], env={}, check=True, capture_output=True, text=True
    )
    to_a_shell = dict(line.split("=", 1) for line in sourced.stdout.splitlines())
    for name, value in re.findall(r"^(\w+)=(.*)$", example.read_text(), re.MULTILINE):
        assert to_a_shell.get(name) == value.strip("'"), name


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_command_of_a_machine_with_systemd_has_the_services_settings(tmp_path: Path, ending: str) -> None:
    (tmp_path / "env").write_bytes(f"MIMI_PORT=8123{ending}MONGODB_URI='mongodb://a/mimi?x=1&y=2'{ending}".encode())
    script = (DEPLOY / "systemd/mimi").read_text()
    for there, here in (("/etc/mimi/env", tmp_path / "env"), ("/opt/mimi/.venv/bin/python", sys.executable)):
        assert there in script
        script = script.replace(there, str(here))
    command = ["sh", "-c", script.replace("/opt/mimi", str(ROOT)), "mimi", "settings"]
    said = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin"}, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "MIMI_PORT  (set)" in said.stdout
    assert "MONGODB_URI  (set)" in said.stdout
    assert "LINE_CHANNEL_SECRET  (default unset)" in said.stdout


@pytest.mark.parametrize("page", DOCS)
def test_the_docs_name_services_files_and_settings_that_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    for service in re.findall(
        r"docker compose (?:--profile \w+ )?(?:exec|logs -f|logs|restart|stop) (?:-T )?(\w+)", text
    ):
        assert service in SERVICES, f"{page}: {service}"
    for path in re.findall(r"\b(?:deploy|bench|tests|knowledge)/[\w./@-]*\w\.\w+", text):
        assert (ROOT / path).exists() or "secret.yaml" in path, f"{page}: {path}"
    for module in re.findall(r"python -m ((?:bench|tests)\.\w+)", text):
        source = (ROOT / f"{module.replace('.', '/')}.py").read_text()
        assert '__name__ == "__main__"' in source, f"{page}: {module} does nothing"
    settings = {str(field.alias) for field in Settings.model_fields.values()}
    for name in set(re.findall(r"\b(?:MIMI|LINE|ANTHROPIC)_[A-Z_]+\b", text)):
        assert name in settings | {"MIMI_UPSTREAM"} | set(SERVICES["web"]["environment"]), f"{page}: {name}"


def test_every_step_of_lines_setup_names_a_line_that_doctor_really_prints() -> None:
    sources = "".join(path.read_text() for path in sorted((ROOT / "bot/doctor").glob("*.py")))
    printed = set(re.findall(r'Diagnosis\(\s*"([a-zA-Z -]+)"', sources)) | {"address"}
    steps = re.findall(r"^\| \d+ \|.*\|([^|]*)\|$", (ROOT / "docs/line-setup.md").read_text(), re.MULTILINE)
    assert len(steps) == 2 * 15
    named = [set(re.findall("`(.+?)`", step)) for step in steps]
    assert named[:15] == named[15:], "the same steps in both languages"
    assert set().union(*named) <= printed


@pytest.mark.parametrize("script", sorted((DEPLOY / "compose").glob("*.sh")), ids=lambda path: path.name)
def test_the_shell_scripts_are_read_without_an_error(script: Path) -> None:
    assert shutil.which("sh")
    subprocess.run(["sh", "-n", script], check=True)
