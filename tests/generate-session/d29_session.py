# SPDX-License-Identifier: Apache-2.0
"""What D29 makes of a session, as data; and sessions to try, as text and as data."""

SCRIPT = "scripts/run_d24_tuning_session.py"

ORCHESTRATOR = {
    "session_id": "d28-demo-session",
    "total_iterations": 6,
    "workers": 2,
    "mode": "paper",
    "env": "docker",
    "optimizer": "bayesian",
    "config_path": "configs/d23_tuning/advanced_baseline.yaml",
    "base_output_csv": "outputs/d28_tuning_session",
}

KUBERNETES = {
    "session_id": "d29-k8s-demo-session",
    "k8s_namespace": "trading-bots",
    "image": "your-registry/arbitrage-lite:latest",
    "mode": "paper",
    "env": "docker",
    "total_iterations": 6,
    "workers": 2,
    "optimizer": "bayesian",
    "config_path": "configs/d23_tuning/advanced_baseline.yaml",
    "resources": {
        "requests": {"cpu": "500m", "memory": "512Mi"},
        "limits": {"cpu": "1", "memory": "1Gi"},
    },
    "extra_env": {"APP_ENV": "docker", "REDIS_HOST": "arbitrage-redis", "REDIS_PORT": "6379"},
}

# Texts that a careless writer would turn into something else.
AWKWARD_TEXTS = [
    "", " ", "~", "null", "Null", "yes", "Yes", "no", "NO", "on", "off", "y", "n", "Y", "N", "true", "False", "0", "1",
    "-1", "0123", "0x1f", "0b1", "0o17", "1_000", "1e5", "1E5", "1.5", "1.", ".5", "-.5", "+1", ".inf", "-.Inf", ".nan",
    "190:20:30", "2001-01-01", "2001-1-1", "2001-12-14t21:59:43.10-05:00", "=", "<<", " a", "a ", "a: b", "a:", ":a",
    "a:b", "#x", "a #x", "a#x", "- x", "-", "--", "---", "...", "? x", "?", "!x", "!!str x", "&x", "*x", "%x", "@x",
    "`x`", "|", ">", "|x", "{a: b}", "[a]", "{}", "[]", ",", "a, b", "'", "\"", "'x'", "\"x\"", "a\\b", "\\n", "$(x)",
    "${x}", "a\tb", "\t", "a\nb", "\n", "a\n\nb\n", "a\r\nb", "\x1b[31m", "\x07", "\x7f", "\x85", "a\x85b", "\xa0",
    "\u2028", "a\u2029b", "\u202e", "\ufeff", "a\ufeff", "한글", "한글: 값", "é", "\U0001f30a", "\ufffe", "\U0001ffff",
    "x" * 5000, "word " * 400, "nil", "None", "NaN", "Infinity", "0.0.0.0", "1.2.3", "12:30", "::1", "key=value",
    "http://host:1/a?b=c#d", "--config", "-c", "/", "//", "_", "\u00ad", "a\u200bb", "\u0301",
]


def share(total, workers, index):
    return total // workers + (1 if index < total % workers else 0)


def job_of(orchestrator, kubernetes, index, created_at):
    """What D29 puts into the manifest of worker `index`."""
    worker = f"worker-{index + 1}"
    session = kubernetes["session_id"]
    name = f"arb-tuning-{session[:8]}-{worker}-{index}"
    iterations = share(orchestrator["total_iterations"], orchestrator["workers"], index)
    labels = {
        "app": "arbitrage-tuning", "session_id": session, "worker_id": worker, "component": "tuning",
        "mode": kubernetes["mode"], "env": kubernetes["env"],
    }
    variables = {
        "APP_ENV": kubernetes["env"], "REDIS_HOST": "arbitrage-redis", "REDIS_PORT": "6379", "SESSION_ID": session,
        "WORKER_ID": worker, "MODE": kubernetes["mode"],
    }
    variables.update(kubernetes.get("extra_env", {}))
    container = {
        "name": name,
        "image": kubernetes["image"],
        "command": ["python"],
        "args": [
            SCRIPT, "--config", kubernetes["config_path"], "--iterations", str(iterations),
            "--mode", kubernetes["mode"], "--env", kubernetes["env"], "--optimizer", kubernetes["optimizer"],
            "--session-id", session, "--worker-id", worker,
            "--output-csv", f"outputs/d29_k8s_session_{worker}.csv",
        ],
        "env": [{"name": key, "value": value} for key, value in variables.items()],
    }
    if kubernetes.get("resources"):
        container["resources"] = kubernetes["resources"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": kubernetes["k8s_namespace"],
            "labels": labels,
            "annotations": {"description": f"Arbitrage tuning job for {worker}", "created_at": created_at},
        },
        "spec": {
            "backoffLimit": 0,
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [container], "restartPolicy": "Never"},
            },
        },
    }
