#!/usr/bin/env -S python3 -B
"""Stands in for kubectl with an Indexed Job; after the reference of kubectl, Job (batch/v1) and Pod (v1).

Containers are processes of this machine; their volume is the folder that is there anyway."""
import os
import re
import sys

import lab


def unknown(word):
    lab.fail(f"error: unknown flag: {word}\nSee 'kubectl {sys.argv[1]} --help' for usage.")


def document(text):
    """The little of YAML that a manifest is: mappings and lists by their indentation."""
    lines = []
    for line in text.splitlines():
        depth, bare = len(line) - len(line.lstrip()), line.strip()
        while bare.startswith("- "):
            lines.append((depth, "-"))
            depth, bare = depth + 2, bare[2:]
        lines.append((depth, bare))

    def value(text):
        text = text.strip()
        if text.startswith("["):
            return [value(part) for part in text[1:-1].split(",")]
        return text[1:-1] if text.startswith('"') else int(text) if text.isdigit() else text

    def block(depth):
        if lines and lines[0][1] == "-":
            found = []
            while lines and lines[0] == (depth, "-"):
                lines.pop(0)
                found.append(block(lines[0][0]))
            return found
        found = {}
        while lines and lines[0][0] == depth and lines[0][1] != "-":
            name, mark, rest = lines.pop(0)[1].partition(":")
            if not mark:
                lab.fail("error: error parsing STDIN: error converting YAML to JSON: yaml: could not find expected ':'")
            if rest.strip():
                found[name] = value(rest)
            else:
                found[name] = block(lines[0][0])
        return found

    return block(0)


def excluded(job, pod):
    """The nodes that its affinity forbids."""
    nodes = []
    for term in pod.get("affinity", {}).get("nodeAffinity", {}).get(
            "requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms", []):
        for rule in term["matchExpressions"]:
            if set(rule) != {"key", "operator", "values"} or rule["operator"] not in ("In", "NotIn") or \
                    not all(isinstance(value, str) and value for value in rule["values"]):
                lab.fail(f'The Job "{job}" is invalid: spec.template.spec.affinity: Invalid value')
            if (rule["key"], rule["operator"]) == ("kubernetes.io/hostname", "NotIn"):
                nodes += rule["values"]
    return nodes


POD = {"affinity", "restartPolicy", "activeDeadlineSeconds", "terminationGracePeriodSeconds", "priorityClassName",
       "runtimeClassName", "containers", "volumes"}


def create(words):
    options, _ = lab.parse(words, ("-o", "-f", "--dry-run"), (), unknown)
    job = document(sys.stdin.read())
    name, spec = job["metadata"]["name"], job["spec"]
    pod = spec["template"]["spec"]
    container = pod["containers"][0]
    if not set(pod) <= POD:
        lab.fail(f'Error from server (BadRequest): strict decoding error: unknown field "{min(set(pod) - POD)}"')
    if (job["apiVersion"], job["kind"], spec["completionMode"]) != ("batch/v1", "Job", "Indexed"):
        lab.fail("error: no such Job")
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name):
        lab.fail(f'The Job "{name}" is invalid: metadata.name: Invalid value')
    if set(spec["template"]["metadata"]["labels"]) != {"quanta-pool", "quanta-job"} or \
            not all(isinstance(label, str) for label in spec["template"]["metadata"]["labels"].values()):
        lab.fail(f'The Job "{name}" is invalid: labels must be strings')
    if pod["volumes"][0]["persistentVolumeClaim"]["claimName"] != "shared":
        lab.fail('Error from server (Forbidden): persistentvolumeclaims are forbidden: exceeded quota: storage')
    nodes = excluded(name, pod)
    print(f"job.batch/{name}")
    if "--dry-run" in dict(options):
        return
    environment = {entry["name"]: entry["value"] for entry in container["env"]}
    serial = int(name.rsplit("-", 1)[1])
    os.makedirs(lab.STATE, exist_ok=True)
    with open(lab.STATE + "/namespaces", "a") as file:
        print(serial, job["metadata"].get("namespace", "default"), file=file)
    for index in range(spec["completions"]):
        lab.start(serial, index, job["metadata"]["labels"]["quanta-pool"], container["command"],
                  {**environment, "JOB_COMPLETION_INDEX": str(index), "HOSTNAME": f"{name}-{index}"},
                  pod["activeDeadlineSeconds"], int(container["resources"]["limits"]["cpu"]), excluded=nodes)


def space(options):
    return dict(options).get("--namespace", "default")


def namespaces():
    """The namespace of each job."""
    try:
        with open(lab.STATE + "/namespaces") as file:
            return dict(line.split() for line in file)
    except FileNotFoundError:
        return {}


def chosen(options):
    labels = dict(part.split("=") for part in dict(options)["-l"].split(","))
    found = [r for r in lab.records(labels["quanta-pool"]) if namespaces().get(str(r["job"])) == space(options)]
    if "quanta-job" in labels:
        index = labels["batch.kubernetes.io/job-completion-index"]
        found = [r for r in found if (str(r["job"]), str(r["index"])) == (labels["quanta-job"], index)]
    return found


def get(words):
    options, _ = lab.parse(words[1:], ("-l", "-o", "--namespace"), ("--no-headers",), unknown)
    found = chosen(options)
    if not found:
        print(f"No resources found in {space(options)} namespace.", file=sys.stderr)
    for record in found:
        isPending = record["state"] == "pending"
        texts = [str(record["job"]), str(record["index"]), "Pending" if isPending else "Running",
                 record["node"] or "<none>",
                 "0/3 nodes are available: 3 Insufficient cpu." if isPending else "<none>"]
        print("   ".join(texts))


def delete(words):
    options, _ = lab.parse(words[1:], ("-l", "--wait", "--namespace"), (), unknown)
    found = chosen(options)
    for record in found:
        lab.cancel(record)
        print(f'{words[0][:-1]} "x-{record["job"]}-{record["index"]}" deleted')
    if not found:
        print("No resources found")


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
{"create": create, "get": get, "delete": delete}[sys.argv[1]](sys.argv[2:])
